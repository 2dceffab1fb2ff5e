/** The time of a flow, exact where its record is at hand. UTC. */
import type { Flow, Stamp } from "../flow.ts";

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
/** What a Date can hold. */
const maxSeconds = 8.64e12;

/** `Jul  3 03:30:15.575`, as Hubble prints it: no year, no zone, digits past the milliseconds cut. */
export function stampText(flow: Flow): string {
  const stamp = stampOf(flow);
  if (stamp === null) return "N/A";
  const date = new Date(stamp.seconds * 1_000);
  const day = String(date.getUTCDate()).padStart(2, " ");
  const ms = String(Math.floor(stamp.nanos / 1e6)).padStart(3, "0");
  return `${months[date.getUTCMonth()]} ${day} ${date.toISOString().slice(-13, -5)}.${ms}`;
}

/** RFC 3339 with as many digits of a second (0, 3, 6 or 9) as needed, as protobuf's JSON writes it; undefined: the record has no time. */
export function rfc3339Nanos(flow: Flow): string | undefined {
  const stamp = stampOf(flow);
  if (stamp === null) return undefined;
  const digits = String(stamp.nanos)
    .padStart(9, "0")
    .replace(/(000){1,3}$/, "");
  return `${new Date(stamp.seconds * 1_000).toISOString().slice(0, -5)}${digits === "" ? "" : `.${digits}`}Z`;
}

function stampOf({ time, details }: Flow): Stamp | null {
  const stamp = details === undefined ? fromMs(time) : details.stamp;
  return stamp === null || Math.abs(stamp.seconds) > maxSeconds || stamp.nanos < 0 || stamp.nanos > 999_999_999
    ? null
    : stamp;
}

function fromMs(time: number): Stamp | null {
  if (time === 0) return null;
  const seconds = Math.floor(time / 1_000);
  return { seconds, nanos: Math.min(999_999_999, Math.round((time - seconds * 1_000) * 1e6)) };
}
