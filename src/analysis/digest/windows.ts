/** The times that a digest compares: whole hours, and the same hours of earlier days as the clocks of a zone showed them, so that they meet without a gap when summer begins or ends. */
import { dayMs, firstMoment, wallAt } from "../calendar/local.ts";
import type { Window } from "../select.ts";

export interface DigestTimes {
  /** The last local day, or the last seven, until the last whole hour. */
  readonly window: Window;
  /** The day or the week before it. */
  readonly before: Window;
  /** Seven days before that, newest first; none for a week. */
  readonly days: readonly Window[];
}

const hourMs = 3_600_000;
const earlierDays = 7;

/** Throws a RangeError where the zone is not known. */
export function digestTimes(askedAt: number, span: "day" | "week", zone: string): DigestTimes {
  const to = wholeHour(askedAt);
  const back = (days: number) => (days === 0 ? to : wholeHour(firstMoment(wallAt(to, zone) - days * dayMs, zone)));
  const length = span === "week" ? 7 : 1;
  const nth = (at: number): Window => ({ from: back((at + 1) * length), to: back(at * length) });
  return {
    window: nth(0),
    before: nth(1),
    days: span === "week" ? [] : Array.from({ length: earlierDays }, (_, at) => nth(at + 2)),
  };
}

/** Sketches are of whole hours of UTC. */
function wholeHour(moment: number): number {
  return Math.floor(moment / hourMs) * hourMs;
}
