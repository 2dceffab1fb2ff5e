/** Questions to Prometheus and what came back: the part of the contract in question.ts that is about metrics. */
import type { Window } from "../analysis/select.ts";

/** Increase of the agents' drop counters over a window. */
export interface DropTotalsQuestion {
  readonly source: "prometheus";
  readonly ask: "dropTotals";
  readonly cluster: string;
  readonly window: Window;
}

/** The first K of something that metrics count. */
export interface RankingQuestion {
  readonly source: "prometheus";
  readonly ask: "ranking";
  readonly cluster: string;
  readonly of: "maps" | "drops" | "talkers" | "ports";
  readonly window: Window;
  readonly top: number;
  /** Agents' pods by name, `*` stands for anything. */
  readonly pod?: string;
  /** K of each node in place of K of all. */
  readonly by?: "node";
  /** Failed operations alone. */
  readonly failed?: boolean;
}

/** A question of the shipped dashboards, by its name in analysis/catalogue. */
export interface PanelQuestion {
  readonly source: "prometheus";
  readonly ask: "panel";
  readonly cluster: string;
  readonly panel: string;
  readonly window: Window;
  readonly pod?: string;
  /** `namespace/workload` that requests go to, for the panels by workload. */
  readonly workload?: string;
  /** That requests go to, or that flows come from, for the panels by workload or namespace. */
  readonly namespace?: string;
}

/** An expression that somebody typed; its grammar has been checked. */
export interface PromqlQuestion {
  readonly source: "prometheus";
  readonly ask: "promql";
  readonly cluster: string;
  readonly expression: string;
  /** `window.from` equal to `window.to`: at that moment. */
  readonly window: Window;
  /** Distance of two points, milliseconds; 0: what a picture needs. */
  readonly stepMs: number;
}

export interface DropTotalsFinding {
  readonly ask: "dropTotals";
  readonly totals: readonly DropTotal[];
  /** Packets forwarded in the window, for the share; null when the metric is missing. */
  readonly forwarded: number | null;
  /** Agents that had samples in the window. */
  readonly agents: number;
  /** Of these, how many still had some at its end. Left out, like `covered`, where the totals are no exact count. */
  readonly ending?: number;
  /** Share of all their time that samples cover, 0 to 1. */
  readonly covered?: number;
  /** What Prometheus said beside the data, verbatim, and what is missing ("no cilium_drop_count_total: …"). */
  readonly warnings: readonly string[];
  /** Expressions that reproduce the numbers. */
  readonly queries: readonly string[];
}

export interface DropTotal {
  /** DropReason enum name where the agent's text is known, else the text as it is. */
  readonly reason: string;
  /** The agent's own label: "Policy denied". */
  readonly text: string;
  readonly direction: string;
  /** Increase over the window, rounded to a whole packet. */
  readonly packets: number;
}

/** A metric's values under one set of labels; null is a gap (or NaN, or infinite). Oldest first, epoch milliseconds. */
export interface MetricSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [time: number, value: number | null])[];
}

/** What all answers from metrics have. */
export interface MetricsFacts {
  /** Why there is nothing, in a sentence that says what to set or to type; null when there is something. */
  readonly cannot: string | null;
  /** What Prometheus said beside the data, verbatim, and what is missing or was left out. */
  readonly notes: readonly string[];
  /** Expressions that reproduce the numbers. */
  readonly queries: readonly string[];
  /** Distance of two points, milliseconds. */
  readonly stepMs: number;
}

/** `queries`: the ranking, and the same for a graph. */
export interface RankingFinding extends MetricsFacts {
  readonly ask: "ranking";
  readonly of: RankingQuestion["of"];
  /** The metric that was ranked. */
  readonly metric: string;
  /** What rates are rates of: `ops/s`, `packets/s`, `flows/s`. */
  readonly unit: string;
  /** The part of the window that there are samples of: rates are over it. */
  readonly covered: Window;
  /** Why the rows do not say who it was, and which Helm value changes that; null when they do. */
  readonly lacks: string | null;
  /** Most first; with `by` node after node, the busiest first. */
  readonly rows: readonly RankingRow[];
  /** Of everything, ranked or not: one, or with `by` one for each node in the order of the rows. */
  readonly totals: readonly RankingTotal[];
  /** For `maps` without `failed`: the operations that failed most, without points. */
  readonly failing: readonly RankingRow[];
  /** How full maps are, for `maps` alone: the fullest and the fastest growing. */
  readonly pressure: readonly MetricSeries[];
  /** Maps that have operations but do not tell how full they are. */
  readonly unmeasured: readonly string[];
}

export interface RankingRow {
  /**
   * What it is: `map_name`, `operation` and `outcome`; `reason` and `direction` or `protocol`; `port` and `protocol`; `source` and `destination` as Hubble's
   * metrics name them, "" for what has no name. With `pod` (the agent's, else `instance`) and `node` where known.
   */
  readonly labels: Readonly<Record<string, string>>;
  /** Per second, over the covered part of the window. */
  readonly rate: number;
  /** Over the window of the same length before it; null when there is nothing to compare with. */
  readonly before: number | null;
  readonly points: MetricSeries["points"];
}

export interface RankingTotal {
  /** Empty, or `pod` (else `instance`) and `node` of one node. */
  readonly labels: Readonly<Record<string, string>>;
  readonly rate: number;
  /** What could have been ranked. */
  readonly count: number;
}

export interface PanelFinding extends MetricsFacts {
  readonly ask: "panel";
  /** Of each expression the largest first. */
  readonly series: readonly PanelSeries[];
  /** Nothing was found because nothing happened: `cannot` says so, and all that is needed is measured. */
  readonly quiet: boolean;
  /** Series beyond those that are told. */
  readonly folded: number;
}

export interface PanelSeries extends MetricSeries {
  /** Which of the panel's expressions it is of, where they are several: `max`. */
  readonly as?: string;
}

export interface PromqlFinding extends MetricsFacts {
  readonly ask: "promql";
  readonly type: "scalar" | "vector" | "matrix" | "string";
  /** With one point each for a scalar and a vector. */
  readonly series: readonly MetricSeries[];
  readonly text?: string;
  readonly folded: number;
}
