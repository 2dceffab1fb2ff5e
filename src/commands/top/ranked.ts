/** Rows of all clusters as one ranking: what was counted in metrics, and what was counted in flows. They are never added to each other. */
import type { FlowRanking, TopAnswers } from "../../analysis/top/ranking.ts";
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
  /** Packets, flows, queries or requests. */
  readonly count: number;
  /** How many of them may be others'. */
  readonly error: number;
  readonly answers: TopAnswers | null;
}

export interface FlowGroup {
  readonly rows: readonly FlowRow[];
  readonly total: number;
  /** `count` is null when it is not known how many there are. */
  readonly others: { readonly count: number | null; readonly sum: number };
  /** The most that a count may be too high, and that a row may have which is not counted apart; 0: exact. */
  readonly bound: number;
  readonly capacity: number;
  /** In no row and not in the total. */
  readonly noise: number;
  /** Names that only a search path made up: in the total, in no row. */
  readonly search: FlowRanking["search"];
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
export function flowGroup(top: number, views: readonly TopView[]): FlowGroup | undefined {
  const read = views.flatMap(({ cluster, flows }) => (flows === undefined ? [] : [{ cluster, flows }]));
  if (read.length === 0) return undefined;
  const sum = (pick: (flows: FlowRanking) => number) => read.reduce((all, { flows }) => all + pick(flows), 0);
  const most = (pick: (flows: FlowRanking) => number) => Math.max(...read.map(({ flows }) => pick(flows)));
  const all = read.flatMap(({ cluster, flows }) => flows.rows.map((row): FlowRow => ({ ...row, cluster })));
  const rows = all.toSorted((a, b) => b.count - a.count).slice(0, top);
  const [total, search] = [sum((flows) => flows.total), searchOf(read.map(({ flows }) => flows))];
  const listed = rows.reduce((shown, { count }) => shown + count, search?.queries ?? 0);
  const isCounted = read.every(({ flows }) => flows.others !== null);
  const others = {
    count: isCounted ? all.length - rows.length + sum((flows) => flows.others ?? 0) : null,
    sum: Math.max(0, total - listed),
  };
  return {
    ...{ rows, total, others, search },
    bound: most((flows) => flows.bound),
    capacity: most((flows) => flows.capacity),
    noise: sum((flows) => flows.noise),
  };
}

function searchOf(read: readonly FlowRanking[]): FlowRanking["search"] {
  const all = read.flatMap(({ search }) => (search === null ? [] : [search]));
  const [first] = all.toSorted((a, b) => b.queries - a.queries);
  return first === undefined ? null : { ...first, queries: all.reduce((sum, { queries }) => sum + queries, 0) };
}
