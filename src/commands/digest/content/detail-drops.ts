/** In the thread: drops against earlier days, by reason and by namespace, and the pairs that are new. */
import { counted, numberText } from "../../../analysis/counted.ts";
import type { DigestItem, ItemOf } from "../../../analysis/digest/item.ts";
import { isNoiseReason, observedShare } from "../../../analysis/digest/traffic.ts";
import type { Block, Message, Text } from "../../../message/message.ts";
import { cutEnd } from "../../../message/plain.ts";
import { pairText, reasonText, shorten } from "../../drops/words.ts";
import type { DigestContext } from "../context.ts";
import type { ClusterFacts } from "./gather.ts";
import { momentText, spanText } from "./words.ts";

const shownRows = 10;

/** Undefined where there is nothing to compare. */
export function dropsDetail(
  context: DigestContext,
  clusters: readonly ClusterFacts[],
  items: readonly DigestItem[],
  trend: readonly Block[],
): Message | undefined {
  const drops = items.filter((item): item is ItemOf<"drops"> => item.kind === "drops");
  const blocks = [
    ...comparison(context, "reason", reasonRows(clusters), drops),
    ...comparison(context, "namespace", namespaceRows(clusters), drops),
    ...broughtNote(clusters),
    ...firstDropTable(context, items),
    ...trend,
  ];
  if (blocks.every(({ kind }) => kind === "note")) return undefined;
  const tone = drops.some((item) => item.tone === "warn") ? "warn" : "info";
  const title =
    drops.length > 0
      ? `What is dropped: ${counted(drops.length, "difference")}`
      : "What is dropped, against earlier days";
  return { tone, title, blocks };
}

interface Row {
  readonly cluster: string;
  readonly key: string;
  readonly now: number;
  readonly before: number | null;
  readonly median: number | null;
}

/** By counters where the agents have them, with what is usual by flows left out: the two count differently. */
function reasonRows(clusters: readonly ClusterFacts[]): Row[] {
  return clusters.flatMap(({ cluster, counters: { now, before }, traffic }): Row[] => {
    const seen = traffic?.drops.byReason.rows.map((row) => ({ cluster, ...row })) ?? [];
    if (now === null) return seen;
    const keys = [...new Set([...now.keys(), ...(before?.keys() ?? [])])];
    const counted = keys.map((key) => ({
      ...{ cluster, key, now: now.get(key) ?? 0, median: null },
      before: before === null ? null : (before.get(key) ?? 0),
    }));
    return [...counted, ...seen.filter(({ key }) => !now.has(key) && !before?.has(key) && isRefusal(key))];
  });
}

function isRefusal(key: string): boolean {
  return ["HTTP", "DNS", "KAFKA"].includes(key);
}

function namespaceRows(clusters: readonly ClusterFacts[]): Row[] {
  return clusters.flatMap(({ cluster, traffic }) =>
    (traffic?.drops.byNamespace.rows ?? []).filter(({ key }) => key !== "").map((row) => ({ cluster, ...row })),
  );
}

function comparison(
  context: DigestContext,
  by: "reason" | "namespace",
  rows: readonly Row[],
  drops: readonly ItemOf<"drops">[],
): Block[] {
  const { clusters } = context;
  const told = rows.filter(({ now, before, median }) => now > 0 || (before ?? 0) > 0 || (median ?? 0) > 0);
  if (told.length === 0) return [];
  const isMarked = (row: Row) =>
    drops.some((item) => item.by === by && item.key === row.key && item.cluster === row.cluster);
  const isNoise = ({ key }: Row) => by === "reason" && isNoiseReason(key);
  const sorted = told.toSorted(
    (one, other) =>
      Number(isMarked(other)) - Number(isMarked(one)) ||
      Number(isNoise(one)) - Number(isNoise(other)) ||
      other.now - one.now,
  );
  const rest = sorted.slice(shownRows);
  const hasUsual = told.some(({ median }) => median !== null);
  return [
    {
      kind: "table",
      title:
        by === "reason" ? "Dropped packets by reason; * is different" : "Drops by namespace, by flows; * is different",
      columns: [
        { title: by === "reason" ? "Reason" : "Namespace" },
        ...(clusters.length > 1 ? [{ title: "Cluster" }] : []),
        { title: spanText(context), align: "right" },
        { title: "Before", align: "right" },
        ...(hasUsual ? [{ title: "Usually", align: "right" } as const] : []),
      ],
      rows: sorted
        .slice(0, shownRows)
        .map((row): Text[] => [
          `${isMarked(row) ? "* " : ""}${by === "reason" ? reasonText(row.key) : shorten(row.key)}${isNoise(row) ? " (normal noise)" : ""}`,
          ...(clusters.length > 1 ? [row.cluster] : []),
          numberText(row.now),
          countText(row.before),
          ...(hasUsual ? [countText(row.median)] : []),
        ]),
      ...(rest.length > 0 && {
        folded: `${counted(rest.length, "more row")}, ${counted(
          rest.reduce((sum, { now }) => sum + now, 0),
          "packet",
        )}`,
      }),
    },
  ];
}

/** Beside less of now than of then the same count would be more. */
function broughtNote(clusters: readonly ClusterFacts[]): Block[] {
  const isPartly = clusters.some(({ traffic }) => traffic && observedShare(traffic.now, "drops") < 0.995);
  if (!isPartly) return [];
  return [
    { kind: "note", text: "What flows tell of earlier days is brought, hour by hour, to what was observed now." },
  ];
}

function countText(count: number | null): string {
  return count === null ? "?" : numberText(count);
}

function firstDropTable(context: DigestContext, items: readonly DigestItem[]): Block[] {
  const found = items.filter((item): item is ItemOf<"firstDrop"> => item.kind === "firstDrop");
  if (found.length === 0) return [];
  const more = found.length - shownRows;
  return [
    {
      kind: "table",
      title: "Dropped for the first time",
      columns: [
        { title: "Source → destination" },
        ...(context.clusters.length > 1 ? [{ title: "Cluster" }] : []),
        { title: "Reason" },
        { title: "Packets", align: "right" },
        { title: "Since", align: "right" },
      ],
      rows: found
        .slice(0, shownRows)
        .map((item) => [
          `${pairText(item)}${item.sure ? "" : " (not sure)"}`,
          ...(context.clusters.length > 1 ? [item.cluster] : []),
          cutEnd(reasonText(item.reason), 60),
          numberText(item.count),
          momentText(item.first, context),
        ]),
      ...(more > 0 && { folded: counted(more, "more pair") }),
    },
  ];
}
