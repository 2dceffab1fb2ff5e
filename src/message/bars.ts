/** A row of numbers as text: bars, and the time below them. */
import type { TimeChart } from "./chart.ts";
import { windowText } from "./window-text.ts";

/** `values` are equally wide parts of [from, to) in epoch milliseconds. */
export interface BarRow {
  readonly values: readonly number[];
  readonly from: number;
  readonly to: number;
}

export interface Bars {
  /** One character per bar. */
  readonly line: string;
  /** From and to, as wide as the bars where they are wide enough; with their dates where the days differ. */
  readonly axis: string;
}

const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/** Zero is not a small bar. */
const none = "·";
const mostSteps = 1_000;

/** At most `width` bars; null where there is nothing to draw. */
export function drawBars({ values, from, to }: BarRow, width: number): Bars | null {
  if (values.length === 0 || to <= from) return null;
  const shown = merged(values, Math.ceil(values.length / width));
  const most = shown.reduce((left, right) => Math.max(left, right), 0);
  return {
    line: shown.map((value) => bar(value, most)).join(""),
    axis: axis(from, to, { own: shown.length, most: width }),
  };
}

/** The columns of a chart, all of a moment stacked into one. */
export function drawColumns({ series, window: { from, to }, stepMs }: TimeChart, width: number): Bars | null {
  const steps = Math.max(1, Math.min(mostSteps, Math.round((to - from) / stepMs)));
  const values = Array.from({ length: steps }, () => 0);
  for (const [time, value] of series.flatMap(({ points }) => points)) {
    const at = Math.min(steps - 1, Math.floor(((time - from) / (to - from)) * steps));
    if (at >= 0 && Number.isFinite(value)) values[at] = (values[at] ?? 0) + (value ?? 0);
  }
  return drawBars({ values, from, to }, width);
}

function bar(value: number, most: number): string {
  if (value <= 0) return none;
  return bars[Math.min(bars.length - 1, Math.ceil((value / most) * bars.length) - 1)] ?? none;
}

/** Too many buckets for the room: neighbours are added up, so that nothing vanishes. */
function merged(values: readonly number[], factor: number): number[] {
  const sums: number[] = [];
  for (let at = 0; at < values.length; at += factor) {
    sums.push(values.slice(at, at + factor).reduce((sum, value) => sum + value, 0));
  }
  return sums;
}

/** Below the bars, as wide as they are, or as the room. */
function axis(from: number, to: number, width: { readonly own: number; readonly most: number }): string {
  const [left, right] = ends(from, to, width.most - between);
  // A short row: the end's time stands after it instead of below its end.
  return left + " ".repeat(Math.max(between, width.own - left.length - right.length)) + right;
}

const between = 3;

/** Across midnight with their dates, in little room those alone: clocks alone would be any days'. */
function ends(from: number, to: number, room: number): readonly [string, string] {
  const [first = "", last] = windowText({ from, to }).utc.split(" – ");
  if (last === undefined) {
    const clock = (time: number) => new Date(time).toISOString().slice(11, 19);
    return [clock(from), `${clock(to)} UTC`];
  }
  if (first.length + last.length <= room) return [first, last];
  const day = (text: string) => text.split(" ", 2).join(" ");
  return [day(first), `${day(last)} UTC`];
}
