/** A stretch of time as two clocks: UTC, and the asker's own. */

export interface WindowText {
  /** `Nov 21 10:00–11:00 UTC` */
  readonly utc: string;
  /** `19:00–20:00 Asia/Seoul`, with dates where they are not UTC's. Absent without a zone, or with one that nobody knows. */
  readonly local?: string;
}

/** Seconds are written for windows below ten minutes. Epoch milliseconds. */
export function windowText(window: { readonly from: number; readonly to: number }, zone?: string): WindowText {
  const utc = clocks(window, "UTC");
  if (utc === null) return { utc: "at an unknown time" };
  const text = utc.sameDay
    ? `${utc.from.day} ${utc.from.clock}–${utc.to.clock} UTC`
    : `${utc.from.day} ${utc.from.clock} – ${utc.to.day} ${utc.to.clock} UTC`;
  const local = zone === undefined || zone === "UTC" ? null : clocks(window, zone);
  if (local === null) return { utc: text };
  return { utc: text, local: `${rangeText(local, utc)} ${zone}` };
}

/** Dates where they are not the same as on UTC's clock. */
function rangeText(local: Clocks, utc: Clocks): string {
  if (!local.sameDay) return `${local.from.day} ${local.from.clock} – ${local.to.day} ${local.to.clock}`;
  const date = utc.sameDay && local.from.day === utc.from.day ? "" : `${local.from.day} `;
  return `${date}${local.from.clock}–${local.to.clock}`;
}

/** One moment on UTC's clock: `10:12:30 UTC`, or with its date. */
export function momentText(time: number, { dated }: { readonly dated: boolean }): string {
  const at = Number.isFinite(time) && Math.abs(time) <= lastDate ? new Date(time) : null;
  if (at === null) return "at an unknown time";
  const moment = readClock(at, "UTC", true);
  return `${dated ? `${moment.day} ` : ""}${moment.clock} UTC`;
}

/** What a Date can hold. */
const lastDate = 8.64e15;
const shortWindow = 600_000;

interface Clock {
  readonly day: string;
  readonly clock: string;
}

interface Clocks {
  readonly from: Clock;
  readonly to: Clock;
  readonly sameDay: boolean;
}

function clocks({ from, to }: { readonly from: number; readonly to: number }, timeZone: string): Clocks | null {
  if (!(Math.abs(from) <= lastDate && Math.abs(to) <= lastDate)) return null;
  try {
    const seconds = to - from < shortWindow;
    const [start, end] = [readClock(new Date(from), timeZone, seconds), readClock(new Date(to), timeZone, seconds)];
    return { from: start, to: end, sameDay: start.day === end.day };
  } catch (error) {
    // The zone's name is a person's setting.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readClock(at: Date, timeZone: string, seconds: boolean): Clock {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((candidate) => candidate.type === type)?.value ?? "";
  const clock = [part("hour"), part("minute"), ...(seconds ? [part("second")] : [])].join(":");
  return { day: `${part("month")} ${part("day")}`, clock };
}
