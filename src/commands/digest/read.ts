/** A time of day and a time zone as people type them. */
import { cityOf, readZone, zonesByCity } from "../../analysis/calendar/zones.ts";
import type { Reader } from "../args.ts";
import { nearest } from "../nearest.ts";
import { shown } from "../words.ts";

/** Intl takes some of these for zones: EST for one without a summer, IST for India's. */
const abbreviated: ReadonlyMap<string, string> = new Map([
  ...zonesOf("America/New_York", "EST", "EDT", "ET", "EST5EDT"),
  ...zonesOf("America/Chicago", "CST", "CDT", "CT", "CST6CDT"),
  ...zonesOf("America/Denver", "MST", "MDT", "MT", "MST7MDT"),
  ...zonesOf("America/Los_Angeles", "PST", "PDT", "PT", "PST8PDT"),
  ...zonesOf("Pacific/Honolulu", "HST"),
  ...zonesOf("Europe/London", "BST"),
  ...zonesOf("Europe/Lisbon", "WEST"),
  ...zonesOf("Europe/Berlin", "CEST", "MEZ", "MESZ"),
  ...zonesOf("Europe/Helsinki", "EEST"),
  ...zonesOf("Europe/Moscow", "MSK"),
  ...zonesOf("Asia/Kolkata", "IST"),
  ...zonesOf("Asia/Seoul", "KST"),
  ...zonesOf("Asia/Tokyo", "JST"),
  ...zonesOf("Asia/Singapore", "SGT"),
  ...zonesOf("Australia/Sydney", "AEST", "AEDT"),
]);

const clockForm = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm)?$/i;

/** `9`, `9:00`, `09:00`, `9am`, `9:30pm`: minutes after midnight. */
export const timeOfDay: Reader<number> = (text) => {
  const [, hours = "", minutes = "0", half = ""] = clockForm.exec(text.trim()) ?? [];
  const hour = half === "" ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  const fits = half === "" ? hour <= 23 : Number(hours) >= 1 && Number(hours) <= 12;
  return hours !== "" && fits && Number(minutes) <= 59
    ? { ok: true, value: hour * 60 + Number(minutes) }
    : { ok: false, say: `${shown(text)} is no time of day. Type for example 09:00 or 9am.` };
};

/** An IANA zone. A city alone, or a name with a slip, is told which zone may have been meant. */
export const zone: Reader<string> = (text) => {
  const known = readZone(text);
  if (known !== undefined) return { ok: true, value: known };
  const meant = abbreviated.get(text.trim().toUpperCase()) ?? zoneMeant(text);
  const hint = meant === undefined ? "Type a name such as Asia/Seoul, Europe/Berlin or UTC." : `Did you mean ${meant}?`;
  return { ok: false, say: `${shown(text)} is no time zone. ${hint}` };
};

/** For every day to come: an abbreviation that Intl takes for a zone has no summer, or is another one's as well, and is asked back. */
export const lastingZone: Reader<string> = (text) => {
  const meant = abbreviated.get(text.trim().toUpperCase());
  if (meant === undefined || readZone(text) === undefined) return zone(text);
  return {
    ok: false,
    say: `${shown(text)} may mean several time zones, or one without a summer. Did you mean ${meant}?`,
  };
};

/** Begins with a digit: meant as a time, and as nothing else. */
export function looksLikeTime(text: string): boolean {
  return /^\d/.test(text.trim());
}

function zonesOf(zone: string, ...names: readonly string[]): (readonly [string, string])[] {
  return names.map((name) => [name, zone] as const);
}

/** A slip in the city is looked for among cities, one in front of it among whole names. */
function zoneMeant(text: string): string | undefined {
  const zones = zonesByCity();
  const city = cityOf(text.trim().slice(0, 64).replaceAll(" ", "_"));
  const exact = zones.get(city);
  if (exact !== undefined) return exact;
  const near = nearest(city, [...zones.keys()]);
  if (near !== undefined) return zones.get(near);
  return text.includes("/") ? nearest(text, [...zones.values()]) : undefined;
}
