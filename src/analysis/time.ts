/**
 * Points in time as people type them. What was typed stays data until the moment of asking is known, because "15m" and "23:50" mean something only then.
 * Everything without a zone is UTC, as in Hubble's output.
 */
import { durationText, parseDuration } from "./duration.ts";

export type TimeSpec =
  | { readonly kind: "ago"; readonly ms: number }
  /** Epoch milliseconds. */
  | { readonly kind: "at"; readonly ms: number }
  /** `23:50`: the latest such moment that is not in the future, so that it works shortly after midnight. Milliseconds since 00:00. */
  | { readonly kind: "clock"; readonly ms: number }
  /** `Nov 20 22:17:14.633`, as `hubble observe` prints it: no year, so again the latest that is not in the future. Month from 0. */
  | { readonly kind: "stamp"; readonly month: number; readonly day: number; readonly ms: number };

const dayMs = 86_400_000;
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const clockForm = /^(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?z?$/i;
const dateForm =
  /^(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2})(?::(\d{2})(?::(\d{2})(\.\d{1,9})?)?)?(z|[+-]\d{2}:?\d{2})?)?$/i;
const stampForm = /^([a-z]{3}) +(\d{1,2}) +(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)$/i;

/** Undefined when the text is no time. Dates that no calendar has are none. */
export function parseTime(text: string): TimeSpec | undefined {
  const trimmed = text.trim();
  if (trimmed.toLowerCase() === "now") return { kind: "ago", ms: 0 };
  const ago = parseDuration(trimmed.replace(/ ago$/i, ""));
  if (ago !== undefined) return { kind: "ago", ms: ago };
  const clock = parseClock(trimmed);
  if (clock !== undefined) return { kind: "clock", ms: clock };
  return parseDate(trimmed) ?? parseStamp(trimmed);
}

/** Epoch milliseconds. */
export function resolveTime(spec: TimeSpec, askedAt: number): number {
  switch (spec.kind) {
    case "ago":
      return askedAt - spec.ms;
    case "at":
      return spec.ms;
    case "clock": {
      const today = askedAt - (askedAt % dayMs) + spec.ms;
      return today > askedAt ? today - dayMs : today;
    }
    case "stamp":
      return latestStamp(spec.month, spec.day, spec.ms, askedAt);
  }
}

/** A spelling that parses back to the same thing. */
export function timeSpecText(spec: TimeSpec): string {
  switch (spec.kind) {
    case "ago":
      return durationText(spec.ms);
    case "at":
      return rfc3339(spec.ms);
    case "clock":
      return clockOf(spec.ms);
    case "stamp": {
      const month = months[spec.month] ?? "";
      return `${month.charAt(0).toUpperCase()}${month.slice(1)} ${spec.day} ${clockOf(spec.ms)}`;
    }
  }
}

/** RFC 3339 in UTC, with milliseconds only where there are some. Hubble's CLI and kubectl take it. */
export function rfc3339(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(".000Z", "Z");
}

/** `14:05:02`, with the date in front when `near` lies on another day. UTC. */
export function clockText(epochMs: number, near: number): string {
  const iso = new Date(epochMs).toISOString();
  const clock = iso.slice(11, 19);
  return iso.slice(0, 10) === new Date(near).toISOString().slice(0, 10) ? clock : `${iso.slice(0, 10)} ${clock}`;
}

/** `14:05:02 to 14:20:02`, each with its date where it goes over midnight, so that a day does not look like a moment. UTC. */
export function rangeText({ from, to }: { readonly from: number; readonly to: number }, near: number): string {
  const isOneDay = new Date(from).toISOString().slice(0, 10) === new Date(to).toISOString().slice(0, 10);
  return `${clockText(from, isOneDay ? near : to)} to ${clockText(to, isOneDay ? near : from)}`;
}

/** 29 February may lie eight years back (1904 to 1896). */
function latestStamp(month: number, day: number, ms: number, askedAt: number): number {
  const year = new Date(askedAt).getUTCFullYear();
  for (let back = 0; back <= 8; back++) {
    const midnight = Date.UTC(year - back, month, day);
    if (new Date(midnight).getUTCMonth() === month && midnight + ms <= askedAt) return midnight + ms;
  }
  return askedAt;
}

function parseClock(text: string): number | undefined {
  const [, hour, minute, second = "0", fraction = "0"] = clockForm.exec(text) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return (Number(hour) * 3_600 + Number(minute) * 60 + Number(second)) * 1_000 + Math.round(Number(fraction) * 1_000);
}

function parseDate(text: string): TimeSpec | undefined {
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "0", zone = "Z"] =
    dateForm.exec(text) ?? [];
  if (year === undefined) return undefined;
  const clock = parseClock(`${hour}:${minute}:${second}`);
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (clock === undefined || new Date(midnight).toISOString().slice(0, 10) !== `${year}-${month}-${day}`)
    return undefined;
  const offset = zoneOffset(zone);
  return offset === undefined
    ? undefined
    : { kind: "at", ms: midnight + clock + Math.round(Number(fraction) * 1_000) - offset };
}

function zoneOffset(zone: string): number | undefined {
  if (zone.toLowerCase() === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function parseStamp(text: string): TimeSpec | undefined {
  const [, name = "", day, clock = ""] = stampForm.exec(text) ?? [];
  const month = months.indexOf(name.toLowerCase());
  const ms = parseClock(clock);
  // 2024 had a 29 February.
  if (
    month < 0 ||
    ms === undefined ||
    new Date(Date.UTC(2024, month, Number(day))).getUTCMonth() !== month ||
    Number(day) < 1
  )
    return undefined;
  return { kind: "stamp", month, day: Number(day), ms };
}

function clockOf(ms: number): string {
  const iso = new Date(ms).toISOString();
  return iso.slice(11, ms % 60_000 === 0 ? 16 : ms % 1_000 === 0 ? 19 : 23);
}
