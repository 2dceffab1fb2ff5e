/** The message of `suggest --admit-denied`: what would be let through that was denied, what stays denied and why, and the proof. */
import { counted, listed, numberText } from "../../analysis/counted.ts";
import type { Action, Block, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { AdmittedPair, DeniedPair, KeptPair, SuggestFinding, SuggestionFound } from "../../sources/question.ts";
import type { SuggestArgs } from "./args.ts";
import { portText } from "./changes.ts";
import { keptText } from "./kept.ts";
import { suggestEndLine, suggestLine } from "./line.ts";
import { suggestNotes } from "./notes.ts";
import type { ReplayPicture } from "./picture.ts";
import { yamlBlock } from "./yaml.ts";

type Admitted = Extract<SuggestionFound, { status: "admitted" }>;
type Found = Extract<SuggestionFound, { status: "admitted" | "not-admitted" | "no-policies" }>;
type Denied = Exclude<Found, { status: "no-policies" }>;

const mostRows = 12;
const mostCommands = 3;

export function admittedMessage(args: SuggestArgs, picture: ReplayPicture<SuggestFinding>, found: Found): Message {
  const { who } = picture.shared;
  if (found.status === "no-policies")
    return {
      tone: "bad",
      title: `${who}: no rule, because the cluster's policies could not be read`,
      blocks: [
        {
          kind: "text",
          text: "Without them nobody knows whether a deny rule stands against it, and nothing can be proven. Set `kubernetes` for the cluster, and ask again.",
        },
      ],
    };
  return found.status === "admitted" ? admitted(args, who, found) : notAdmitted(args, picture, found);
}

function admitted(args: SuggestArgs, who: string, found: Admitted): Message {
  const { proof, admitted: pairs } = found;
  const count = found.rules.length + found.foldedRules;
  const beside = pairs.pairs.filter(({ stillDenied }) => stillDenied !== null);
  const blocks = [
    {
      kind: "note",
      tone: "warn",
      text: "A denial may be intended: admit these only if they are meant to be allowed. Nothing was applied.",
    } as const,
    pairTable(pairs),
    { kind: "text", text: proofText(found) } as const,
    ...besideBlocks(args, beside),
    keptTable(found),
    unaskedNote(args, found),
    yamlBlock(found.yaml),
    {
      kind: "note",
      text: `It only adds: exactly these labels${pairs.pairs.some(({ request }) => request !== "") ? ", ports and requests" : " and ports"}, beside the policies there are (enableDefaultDeny: false).`,
    } as const,
    ...suggestNotes(found.notes),
    ...otherEnds(args, found),
  ];
  return {
    tone: "warn",
    title: `${who}: ${counted(count, "rule")} that would admit ${counted(proof.admitted.packets, "denied packet")}${peersText(args)}`,
    blocks: blocks.filter((block) => block !== undefined),
  };
}

function notAdmitted(args: SuggestArgs, { shared, found }: ReplayPicture<SuggestFinding>, denied: Denied): Message {
  const { who, span } = shared;
  const { kept } = denied;
  const others = found?.facts?.otherDrops ?? 0;
  if (kept.packets > 0) {
    const needless = kept.folded === 0 && kept.pairs.every(({ because }) => because === "allowed-now");
    const what = `${counted(kept.packets, "denied packet")}${peersText(args)}`;
    const blocks = [keptTable(denied), unaskedNote(args, denied), ...otherEnds(args, denied)];
    return {
      tone: needless ? "info" : "warn",
      title: needless
        ? `${who}: the policies allow by now what was denied: ${what}`
        : `${who}: no rule here can admit the ${what}`,
      blocks: blocks.filter((block) => block !== undefined),
    };
  }
  const because =
    others > 0 ? ` ${counted(others, "packet")} were dropped for other reasons: no rule helps there.` : "";
  const longer: Action = {
    label: "look back 6h",
    command: suggestLine({ ...args, since: { kind: "ago", ms: 6 * 3_600_000 } }),
  };
  const blocks = [
    {
      kind: "text",
      text: `Only what policies denied in that time can be admitted.${because} Look further back:`,
    } as const,
    unaskedNote(args, denied),
    { kind: "actions", actions: [longer] } as const,
  ];
  return {
    tone: "info",
    title: `${who}: policies denied nothing${peersText(args)} in ${span}`,
    blocks: blocks.filter((block) => block !== undefined),
  };
}

function peersText({ admit }: SuggestArgs): string {
  if (admit === undefined || admit === "all") return "";
  return ` with ${cutEnd(listed(admit.slice(0, 3)), 60)}`;
}

function proofText({ proof }: Admitted): string {
  const { admitted: own, passed, others } = proof;
  const passing = `${numberText(own.passing)} of the ${counted(own.packets, "denied packet")} would pass`;
  const still =
    passed.flows === 0
      ? "nothing was seen to pass before"
      : passed.newlyDenied === 0
        ? `all ${counted(passed.flows, "flow")} that passed still ${passed.flows === 1 ? "does" : "do"}`
        : `${counted(passed.newlyDenied, "flow")} of ${numberText(passed.flows)} that passed would be denied`;
  const rest =
    others.packets === 0
      ? "nothing else was denied"
      : others.newlyAllowed === 0
        ? `none of the other ${counted(others.packets, "denied packet")} would pass`
        : `${numberText(others.newlyAllowed)} of the other ${counted(others.packets, "denied packet")} would pass as well`;
  return `Replayed beside the cluster's policies: ${passing}, ${still}, and ${rest}.`;
}

function pairTable({ pairs, folded }: Admitted["admitted"]): Block {
  const more = folded + Math.max(0, pairs.length - mostRows);
  return {
    kind: "table",
    title: "Denied now, and admitted by this",
    columns: [{ title: "From" }, { title: "To" }, { title: "Packets", align: "right" }],
    rows: pairs.slice(0, mostRows).map((pair) => [cutEnd(pair.from, 60), receiver(pair), numberText(pair.packets)]),
    ...(more > 0 && { folded: `${numberText(more)} more, in the file` }),
  };
}

function receiver(pair: DeniedPair): string {
  return `${cutEnd(pair.to, 60)}:${portText(pair)}${pair.request === "" ? "" : ` ${cutEnd(pair.request, 60)}`}`;
}

/** The rule is at the target, and the other end's policies refuse it too. */
function besideBlocks(args: SuggestArgs, beside: readonly AdmittedPair[]): Block[] {
  const texts = beside.map((pair) => {
    const end = pair.stillDenied === "egress" ? pair.from : pair.to;
    return `${cutEnd(end, 60)} denies it on ${pair.stillDenied} too`;
  });
  if (texts.length === 0) return [];
  const commands = beside.flatMap((pair) => endLine(args, pair, pair.stillDenied) ?? []);
  const type = commands.length > 0 ? " It passes only with a rule there as well; type:" : "";
  const text = `${listed([...new Set(texts)].slice(0, 3))}.${type}`;
  return [{ kind: "note", tone: "warn", text }, ...codeOf(commands)];
}

/** What the target has no part in: who has, and what to type. */
function otherEnds(args: SuggestArgs, { kept }: Denied): Block[] {
  const commands = kept.pairs
    .filter(({ because }) => because === "other-end")
    .flatMap((pair) => endLine(args, pair, pair.side) ?? []);
  if (commands.length === 0) return [];
  return [{ kind: "text", text: "What the other end denies needs a rule there. Type:" }, ...codeOf(commands)];
}

function codeOf(commands: readonly string[]): Block[] {
  const code = [...new Set(commands)].slice(0, mostCommands).join("\n");
  return code === "" ? [] : [{ kind: "code", code }];
}

function endLine(args: SuggestArgs, { from, to }: DeniedPair, side: "ingress" | "egress" | null): string | undefined {
  const [end, peer] = side === "egress" ? [from, to] : [to, from];
  const { since, clusters } = args;
  return suggestEndLine(end, { since, admit: [peer], ...(clusters && { clusters }) });
}

function keptTable({ kept }: Denied): Block | undefined {
  const { pairs, folded } = kept;
  if (pairs.length === 0) return undefined;
  const same = new Map<string, KeptPair[]>();
  for (const pair of pairs) {
    const key = JSON.stringify([pair.from, pair.to, keptText(pair)]);
    same.set(key, [...(same.get(key) ?? []), pair]);
  }
  const groups = [...same.values()];
  const more = folded + groups.slice(mostRows).flat().length;
  return {
    kind: "table",
    title: "Denied, and not admitted",
    columns: [{ title: "From" }, { title: "To" }, { title: "Why" }, { title: "Packets", align: "right" }],
    rows: groups.slice(0, mostRows).flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const packets = group.reduce((sum, pair) => sum + pair.packets, 0);
      const more = group.length > 1 ? ` and ${group.length - 1} more` : "";
      return [[cutEnd(first.from, 60), `${receiver(first)}${more}`, keptText(first), numberText(packets)]];
    }),
    ...(more > 0 && { folded: `${numberText(more)} more` }),
  };
}

function unaskedNote({ admit }: SuggestArgs, { unasked }: Denied): Block | undefined {
  if (admit === "all" || unasked.packets === 0) return undefined;
  const peers = unasked.peers.slice(0, 5).map((name) => cutEnd(name, 60));
  return {
    kind: "note",
    text: `${counted(unasked.packets, "denied packet")} with others not asked for (${listed(peers)}): left as they are.`,
  };
}
