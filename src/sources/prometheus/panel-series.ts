/** One expression of a panel over a window: its series, the largest first, and how many more there are. */
import type { Expression } from "../../analysis/catalogue/panel.ts";
import { redactText } from "../../analysis/redact.ts";
import type { Window } from "../../analysis/select.ts";
import type { PanelSeries } from "../question.ts";
import { duration, numberOf } from "./promql.ts";
import type { Labels, QueryResult } from "./result.ts";
import type { MetricTools } from "./tools.ts";

export interface ReadSeries {
  readonly series: readonly PanelSeries[];
  readonly folded: number;
  /** As somebody would type it. */
  readonly query: string;
  readonly said: readonly string[];
}

/** Digits of a value: a finding is small. */
const digits = 6;
const longestLabel = 300;

interface Asked {
  readonly window: Window;
  /** Distance of two points, milliseconds. */
  readonly stepMs: number;
  /** Series to tell. */
  readonly most: number;
}

/** `promql`, `topOf`: the expressions as they are for this Prometheus. */
export async function readSeries(
  { as, top, topOf, kept }: Required<Pick<Expression, "topOf">> & Pick<Expression, "as" | "top" | "kept">,
  promql: string,
  asked: Asked,
  tools: MetricTools,
): Promise<ReadSeries> {
  const { window, stepMs } = asked;
  const most = top ?? asked.most;
  const now = await tools.instant(
    `count(${over("last_over_time", promql, window, spanOf(window) / looks)})`,
    window.to,
  );
  const count = numberOf(now);
  const by = top !== undefined || kept === "most" ? "sum_over_time" : "max_over_time";
  const chosen = count > most ? largest(promql, over(by, topOf, window, stepMs), most) : promql;
  const result = await tools.range(chosen, window, stepMs);
  const series = seriesOf(result, as);
  return {
    // What is asked for as the first few is told as that; others are left out for want of room.
    series: series.slice(0, most),
    folded: top === undefined ? Math.max(0, Math.max(count, series.length) - most) : 0,
    query: firstOf(promql, topOf, top),
    said: [...result.warnings, ...result.infos],
  };
}

function firstOf(promql: string, topOf: string, top: number | undefined): string {
  if (top === undefined) return promql;
  return topOf === promql ? `topk(${top}, ${promql})` : `${promql} and topk(${top}, ${topOf})`;
}

/** How often the window is looked at for how many series it has. */
const looks = 12;

/**
 * A topk() at each point would give more series than that, each with holes; this one is made once, at the window's end, over all of it. Where the question is not for the first
 * few, those with the highest values are kept unless told: a sum is nothing where one of the values is none.
 */
function largest(promql: string, size: string, most: number): string {
  return `(${promql}) and topk(${most}, ${size})`;
}

function over(name: string, promql: string, window: Window, stepMs: number): string {
  return `${name}((${promql})[${duration(spanOf(window))}:${duration(stepMs)}] @ ${window.to / 1_000})`;
}

function spanOf({ from, to }: Window): number {
  return to - from;
}

function seriesOf(result: QueryResult, as: string | undefined): PanelSeries[] {
  const all = result.type === "matrix" ? result.series : [];
  return all
    .map(({ labels, samples }) => ({
      ...(as !== undefined && { as }),
      labels: present(labels),
      points: samples.map(({ time, value }) => [time, rounded(value)] as const),
    }))
    .filter(({ points }) => points.some(([, value]) => value !== null))
    .sort((left, right) => sizeOf(right) - sizeOf(left));
}

/** Names and paths may carry secrets. */
function present(labels: Labels): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) =>
      value ? [[name, redactText(value).slice(0, longestLabel)]] : [],
    ),
  );
}

function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : null;
}

function sizeOf({ points }: PanelSeries): number {
  return points.reduce((sum, [, value]) => sum + Math.abs(value ?? 0), 0);
}
