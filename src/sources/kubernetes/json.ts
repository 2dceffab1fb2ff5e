/** Reading JSON of which only some fields matter: what is missing or of another type becomes the empty value. */
import { isRecord } from "../../policy/record.ts";

export type Json = Readonly<Record<string, unknown>>;

export function record(value: unknown): Json {
  return isRecord(value) ? value : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Only the entries whose value is a string: labels, selectors. */
export function texts(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(record(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(entries);
}

/** Epoch milliseconds of an RFC 3339 text; 0 for anything else. */
export function time(value: unknown): number {
  const ms = Date.parse(text(value));
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}
