/** Rates of counters as counts: what a panel of a picture's points says of a time. */
import type { Window } from "../select.ts";
import type { Line } from "./health.ts";

/** Values are a second, each of the `stepMs` before its time. */
export interface Rates {
  readonly lines: readonly Line[];
  readonly stepMs: number;
}

/** Each point tells of the time before it, so one at the beginning belongs to what was earlier. */
export function amountIn(points: Line["points"], { from, to }: Window, stepMs: number): number {
  const rates = points.filter(([time]) => time > from && time <= to).map(([, value]) => value ?? 0);
  return rates.reduce((sum, rate) => sum + (rate * stepMs) / 1_000, 0);
}

/** Of the time, 0 to 1, by whether anything at all was counted then: a counter stays while its agent runs. */
export function measuredShare({ lines, stepMs }: Rates, { from, to }: Window): number {
  if (stepMs <= 0) return 0;
  const times = lines.flatMap(({ points }) => points.flatMap(([time, value]) => (value === null ? [] : [time])));
  const measured = new Set(times.filter((time) => time > from && time <= to));
  return Math.min(1, (measured.size * stepMs) / (to - from));
}
