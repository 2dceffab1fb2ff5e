/** The first K of a subject, with what they were before and over time. K series and not more: which they are is decided once, over the whole window. */
import type { Window } from "../../analysis/select.ts";
import type { RankingRow, RankingTotal } from "../question.ts";
import { duration, oneOf, textLiteral } from "./promql.ts";
import type { Subject } from "./ranking-subject.ts";
import type { Labels, QueryResult } from "./result.ts";
import type { MetricTools } from "./tools.ts";

export interface RankedRows {
  readonly rows: readonly RankingRow[];
  readonly totals: readonly RankingTotal[];
  readonly stepMs: number;
  /** Nodes whose rows did not fit. */
  readonly foldedNodes: number;
  readonly queries: readonly string[];
}

export interface RankedAsk {
  readonly window: Window;
  readonly top: number;
  /** The label that tells nodes apart: K of each. */
  readonly per: string | null;
  readonly scrapeMs: number;
  /** Where samples begin; 0 when that lies well before the window. */
  readonly begins: number;
}

type Row = Pick<RankingRow, "labels" | "rate">;

/** Points of all rows together, and of one: a finding stays far below its limit, and a picture is no wider. */
const mostPoints = { all: 4_000, one: 200 };
const mostRows = 120;

export async function readRows(subject: Subject, asked: RankedAsk, tools: MetricTools): Promise<RankedRows> {
  const { window, top, per } = asked;
  const range = duration(window.to - window.from);
  const grouping = per === null ? "" : ` by (${per}) `;
  const all = subject.rates([], range);
  const [found, sums, counts] = await Promise.all(
    [`topk${grouping}(${top}, ${all} > 0)`, `sum${grouping}(${all})`, `count${grouping}(${all} > 0)`].map((query) =>
      tools.instant(query, window.to),
    ),
  );
  const totals = totalsOf(sums, counts);
  const { rows, shown } = ordered(rowsOf(found, subject.by), totals, { per, top });
  const stepMs = stepOf(window, rows.length, asked.scrapeMs);
  const [before, points] = await Promise.all([
    beforeOf(rows, subject, asked, tools),
    pointsOf(rows, subject, { ...asked, stepMs }, tools),
  ]);
  const at = ` @ ${window.to / 1000}`;
  return {
    rows: rows.map((row, index) => ({ ...row, before: before[index] ?? null, points: points[index] ?? [] })),
    totals: shown,
    stepMs,
    foldedNodes: totals.length - shown.length,
    queries: [
      `topk${grouping}(${top}, ${subject.rates([], range, at)} > 0)`,
      `topk${grouping}(${top}, ${subject.rates([], duration(rateRange(asked.scrapeMs)))})`,
    ],
  };
}

/** Rows without anything about other times: most first. */
export async function readTop(
  subject: Subject,
  { window, top }: Pick<RankedAsk, "window" | "top">,
  tools: MetricTools,
) {
  const query = `topk(${top}, ${subject.rates([], duration(window.to - window.from))} > 0)`;
  const rows = rowsOf(await tools.instant(query, window.to), subject.by).sort(byRate);
  return rows.map((row): RankingRow => ({ ...row, before: null, points: [] }));
}

/** Matchers that these rows have in common; more may fit them. */
export function matchersOf(rows: readonly { readonly labels: Labels }[], by: readonly string[]): string[] {
  return by.map((name) => {
    const values = [...new Set(rows.map(({ labels }) => labels[name] ?? ""))];
    return `${name}=~${textLiteral(oneOf(values))}`;
  });
}

export function keyOf(labels: Labels, by: readonly string[]): string {
  return JSON.stringify(by.map((name) => labels[name] ?? ""));
}

/** Of the write-ups, or four scrapes, or what no point may miss. */
export function rateRange(scrapeMs: number, stepMs = 0): number {
  return Math.max(300_000, 4 * scrapeMs, stepMs + scrapeMs);
}

function stepOf({ from, to }: Window, rows: number, scrapeMs: number): number {
  const points = Math.min(mostPoints.one, Math.max(20, Math.floor(mostPoints.all / Math.max(1, rows))));
  return Math.max(scrapeMs, Math.ceil((to - from) / points / 1_000) * 1_000);
}

function rowsOf(result: QueryResult | undefined, by: readonly string[]): Row[] {
  const series = result?.type === "vector" ? result.series : [];
  return series
    .filter(({ sample }) => Number.isFinite(sample.value))
    .map(({ labels, sample }) => ({ labels: pick(labels, by), rate: sample.value }));
}

function totalsOf(sums: QueryResult | undefined, counts: QueryResult | undefined): RankingTotal[] {
  const series = sums?.type === "vector" ? sums.series : [];
  const key = (labels: Labels) => JSON.stringify(Object.entries(labels).sort());
  const count = new Map(
    counts?.type === "vector" ? counts.series.map(({ labels, sample }) => [key(labels), sample.value]) : [],
  );
  return series
    .map(({ labels, sample }) => ({
      labels: pick(labels, Object.keys(labels)),
      rate: Number.isFinite(sample.value) ? sample.value : 0,
      count: count.get(key(labels)) ?? 0,
    }))
    .sort((a, b) => b.rate - a.rate || compare(key(a.labels), key(b.labels)));
}

/** Most first; node after node where they are told apart, as many nodes as fit. Equal rates stand by name. */
function ordered(
  rows: readonly Row[],
  totals: readonly RankingTotal[],
  { per, top }: Pick<RankedAsk, "per" | "top">,
): { readonly rows: readonly Row[]; readonly shown: readonly RankingTotal[] } {
  if (per === null) return { rows: rows.toSorted(byRate).slice(0, top), shown: totals };
  const shown = totals.slice(0, Math.max(1, Math.floor(mostRows / top)));
  const nodes = shown.map(({ labels }) => labels[per] ?? "");
  return {
    rows: nodes.flatMap((node) =>
      rows
        .filter(({ labels }) => (labels[per] ?? "") === node)
        .toSorted(byRate)
        .slice(0, top),
    ),
    shown,
  };
}

/**
 * The same rows in the window before. What was not there then was at 0, when its agent (or, without agents, any of the exporters) was; else nothing
 * is known.
 */
async function beforeOf(rows: readonly Row[], subject: Subject, { window, scrapeMs }: RankedAsk, tools: MetricTools) {
  if (rows.length === 0) return [];
  const { by, agent, watch } = subject;
  const span = window.to - window.from;
  const lookback = Math.min(span, Math.max(4 * scrapeMs, span / 10));
  const began = `last_over_time(${watch}[${duration(lookback)}])`;
  const [rates, there] = await Promise.all([
    tools.instant(subject.rates(matchersOf(rows, by), duration(span)), window.from),
    tools.instant(agent === null ? `count(${began})` : `count by (${agent}) (${began})`, window.from - span + lookback),
  ]);
  const known = new Map(rowsOf(rates, by).map(({ labels, rate }) => [keyOf(labels, by), rate]));
  const agents = new Set(
    there.type === "vector" ? there.series.map(({ labels }) => (agent === null ? "" : (labels[agent] ?? ""))) : [],
  );
  return rows.map(({ labels }) => {
    if (!agents.has(agent === null ? "" : (labels[agent] ?? ""))) return null;
    return known.get(keyOf(labels, by)) ?? 0;
  });
}

async function pointsOf(
  rows: readonly Row[],
  subject: Subject,
  { window, scrapeMs, begins, stepMs }: RankedAsk & { readonly stepMs: number },
  tools: MetricTools,
) {
  if (rows.length === 0) return [];
  const { by } = subject;
  const range = rateRange(scrapeMs, stepMs);
  const query = subject.rates(matchersOf(rows, by), duration(range));
  // A rate over more time than there are samples of is too low: the picture would begin with a rise that never was.
  const whole = Math.min(begins + range - scrapeMs, window.to);
  // The newest point stands at the end of the window.
  const from = window.to - Math.floor((window.to - window.from) / stepMs) * stepMs;
  const result = await tools.range(query, { from, to: window.to }, stepMs);
  const series = new Map(result.type === "matrix" ? result.series.map((one) => [keyOf(one.labels, by), one]) : []);
  return rows.map(({ labels }) =>
    (series.get(keyOf(labels, by))?.samples ?? [])
      .filter(({ time }) => time >= whole)
      .map(({ time, value }) => [time, rounded(value)] as const),
  );
}

/** Four digits are more than a picture shows. */
export function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : null;
}

function pick(labels: Labels, by: readonly string[]): Record<string, string> {
  return Object.fromEntries(by.map((name) => [name, labels[name] ?? ""]));
}

function byRate(a: Row, b: Row): number {
  return b.rate - a.rate || compare(JSON.stringify(a.labels), JSON.stringify(b.labels));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
