/** Rows of all clusters as one ranking: what was counted in metrics, and what was counted in flows. They are never added to each other. */
import { ranked } from "../../analysis/worst.ts";
import type { MetricSeries, RankingFinding, RankingTotal } from "../../sources/question.ts";
import type { TopArgs } from "./args.ts";
import type { TopView } from "./gather.ts";
import type { Labels } from "./words.ts";

export interface MetricRow {
  readonly cluster: string;
  readonly labels: Labels;
  /** Per second. */
  readonly rate: number;
  /** Null when there is nothing to compare with. */
  readonly before: number | null;
  readonly points: MetricSeries["points"];
}

/** Rows whose shares are of the same whole: all of them, or those of one node. */
export interface MetricGroup {
  readonly metric: string;
  /** Null: of everything. */
  readonly node: { readonly cluster: string; readonly labels: Labels } | null;
  readonly rows: readonly MetricRow[];
  /** Per second, ranked or not. */
  readonly total: number;
  readonly others: { readonly count: number; readonly rate: number };
}

export interface FlowRow {
  readonly cluster: string;
  readonly labels: Labels;
  /** Packets for drops, else flows. */
  readonly count: number;
}

export interface FlowGroup {
  readonly rows: readonly FlowRow[];
  readonly total: number;
  /** `count` is null when it is not known how many there are. */
  readonly others: { readonly count: number | null; readonly sum: number };
}

export function metricGroups({ top, by }: Pick<TopArgs, "top" | "by">, views: readonly TopView[]): MetricGroup[] {
  const read = views.flatMap(({ cluster, ranking }) => (ranking ? [{ cluster, ranking }] : []));
  if (by === undefined) {
    // Clusters may differ in what they count by: names stand in front.
    const metrics = [...new Set(read.map(({ ranking }) => ranking.metric))].sort().reverse();
    return metrics.flatMap((metric) => {
      const own = read.filter(({ ranking }) => ranking.metric === metric);
      const totals = own.flatMap(({ ranking }) => ranking.totals);
      const rows = rowsOf(own).toSorted((a, b) => b.rate - a.rate);
      return totals.length === 0 ? [] : [groupOf({ metric, node: null }, rows.slice(0, top), totals)];
    });
  }
  const all = rowsOf(read);
  return read.flatMap(({ cluster, ranking }) =>
    ranking.totals.map((total) => {
      const keys = Object.keys(total.labels);
      const own = all.filter(
        (row) => row.cluster === cluster && keys.every((key) => row.labels[key] === total.labels[key]),
      );
      return groupOf({ metric: ranking.metric, node: { cluster, labels: total.labels } }, own, [total]);
    }),
  );
}

function rowsOf(read: readonly { readonly cluster: string; readonly ranking: RankingFinding }[]): MetricRow[] {
  return read.flatMap(({ cluster, ranking }) => ranking.rows.map((row) => ({ ...row, cluster })));
}

function groupOf(
  group: Pick<MetricGroup, "metric" | "node">,
  rows: readonly MetricRow[],
  totals: readonly Pick<RankingTotal, "rate" | "count">[],
): MetricGroup {
  const total = totals.reduce((sum, { rate }) => sum + rate, 0);
  const shown = rows.reduce((sum, { rate }) => sum + rate, 0);
  const count = Math.max(0, totals.reduce((sum, one) => sum + one.count, 0) - rows.length);
  return { ...group, rows, total, others: { count, rate: count === 0 ? 0 : Math.max(0, total - shown) } };
}

/** Undefined where no flows were read. */
export function flowGroup({ of, top }: Pick<TopArgs, "of" | "top">, views: readonly TopView[]): FlowGroup | undefined {
  if (of === "drops") return dropGroup(top, views);
  const read = views.flatMap(({ cluster, forwarded }) =>
    forwarded?.forwarded ? [{ cluster, forwarded: forwarded.forwarded }] : [],
  );
  if (read.length === 0) return undefined;
  const total = read.reduce((sum, { forwarded }) => sum + forwarded.flows, 0);
  const pairs = read.flatMap(({ cluster, forwarded }) =>
    forwarded.pairs.map(({ source, destination, port, protocol, flows }): FlowRow => {
      const end = { port: String(port), protocol };
      return { cluster, labels: of === "ports" ? end : { source, destination, ...end }, count: flows };
    }),
  );
  const all = of === "ports" ? addedUp(pairs) : pairs;
  return settled(all, top, total, null);
}

function dropGroup(top: number, views: readonly TopView[]): FlowGroup | undefined {
  const read = views.flatMap(({ cluster, drops }) => (drops ? [{ cluster, drops }] : []));
  if (read.length === 0) return undefined;
  const total = read.reduce((sum, { drops }) => sum + drops.packets - drops.noise, 0);
  const folded = read.reduce((sum, { drops }) => sum + drops.folded.pairs, 0);
  const all = read.flatMap(({ cluster, drops }) =>
    ranked(drops.pairs, false).map(({ source, destination, port, protocol, reason, direction, packets }): FlowRow => {
      const labels = { source, destination, port: String(port), protocol, reason, direction };
      return { cluster, labels, count: packets };
    }),
  );
  return settled(all, top, Math.max(0, total), folded);
}

function settled(all: readonly FlowRow[], top: number, total: number, folded: number | null): FlowGroup {
  const rows = all.toSorted((a, b) => b.count - a.count).slice(0, top);
  const sum = Math.max(0, total - rows.reduce((shown, { count }) => shown + count, 0));
  const count = folded === null ? (sum === 0 ? 0 : null) : all.length - rows.length + folded;
  return { rows, total, others: { count, sum } };
}

function addedUp(rows: readonly FlowRow[]): FlowRow[] {
  const sums = new Map<string, FlowRow>();
  for (const row of rows) {
    const key = JSON.stringify([row.cluster, row.labels]);
    sums.set(key, { ...row, count: row.count + (sums.get(key)?.count ?? 0) });
  }
  return [...sums.values()];
}
