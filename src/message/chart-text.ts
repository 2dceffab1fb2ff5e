/** What a picture shows, in numbers: for the text form of an answer, and as what a screen reader says. */

import type { ChartSeries, ChartSpec, TimeChart } from "./chart.ts";
import { cutEnd, plain } from "./plain.ts";
import { quantity, unitWord, wordless } from "./quantity.ts";
import { mapLines } from "./service-map.ts";
import { momentText } from "./window-text.ts";

export interface Extent {
  readonly min: number;
  readonly avg: number;
  readonly max: number;
  readonly last: number;
}

/** So many series and bars have a name, in pictures and in words. */
export const mostNamed = 8;
/** Moments and heights told in words. */
const mostNotes = 5;
const longestAltText = 1_000;

/** Null where there is no value at all. */
export function extentOf({ points }: ChartSeries): Extent | null {
  let [min, max, sum, count, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  for (const [, value] of points) {
    if (value === null || !Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    count += 1;
    last = value;
  }
  return count === 0 ? null : { min, avg: sum / count, max, last };
}

/** There is nothing to draw. */
export function isEmptyChart(chart: ChartSpec): boolean {
  if (chart.kind === "map") return chart.edges.length === 0;
  return chart.kind === "ranking" ? chart.bars.length === 0 : chart.series.every((one) => extentOf(one) === null);
}

/** The ones worth a name, in the order given: all where they are few, else the failures and then the largest, by the sum of their values. */
export function leading(
  series: readonly ChartSeries[],
  most: number = mostNamed,
): { readonly named: readonly ChartSeries[]; readonly rest: readonly ChartSeries[] } {
  if (series.length <= most) return { named: series, rest: [] };
  const ranked = series.map((one, index) => ({ index, bad: one.tone === "bad" ? 1 : 0, size: sizeOf(one) }));
  ranked.sort((left, right) => right.bad - left.bad || right.size - left.size || left.index - right.index);
  const chosen = new Set(ranked.slice(0, most).map(({ index }) => index));
  return {
    named: series.filter((_, index) => chosen.has(index)),
    rest: series.filter((_, index) => !chosen.has(index)),
  };
}

/** The longest first; a bar without a value is the last. */
export function rankedBars<Bar extends { readonly value: number | null }>(bars: readonly Bar[]): readonly Bar[] {
  const size = ({ value }: Bar) => (value === null || Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value);
  return bars.toSorted((left, right) => (size(left) === size(right) ? 0 : size(right) - size(left)));
}

/** A line for each series or bar, at most `most` of them, then one for each mark and threshold. */
export function chartLines(chart: ChartSpec, most: number = mostNamed): string[] {
  if (chart.kind === "map") return mapLines(chart);
  if (chart.kind === "ranking") {
    const bars = rankedBars(chart.bars).map(({ name, value }) => `${plain(name)}: ${amount(value, chart.unit)}`);
    return bars.length === 0 ? ["no data"] : [...bars.slice(0, most), ...moreThan(most, bars.length)];
  }
  const { named } = leading(chart.series, most);
  const lines = named.map((series) => `${plain(series.name)}: ${seriesText(series, chart)}`);
  return [
    ...(lines.length === 0 ? ["no data"] : lines),
    ...moreThan(most, chart.series.length),
    ...markLines(chart),
    ...thresholdLines(chart),
  ];
}

/** `min 2, avg 31, max 98, last 40 ops/s`; of columns `49 packets, at most 13 in 15s`. */
export function seriesText(series: ChartSeries, { kind, unit, stepMs }: TimeChart): string {
  const extent = extentOf(series);
  if (extent === null) return "no data";
  if (kind === "columns") {
    const sum = series.points.reduce((total, [, value]) => total + (Number.isFinite(value) ? (value ?? 0) : 0), 0);
    return `${quantity(sum, unit)}, at most ${wordless(extent.max, unit)} in ${stepText(stepMs)}`;
  }
  const numbers = (["min", "avg", "max", "last"] as const).map((name) => `${name} ${wordless(extent[name], unit)}`);
  return `${numbers.join(", ")} ${plain(unitWord(unit))}`.trimEnd();
}

/** One paragraph: the title and the first few lines. */
export function altText(chart: ChartSpec): string {
  return cutEnd([plain(chart.title), ...chartLines(chart, 5)].join(". "), longestAltText);
}

/** `rule1 applied: 10:12:30 UTC` */
export function markLines({ marks = [], window }: TimeChart): string[] {
  const dated = new Date(window.from).getUTCDate() !== new Date(window.to).getUTCDate();
  const lines = marks.map(({ time, label }) => `${plain(label)}: ${momentText(time, { dated })}`);
  return [...lines.slice(0, mostNotes), ...moreThan(mostNotes, lines.length, "moments")];
}

/** `full: line at 100%` */
export function thresholdLines({ thresholds = [], unit }: TimeChart): string[] {
  const lines = thresholds.map(({ value, label }) => `${plain(label)}: line at ${quantity(value, unit)}`);
  return [...lines.slice(0, mostNotes), ...moreThan(mostNotes, lines.length, "lines")];
}

function moreThan(most: number, count: number, what = ""): string[] {
  return count > most ? [`and ${[count - most, "more", what].join(" ").trimEnd()}`] : [];
}

/** What was JSON once may have null where a number is promised. */
function amount(value: number | null, unit: string): string {
  return value === null ? "no value" : quantity(value, unit);
}

function sizeOf({ points }: ChartSeries): number {
  return points.reduce((sum, [, value]) => (Number.isFinite(value) ? sum + Math.abs(value ?? 0) : sum), 0);
}

/** `15s`, `2m`, `6h` */
function stepText(ms: number): string {
  const seconds = Math.round(ms / 100) / 10;
  if (seconds >= 7_200 && Number.isInteger(seconds / 3_600)) return `${seconds / 3_600}h`;
  return seconds >= 120 && Number.isInteger(seconds / 60) ? `${seconds / 60}m` : `${seconds}s`;
}
