/** The answer of `whatif`: what the pasted policies would change of what was seen. */
import { counted, listed, numberText } from "../../analysis/counted.ts";
import type { Block, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { Comparison } from "../../policy/replay/compare.ts";
import type { WhatifFinding } from "../../sources/question.ts";
import type { Answer } from "../command.ts";
import { askedNote, troubleNotes } from "../drops/notes.ts";
import { ended } from "../ending.ts";
import { changesTable, factNotes, sureNotes } from "../suggest/changes.ts";
import type { ReplayPicture } from "../suggest/picture.ts";
import type { WhatifArgs } from "./args.ts";
import { resultOf } from "./result.ts";

type Note = Extract<Block, { kind: "note" }>;

export function whatifAnswer(args: WhatifArgs, picture: ReplayPicture<WhatifFinding>): Answer {
  return finished(args, picture, messageOf(args, picture));
}

function messageOf(args: WhatifArgs, { found, shared }: ReplayPicture<WhatifFinding>): Message {
  const what = subject(args);
  if (found === undefined)
    return {
      tone: "bad",
      title: `${what}: not known, because no flows could be read`,
      blocks: [
        { kind: "text", text: "Check that Relay runs and that the bot can reach it:" },
        { kind: "code", code: "kubectl -n kube-system get pods -l k8s-app=hubble-relay\nhubble status" },
      ],
    };
  const { change, policies, facts } = found;
  if (change === null) return refusedMessage(policies);
  if (change.flows === 0)
    return {
      tone: "warn",
      title: `${what}: not known, because nothing was seen in ${shared.span}`,
      blocks: [
        {
          kind: "text",
          text: "No flow says anything about policies. Look further back with --since, or leave the target out.",
        },
      ],
    };
  const blocks = [
    { kind: "text", text: sentence(change, facts?.present ?? null) } as const,
    changesTable("Would be denied from then on", change.newlyDenied),
    changesTable("Would be allowed from then on", change.newlyAllowed),
    ...sureNotes(change),
  ];
  return {
    tone: change.newlyDenied.bySeen.passed > 0 ? "warn" : "info",
    title: `${what}: ${headline(change)} in ${shared.span}`,
    blocks: blocks.filter((block) => block !== undefined),
  };
}

/** `CiliumNetworkPolicy default/rule1`, `3 policies`. */
function subject({ policies }: WhatifArgs): string {
  const [only] = policies;
  if (policies.length !== 1 || only === undefined) return counted(policies.length, "policy", "policies");
  const name = only.namespace === "" ? only.name : `${only.namespace}/${only.name}`;
  return `${only.kind} ${cutEnd(name, 60)}`;
}

function headline({ newlyDenied, newlyAllowed, flows }: Comparison): string {
  const parts = [
    ...(newlyDenied.flows > 0 ? [`${numberText(newlyDenied.flows)} newly denied`] : []),
    ...(newlyAllowed.flows > 0 ? [`${numberText(newlyAllowed.flows)} newly allowed`] : []),
  ];
  return parts.length === 0
    ? `nothing changes for the ${counted(flows, "flow")} seen`
    : `${listed(parts)} of ${counted(flows, "flow")} seen`;
}

function sentence(change: Comparison, present: number | null): string {
  const { newlyDenied, stillAllowed, stillDenied } = change;
  const beside =
    present === null
      ? "The cluster's own policies could not be read: this compares with no policies at all."
      : present === 0
        ? "The cluster has no policies of its own."
        : `Replayed beside the cluster's ${counted(present, "policy", "policies")}.`;
  const passed = newlyDenied.bySeen.passed;
  const unchanged = [
    ...(stillAllowed > 0 ? [`${numberText(stillAllowed)} stay allowed`] : []),
    ...(stillDenied > 0 ? [`${numberText(stillDenied)} stay denied`] : []),
  ];
  return [
    beside,
    ...(passed > 0 ? [`${counted(passed, "flow")} that Hubble saw pass would be denied.`] : []),
    ...(unchanged.length > 0 ? [`Unchanged: ${listed(unchanged)}.`] : []),
    "What was not seen is not known. Nothing was applied.",
  ].join(" ");
}

function refusedMessage(policies: WhatifFinding["policies"]): Message {
  const refused = policies.filter(({ refusal }) => refusal !== null);
  const [first] = refused;
  const name = first === undefined ? "The policy" : `${first.kind} ${cutEnd(first.name, 60)}`;
  const more = refused.length > 1 ? ` and ${counted(refused.length - 1, "other")}` : "";
  const who = {
    schema: "the API server would not store it",
    validation: "Cilium would not load it",
    size: "it is not read",
  };
  return {
    tone: "bad",
    title: `${name}${more}: ${who[first?.refusal?.by ?? "schema"]}`,
    blocks: [
      ...refused.slice(0, 5).map(
        (policy): Block => ({
          kind: "code",
          title: `${policy.kind} ${cutEnd(policy.name, 60)}`,
          code: cutEnd(policy.refusal?.message ?? "", 500),
        }),
      ),
      { kind: "text", text: "Nothing was compared. Correct it and ask again." },
    ],
  };
}

function finished(args: WhatifArgs, picture: ReplayPicture<WhatifFinding>, message: Message): Answer {
  const { found, shared } = picture;
  const facts = found?.facts && found.change !== null ? factNotes(found.facts) : [];
  return ended(
    shared,
    { ...message, blocks: [...message.blocks, ...pastedNotes(args, found), ...facts] },
    {
      troubles: troubleNotes(shared),
      last: [askedNote(shared)],
      ...{ result: resultOf(args, picture), window: shared.window, copyAs: [] },
    },
  );
}

/** What was pasted and does not count, or counts otherwise than it looks. */
function pastedNotes({ others }: WhatifArgs, found: WhatifFinding | undefined): Note[] {
  const policies = found?.policies ?? [];
  const replaced = policies.filter(({ replaces }) => replaces).map(({ name }) => cutEnd(name, 40));
  const unknown = policies.flatMap((policy) => policy.unknown.map((path) => cutEnd(`${policy.name}: ${path}`, 80)));
  return [
    ...(replaced.length > 0
      ? [
          {
            kind: "note",
            text: `${listed(replaced.slice(0, 5))} ${replaced.length === 1 ? "takes" : "take"} the place of what the cluster has under that name.`,
          } as const,
        ]
      : []),
    ...(unknown.length > 0
      ? [
          {
            kind: "note",
            tone: "warn",
            text: `Fields that no version knows, which the API server drops: ${listed(unknown.slice(0, 5))}.`,
          } as const,
        ]
      : []),
    ...(others.length > 0
      ? [
          {
            kind: "note",
            tone: "warn",
            text: `No network policies, left out: ${listed(others.slice(0, 5).map((name) => cutEnd(name, 60)))}.`,
          } as const,
        ]
      : []),
  ];
}
