/** Ages as kubectl prints them (k8s.io/apimachinery/pkg/util/duration): two or three significant figures. */
import type { KubernetesObject } from "../object.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** `milliseconds` may be slightly negative when clocks differ. */
export function humanDuration(milliseconds: number): string {
  if (milliseconds <= -2 * second) return "<invalid>";
  if (milliseconds < 0) return "0s";
  if (milliseconds < 2 * minute) return `${Math.floor(milliseconds / second)}s`;
  if (milliseconds < 10 * minute) return pair(milliseconds, minute, "m", second, "s");
  if (milliseconds < 3 * hour) return `${Math.floor(milliseconds / minute)}m`;
  if (milliseconds < 8 * hour) return pair(milliseconds, hour, "h", minute, "m");
  if (milliseconds < 2 * day) return `${Math.floor(milliseconds / hour)}h`;
  if (milliseconds < 8 * day) return pair(milliseconds, day, "d", hour, "h");
  if (milliseconds < 2 * year) return `${Math.floor(milliseconds / day)}d`;
  if (milliseconds < 8 * year) return pair(milliseconds, year, "y", day, "d");
  return `${Math.floor(milliseconds / year)}y`;
}

export function age(object: KubernetesObject, now: number): string {
  return since(object.metadata.creationTimestamp, now);
}

/** `time`: RFC 3339; anything else is `<unknown>`. */
export function since(time: unknown, now: number): string {
  const at = typeof time === "string" ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? "<unknown>" : humanDuration(now - at);
}

function pair(milliseconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((milliseconds % large) / small);
  return `${Math.floor(milliseconds / large)}${largeName}${rest === 0 ? "" : `${rest}${smallName}`}`;
}
