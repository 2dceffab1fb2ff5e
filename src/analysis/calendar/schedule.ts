/**
 * When something that happens daily is due: at most once on each local day. A time that the clock jumps over is due at the jump, one that it shows twice the first time. Pure: the
 * moment is handed in.
 */
import { dayMs, firstMoment, wallAt } from "./local.ts";

export interface Schedule {
  /** Minutes after local midnight. */
  readonly at: number;
  /** IANA name. */
  readonly zone: string;
  /** Monday to Friday alone. */
  readonly weekdays: boolean;
  /** Monday alone. */
  readonly weekly: boolean;
}

export interface Due {
  /** The local day, `2026-11-20`. */
  readonly day: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A day may be missing in a zone that changed sides of the date line, and before Monday lies a week. */
const farthestDays = 9;
const farthestBack = 31;
const minuteMs = 60_000;

/** `2026-11-20`: the day on that zone's calendars. */
export function localDay(epochMs: number, zone: string): string {
  return new Date(wallAt(epochMs, zone)).toISOString().slice(0, 10);
}

/** When it is due on a day; undefined where it is not, or where the zone never had that day. */
export function dueOn(schedule: Schedule, day: string): Due | undefined {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const weekday = new Date(midnight).getUTCDay();
  if (schedule.weekly ? weekday !== 1 : schedule.weekdays && (weekday === 0 || weekday === 6)) return undefined;
  const { zone } = schedule;
  const at = firstMoment(midnight + schedule.at * minuteMs, zone);
  // The clock may jump from there over the end of the day; but a day that has no beginning is none.
  const exists = localDay(at, zone) === day || localDay(firstMoment(midnight, zone), zone) === day;
  return exists ? { day, at } : undefined;
}

/** The first after a moment. Throws a RangeError where there is none, which no zone has. */
export function nextDue(schedule: Schedule, after: number): Due {
  for (let away = -1; away <= farthestDays; away++) {
    const due = dueOn(schedule, dayAway(after, schedule.zone, away));
    if (due !== undefined && due.at > after) return due;
  }
  throw new RangeError(`nothing is due in ${schedule.zone} after ${after}`);
}

/** All that were due in a stretch of time, oldest first, both ends included; of many the newest `most`, and none that is older than `farthestBack` days. */
export function duesBetween(schedule: Schedule, from: number, to: number, most: number): Due[] {
  const found: Due[] = [];
  for (let away = 1; away >= -farthestBack && found.length < most; away--) {
    const due = dueOn(schedule, dayAway(to, schedule.zone, away));
    if (due === undefined || due.at > to) continue;
    if (due.at < from) break;
    found.unshift(due);
  }
  return found;
}

/** The clock that jumps over midnight makes a day due on the next: so the day before and the day after are looked at too. */
function dayAway(epochMs: number, zone: string, days: number): string {
  return new Date(wallAt(epochMs, zone) + days * dayMs).toISOString().slice(0, 10);
}
