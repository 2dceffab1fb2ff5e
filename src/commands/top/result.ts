/** The structured result of `top` (`--format json`): stable, additions only. */
import type { TopAnswers } from "../../analysis/top/ranking.ts";
import type { TopArgs } from "./args.ts";
import type { TopPicture } from "./picture.ts";
import { flowsOnly } from "./source.ts";
import type { Labels } from "./words.ts";

export interface TopResult {
  readonly of: TopArgs["of"];
  /** K. */
  readonly top: number;
  readonly by: "node" | null;
  /** Failed operations alone. */
  readonly failed: boolean;
  /** Where each cluster's rows are from. */
  readonly origins: readonly Origin[];
  /** Rows counted in metrics, most first; with `by` node after node. */
  readonly metrics: readonly TopMetricRow[];
  /** Of everything in metrics, per second, ranked or not; null where nothing was read. With `by` one for each node. */
  readonly totals: readonly {
    /** Null: of all. */
    readonly node: Labels | null;
    readonly rate: number;
    readonly others: { readonly count: number; readonly rate: number };
  }[];
  /** Rows counted in flows, most first; null where no flows were asked for, or none could be read. */
  readonly flows: {
    readonly rows: readonly TopFlowRow[];
    /** Packets for drops, queries for dns, requests for http, else flows. */
    readonly total: number;
    /** `count`: null when it is not known how many there are. */
    readonly others: { readonly count: number | null; readonly sum: number };
    /** The most that a count may be too high, and that a row may have which is not counted apart; 0: everything is exact. */
    readonly bound: number;
    /** Rows that are counted apart, whatever comes. */
    readonly capacity: number;
    /** Queries for names that only a search path made up: in the total, in no row. */
    readonly search: number;
  } | null;
  /** How full maps are, those that will be full soonest first; for `maps` alone. */
  readonly pressure: readonly {
    readonly cluster: string;
    /** The agent's pod (else its instance), and the node where known. */
    readonly labels: Labels;
    readonly map: string;
    /** From 0 to 1. */
    readonly now: number;
    /** At the beginning of the window; null when not known. */
    readonly before: number | null;
    /** Null unless its past deserves one. RFC 3339; shares of the whole per hour. */
    readonly forecast: { readonly fullAt: string; readonly perHour: number; readonly r2: number } | null;
  }[];
  /** Maps that have operations but do not tell how full they are. */
  readonly unmeasured: readonly { readonly cluster: string; readonly map: string }[];
}

export interface Origin {
  readonly cluster: string;
  readonly from: "metrics" | "flows" | "both" | "nothing";
  /** The metric that was ranked; null when none was. */
  readonly metric: string | null;
  /** Why metrics gave nothing, or no names, and what to set; null when they gave all. */
  readonly incomplete: string | null;
}

export interface TopMetricRow {
  readonly cluster: string;
  readonly labels: Labels;
  /** `ops/s`, `packets/s`, `flows/s`. */
  readonly unit: string;
  readonly rate: number;
  /** Of all, with `by` of the node; 0 to 1. */
  readonly share: number;
  /** In the window of the same length before; null when there is nothing to compare with. */
  readonly before: number | null;
}

export interface TopFlowRow {
  readonly cluster: string;
  readonly labels: Labels;
  readonly count: number;
  readonly share: number;
  /** How many of them may be others'. */
  readonly error: number;
  /** What came back, for dns and http: of `all`, `missing` with NXDOMAIN, `refused` with 4xx, `failed` with 5xx. */
  readonly answers: TopAnswers | null;
}

export function resultOf({ args, views, metrics, flows, fills }: TopPicture): TopResult {
  const unit = new Map(views.map(({ cluster, ranking }) => [cluster, ranking?.unit ?? ""]));
  return {
    of: args.of,
    top: args.top,
    by: args.by ?? null,
    failed: args.failed,
    origins: views.map((view) => originOf(args, view)),
    metrics: metrics.flatMap(({ rows, total }) =>
      rows.map(({ cluster, labels, rate, before }) => ({
        ...{ cluster, labels, unit: unit.get(cluster) ?? "", rate },
        share: total > 0 ? rate / total : 0,
        before,
      })),
    ),
    totals: metrics.map(({ node, total, others }) => ({
      node: node === null ? null : { cluster: node.cluster, ...node.labels },
      rate: total,
      others,
    })),
    flows:
      flows === undefined
        ? null
        : {
            rows: flows.rows.map((row) => ({ ...row, share: flows.total > 0 ? row.count / flows.total : 0 })),
            total: flows.total,
            others: flows.others,
            bound: flows.bound,
            capacity: flows.capacity,
            search: flows.search?.queries ?? 0,
          },
    pressure: fills.map(({ cluster, labels: { map_name: _, ...labels }, map, now, before, forecast }) => ({
      ...{ cluster, labels, map, now, before },
      forecast: forecast === undefined ? null : { ...forecast, fullAt: new Date(forecast.fullAt).toISOString() },
    })),
    unmeasured: views.flatMap(({ cluster, ranking }) => (ranking?.unmeasured ?? []).map((map) => ({ cluster, map }))),
  };
}

function originOf(args: TopArgs, { cluster, ranking, flows, troubles }: TopPicture["views"][number]): Origin {
  const fromMetrics = ranking !== undefined && ranking.cannot === null;
  const fromFlows = flows !== undefined;
  const failed = troubles.find(({ question }) => question.source === "prometheus")?.error.say;
  return {
    cluster,
    from: fromMetrics ? (fromFlows ? "both" : "metrics") : fromFlows ? "flows" : "nothing",
    metric: fromMetrics ? ranking.metric : null,
    incomplete: flowsOnly(args) ?? ranking?.cannot ?? ranking?.lacks ?? failed ?? null,
  };
}
