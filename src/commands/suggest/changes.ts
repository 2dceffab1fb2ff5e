/** What policies change of what was seen, as tables and sentences. Names are written by others. */
import { counted, listed, numberText } from "../../analysis/counted.ts";
import type { Block, Column } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { Change, Changes, Comparison } from "../../policy/replay/compare.ts";
import type { ReplayFacts } from "../../sources/question.ts";

type Note = Extract<Block, { kind: "note" }>;

const columns: readonly Column[] = [
  { title: "From" },
  { title: "To" },
  { title: "Why" },
  { title: "Flows", align: "right" },
];

/** Undefined when there is none. */
export function changesTable(title: string, { examples, folded }: Changes): Block | undefined {
  if (examples.length === 0) return undefined;
  return {
    kind: "table",
    title,
    columns,
    rows: examples.map((change) => [
      cutEnd(change.from, 60),
      `${cutEnd(change.to, 60)}:${portText(change)}${change.request === "" ? "" : ` ${cutEnd(change.request, 60)}`}`,
      whyText(change),
      numberText(change.flows),
    ]),
    ...(folded > 0 && { folded: counted(folded, "more") }),
  };
}

export function portText({ port, protocol }: Pick<Change, "port" | "protocol">): string {
  if (protocol.startsWith("ICMP")) return port === 0 ? protocol : `${protocol} type ${port}`;
  return `${port}/${protocol}`;
}

function whyText({ side, reason, policies, seen }: Change): string {
  const names = [...new Set(policies.map(({ name }) => cutEnd(name, 40)))];
  const by = names.length === 0 ? "" : listed(names);
  const was = seen === "dropped" ? "; was dropped" : seen === "audited" ? "; was audited" : "";
  if (side === null) return by === "" ? `nothing denies it${was}` : `allowed by ${by}${was}`;
  if (reason === "explicit-deny") return `${side} denied by ${by === "" ? "a deny rule" : by}${was}`;
  if (reason === "l7") return `request refused at ${side}${by === "" ? "" : `, ${by}`}${was}`;
  return `no ${side} rule allows it${by === "" ? "" : ` (${by})`}${was}`;
}

/** How sure the comparison is. */
export function sureNotes(change: Comparison): Note[] {
  const { disagreeing, undecided } = change;
  const [example] = disagreeing.examples;
  return [
    ...(disagreeing.flows > 0 && example !== undefined
      ? [
          {
            kind: "note",
            tone: "warn",
            text: `Hubble saw ${counted(disagreeing.flows, "flow")} end otherwise than the present policies say, such as ${cutEnd(example.from, 60)} to ${cutEnd(example.to, 60)}:${portText(example)}. Policies may have changed since, or are audited.`,
          } as const,
        ]
      : []),
    ...(undecided > 0
      ? [
          {
            kind: "note",
            tone: "warn",
            text: `${counted(undecided, "flow")}: the policies of an end contradict each other, so what becomes of it is not known.`,
          } as const,
        ]
      : []),
  ];
}

export function factNotes({ seen, tuples, shed, halves = 0, notes }: ReplayFacts): Note[] {
  const kinds = [
    ...(seen.passed > 0 ? [`${numberText(seen.passed)} passed`] : []),
    ...(seen.audited > 0 ? [`${numberText(seen.audited)} passed as audited`] : []),
    ...(seen.dropped > 0 ? [`${numberText(seen.dropped)} were dropped by policies`] : []),
  ];
  const what =
    kinds.length === 0
      ? "No flow says anything about policies"
      : `Seen: ${listed(kinds)}, ${numberText(tuples)} different`;
  return [
    { kind: "note", text: `${what}; replies are not counted.` },
    ...(halves > 0
      ? [
          {
            kind: "note",
            text: `${counted(halves, "record")} of what left its node and was dropped where it arrived: not counted as passed.`,
          } as const,
        ]
      : []),
    ...notes.slice(0, 5).map((note): Note => ({ kind: "note", tone: "warn", text: cutEnd(note, 300) })),
    ...(shed > 0
      ? [
          {
            kind: "note",
            tone: "warn",
            text: `${counted(shed, "flow")} did not fit in: ask for less time, or one target.`,
          } as const,
        ]
      : []),
  ];
}
