/** Which days were watched, so that nobody takes a day without a record for one on which nothing happened. */
import type { DaySketch } from "./day.ts";
import { dayMs, hourMs } from "./hour.ts";
import type { Followed } from "./observed.ts";

/** From which day on every day was watched, until `last`; null where that day itself was not. What happened on a day that nobody watched is not known. */
export function unbrokenFrom(
  days: readonly DaySketch[],
  seconds: Followed,
  { watched, last }: Unbroken,
): number | null {
  const known = new Set(days.flatMap((day) => (day[seconds] > 0 && watched.has(day.day) ? [day.day] : [])));
  let from: number | null = null;
  for (let day = last; known.has(day); day -= dayMs) from = day;
  return from;
}

interface Unbroken {
  /** Days (UTC, epoch milliseconds) of which at least half of the hours are kept. */
  readonly watched: ReadonlySet<number>;
  readonly last: number;
}

/** Of the hours that are kept those days of which they are half, until a moment. */
export function watchedDays(hours: readonly number[], until: number): ReadonlySet<number> {
  const counts = new Map<number, number>();
  for (const hour of hours) {
    const day = Math.floor(hour / dayMs) * dayMs;
    if (hour < until) counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  const half = (day: number) => (Math.min(until, day + dayMs) - day) / hourMs / 2;
  return new Set([...counts].flatMap(([day, count]) => (count >= half(day) ? [day] : [])));
}
