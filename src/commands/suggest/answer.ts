/** The answer of `suggest`: the policy, the proof over what was seen, and what is not known. */
import { counted, numberText } from "../../analysis/counted.ts";
import type { Action, Block, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { SuggestFinding, SuggestionFound } from "../../sources/question.ts";
import type { Answer } from "../command.ts";
import { shellWord } from "../drops/copy-as.ts";
import { askedNote, troubleNotes } from "../drops/notes.ts";
import { copyBlocks, ended } from "../ending.ts";
import { admittedMessage } from "./admitted.ts";
import type { SuggestArgs } from "./args.ts";
import { changesTable, factNotes, sureNotes } from "./changes.ts";
import { suggestLine } from "./line.ts";
import { suggestNotes } from "./notes.ts";
import type { ReplayPicture } from "./picture.ts";
import { resultOf } from "./result.ts";
import { yamlBlock } from "./yaml.ts";

type Suggested = Extract<SuggestionFound, { status: "suggested" }>;

/** Of the rules in the message; the file has all of them. */
const shownRules = 12;

export function suggestAnswer(args: SuggestArgs, picture: ReplayPicture<SuggestFinding>): Answer {
  const { found, shared } = picture;
  const suggestion = found?.suggestion ?? null;
  if (suggestion?.status === "suggested") return suggestedAnswer(args, picture, suggestion);
  if (
    suggestion?.status === "admitted" ||
    suggestion?.status === "not-admitted" ||
    suggestion?.status === "no-policies"
  )
    return finished(args, picture, admittedMessage(args, picture, suggestion));
  if (suggestion !== null)
    return finished(args, picture, noneMessage(args, shared.who, suggestion.status, shared.span));
  return finished(args, picture, {
    tone: "bad",
    title: `${shared.who}: no policy, because no flows could be read`,
    blocks: [
      { kind: "text", text: "Check that Relay runs and that the bot can reach it:" },
      { kind: "code", code: "kubectl -n kube-system get pods -l k8s-app=hubble-relay\nhubble status" },
    ],
  });
}

function suggestedAnswer(args: SuggestArgs, picture: ReplayPicture<SuggestFinding>, found: Suggested): Answer {
  const { shared } = picture;
  const { proof, change, rules, foldedRules } = found;
  const broken = change?.newlyDenied.bySeen.passed ?? 0;
  const isWhole = proof.allowed === proof.flows;
  const count = counted(rules.length + foldedRules, "rule");
  const denied = change && changesTable("What passes now and would be denied", only(change.newlyDenied, "passed"));
  const blocks: (Block | undefined)[] = [
    { kind: "text", text: proofText(found) },
    ruleTable(found),
    changesTable("What it was made from and does not allow", proof.not),
    broken > 0 ? (denied ?? undefined) : undefined,
    change === null ? undefined : changesTable("Denied now and would be allowed", change.newlyAllowed),
    yamlBlock(found.yaml),
    {
      kind: "note",
      tone: "warn",
      text: "Traffic that was not seen in this time is unknown, and this would deny it. Nothing was applied.",
    },
    ...suggestNotes(found.notes),
    ...(change === null ? [] : sureNotes(change)),
  ];
  return finished(args, picture, {
    tone: isWhole && broken === 0 ? "good" : "warn",
    title: `${shared.who}: ${count} that ${rules.length + foldedRules === 1 ? "allows" : "allow"} ${numberText(proof.allowed)} of ${counted(proof.flows, "flow")} seen in ${shared.span}`,
    blocks: blocks.filter((block) => block !== undefined),
  });
}

function proofText({ proof, change, policy }: Suggested): string {
  const alone = `Alone, ${policy.name} would allow ${numberText(proof.allowed)} of the ${counted(proof.flows, "flow")} that it was made from.`;
  if (change === null)
    return `${alone} The cluster's own policies could not be read, so what it changes beside them is not known.`;
  const { bySeen } = change.newlyDenied;
  const passing =
    bySeen.passed > 0
      ? `it would newly deny ${counted(bySeen.passed, "flow")} that ${bySeen.passed === 1 ? "passes" : "pass"} now (listed)`
      : "it would newly deny nothing of what was seen to pass";
  const audited = bySeen.audited > 0 ? `, and ${counted(bySeen.audited, "audited flow")}, which --audit allows` : "";
  const opened =
    change.newlyAllowed.flows > 0 ? ` It would newly allow ${counted(change.newlyAllowed.flows, "flow")}.` : "";
  return `${alone} Replayed beside the cluster's policies, ${passing}${audited}.${opened}`;
}

function only(changes: Suggested["proof"]["not"], seen: "passed"): Suggested["proof"]["not"] {
  return { ...changes, examples: changes.examples.filter((one) => one.seen === seen), folded: 0 };
}

function ruleTable({ rules, foldedRules }: Suggested): Block {
  const more = foldedRules + Math.max(0, rules.length - shownRules);
  return {
    kind: "table",
    title: "Rules",
    columns: [{ title: "Direction" }, { title: "Peers" }, { title: "Ports" }, { title: "Flows", align: "right" }],
    rows: rules
      .slice(0, shownRules)
      .map(({ direction, peers, ports, flows }) => [
        direction,
        cutEnd(peers.join(", "), 120),
        cutEnd(ports.join(", "), 80),
        flows === 0 ? "not seen" : numberText(flows),
      ]),
    ...(more > 0 && { folded: counted(more, "more rule") }),
  };
}

function noneMessage(
  args: SuggestArgs,
  who: string,
  status: "nothing" | "no-pods" | "namespaces",
  span: string,
): Message {
  const longer: Action[] = [
    { label: "look back 6h", command: suggestLine({ ...args, since: { kind: "ago", ms: 6 * 3_600_000 } }) },
    ...(args.audit ? [] : [{ label: "with audited flows", command: suggestLine({ ...args, audit: true }) }]),
  ];
  if (status === "nothing")
    return {
      tone: "warn",
      title: `${who}: nothing was seen in ${span} that a policy could be made of`,
      blocks: [
        {
          kind: "text",
          text: "Only flows that passed count, not replies, and not what was dropped. Look further back:",
        },
        { kind: "actions", actions: longer },
      ],
    };
  const text =
    status === "no-pods"
      ? "No pod of it is known, and none was seen. Type a workload that runs pods, for example suggest deploy/default/deathstar."
      : "It has pods in several namespaces, and a CiliumNetworkPolicy is for one. Type a workload with its namespace, for example suggest default/deathstar.";
  return { tone: "warn", title: `${who}: no policy can be made for that`, blocks: [{ kind: "text", text }] };
}

/** Adds what every answer ends in, and the file. */
function finished(args: SuggestArgs, picture: ReplayPicture<SuggestFinding>, message: Message): Answer {
  const { found, shared } = picture;
  const suggestion = found?.suggestion ?? undefined;
  const lines = suggestion && "yaml" in suggestion ? copyAs(suggestion, found?.file?.name) : [];
  const next: Block[] =
    suggestion?.status !== "suggested" || args.l7
      ? []
      : [{ kind: "actions", actions: [{ label: "with HTTP requests", command: suggestLine({ ...args, l7: true }) }] }];
  const facts = found?.facts ? factNotes(found.facts) : [];
  const whole = ended(
    shared,
    { ...message, blocks: [...message.blocks, ...facts] },
    {
      troubles: troubleNotes(shared),
      last: [askedNote(shared), ...next, ...copyBlocks(lines)],
      ...{ result: resultOf(args, picture), window: shared.window, copyAs: lines },
    },
  );
  return { ...whole, ...(found?.file && { files: [found.file] }) };
}

function copyAs({ policy }: Pick<Suggested, "policy">, file: string | undefined): Answer["copyAs"] {
  const name = shellWord(file ?? `${policy.name}.yaml`);
  return [{ label: "Try it without applying", text: `kubectl apply --dry-run=server -f ${name}` }];
}
