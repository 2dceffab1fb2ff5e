/** Local times and schedules in words. English whatever the machine's language is. */
import { wallAt } from "./local.ts";
import type { Schedule } from "./schedule.ts";

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Fri 20 Nov 09:00`. */
export function localText(epochMs: number, zone: string): string {
  return `${dayText(new Date(wallAt(epochMs, zone)).toISOString().slice(0, 10))} ${localClock(epochMs, zone)}`;
}

/** `09:00`. */
export function localClock(epochMs: number, zone: string): string {
  return new Date(wallAt(epochMs, zone)).toISOString().slice(11, 16);
}

/** `Fri 20 Nov` of `2026-11-20`. */
export function dayText(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  return `${weekdays[date.getUTCDay()]} ${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
}

/** `09:00` of minutes after midnight. */
export function clockOfDay(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** `Monday to Friday at 09:00 Asia/Seoul`. */
export function scheduleText({ at, zone, weekdays: working, weekly }: Schedule): string {
  const days = weekly ? "on Mondays" : working ? "Monday to Friday" : "every day";
  return `${days} at ${clockOfDay(at)} ${zone}`;
}
