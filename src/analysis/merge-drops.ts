/** The drops of several clusters as one list, each row with its cluster. */
import type { DropPair, DropSummary, L7Denial } from "./drops.ts";
import { mergeLate } from "./late-timeline.ts";

export type ClusterPair = DropPair & { readonly cluster: string };
export type ClusterDenial = L7Denial & { readonly cluster: string };

export interface MergedDrops extends Omit<DropSummary, "pairs" | "l7Denials"> {
  readonly pairs: readonly ClusterPair[];
  readonly l7Denials: readonly ClusterDenial[];
}

export function mergeDrops(parts: readonly { readonly cluster: string; readonly drops: DropSummary }[]): MergedDrops {
  const all = parts.map(({ drops }) => drops);
  const sum = (pick: (drops: DropSummary) => number) => all.reduce((total, drops) => total + pick(drops), 0);
  const late = mergeLate(all.filter(({ packets }) => packets > 0).map((drops) => drops.late));
  return {
    packets: sum(({ packets }) => packets),
    byReason: addUp(all.map(({ byReason }) => byReason)),
    byDirection: addUp(all.map(({ byDirection }) => byDirection)),
    pairs: parts
      .flatMap(({ cluster, drops }) => drops.pairs.map((pair) => ({ ...pair, cluster })))
      .sort((a, b) => b.packets - a.packets),
    folded: { pairs: sum(({ folded }) => folded.pairs), packets: sum(({ folded }) => folded.packets) },
    l7Denials: parts
      .flatMap(({ cluster, drops }) => drops.l7Denials.map((denial) => ({ ...denial, cluster })))
      .sort((a, b) => b.count - a.count),
    foldedL7: { denials: sum(({ foldedL7 }) => foldedL7.denials), count: sum(({ foldedL7 }) => foldedL7.count) },
    timeline: addUpRow(all.map(({ timeline }) => timeline)),
    timelines: Object.fromEntries(
      [...new Set(all.flatMap(({ timelines }) => Object.keys(timelines)))].map((reason) => [
        reason,
        addUpRow(all.map(({ timelines }) => timelines[reason] ?? [])),
      ]),
    ),
    ...(late && { late }),
    policyLogs: [...new Set(all.flatMap(({ policyLogs }) => policyLogs))].slice(0, 5),
    noise: sum(({ noise }) => noise),
  };
}

function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total = new Map<string, number>();
  for (const [key, value] of counts.flatMap((one) => Object.entries(one)))
    total.set(key, (total.get(key) ?? 0) + value);
  return Object.fromEntries([...total].sort((a, b) => b[1] - a[1]));
}

function addUpRow(rows: readonly (readonly number[])[]): number[] {
  const length = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length }, (_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0));
}
