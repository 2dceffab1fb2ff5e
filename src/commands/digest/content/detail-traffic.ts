/** In the thread: connections that are new, and those that are gone. */
import { counted, numberText } from "../../../analysis/counted.ts";
import type { DigestItem, ItemOf } from "../../../analysis/digest/item.ts";
import type { Block, Message } from "../../../message/message.ts";
import { pairText } from "../../drops/words.ts";
import type { DigestContext } from "../context.ts";
import type { ClusterFacts } from "./gather.ts";
import { observedText } from "./unknown.ts";
import { earlierText, momentText } from "./words.ts";

type EdgeItem = ItemOf<"newEdge"> | ItemOf<"vanishedEdge">;

const shownRows = 12;

export function trafficDetail(
  context: DigestContext,
  clusters: readonly ClusterFacts[],
  items: readonly DigestItem[],
): Message | undefined {
  const fresh = items.filter((item): item is ItemOf<"newEdge"> => item.kind === "newEdge");
  const gone = items.filter((item): item is ItemOf<"vanishedEdge"> => item.kind === "vanishedEdge");
  if (fresh.length + gone.length === 0) return undefined;
  const unlisted = clusters.reduce(
    (sum, { traffic }) => sum + (traffic?.newEdges.folded.rows ?? 0) + (traffic?.vanishedEdges.folded.rows ?? 0),
    0,
  );
  const observed = observedText(context, clusters);
  return {
    tone: "info",
    title: `Who talks to whom: ${numberText(fresh.length)} new, ${numberText(gone.length)} gone`,
    blocks: [
      ...table(
        "New connections",
        ["Opened", "Since"],
        fresh,
        (item) => [numberText(item.count), momentText(item.first, context)],
        context,
      ),
      ...table(
        `Gone: seen ${earlierText(context)}${context.span === "week" ? "" : " and on most others"}`,
        ["Before", "Last"],
        gone,
        (item) => [numberText(item.before), momentText(item.last, { ...context, span: "week" })],
        context,
      ),
      ...(unlisted > 0 ? [{ kind: "note", text: `${counted(unlisted, "rarer one")} not listed.` } as const] : []),
      { kind: "note", text: `${observed ?? ""} TCP alone: UDP has no opening to be told by.`.trim() },
    ],
  };
}

function table<Item extends EdgeItem>(
  title: string,
  [count, time]: readonly [string, string],
  items: readonly Item[],
  cells: (item: Item) => readonly [string, string],
  { clusters }: DigestContext,
): Block[] {
  if (items.length === 0) return [];
  const more = items.length - shownRows;
  return [
    {
      kind: "table",
      title,
      columns: [
        { title: "Source → destination" },
        ...(clusters.length > 1 ? [{ title: "Cluster" }] : []),
        { title: count, align: "right" },
        { title: time, align: "right" },
      ],
      rows: items
        .slice(0, shownRows)
        .map((item) => [
          `${pairText(item)}${item.sure ? "" : " (not sure)"}`,
          ...(clusters.length > 1 ? [item.cluster] : []),
          ...cells(item),
        ]),
      ...(more > 0 && { folded: counted(more, "more connection") }),
    },
  ];
}
