/** Readers of the values that only `observe` takes. Each refusal is a sentence that says what to type. */
import { tracePoints, verdictNames } from "../../analysis/compact/words.ts";
import { EventType } from "../../analysis/flow.ts";
import { readPattern } from "../../analysis/flow-list-pattern.ts";
import { choice, type Reader } from "../args.ts";
import { nearest } from "../nearest.ts";
import { shown } from "../words.ts";

export const verdict: Reader<number> = choice(
  "verdict",
  Object.fromEntries(verdictNames.map((name, number) => [name.toLowerCase(), number]).slice(1)) as Record<
    string,
    number
  >,
);

/** By Hubble's names. */
export const eventTypes: ReadonlyMap<string, number> = new Map([
  ["drop", EventType.drop],
  ["capture", EventType.capture],
  ["trace", EventType.trace],
  ["policy-verdict", EventType.policyVerdict],
  ["trace-sock", EventType.socket],
  ["l7", EventType.l7],
]);

/** `TYPE[:SUBTYPE]` → their numbers, joined by a colon, so that equal ones are equal texts. */
export const eventType: Reader<string> = (text) => {
  const [name = "", sub] = text.toLowerCase().split(":", 2);
  const type = eventTypes.get(name);
  if (type === undefined) {
    const names = [...eventTypes.keys()];
    const meant = nearest(name, names);
    return refuse(
      `${shown(text)} is no event type. ${meant === undefined ? `Type one of: ${names.join(", ")}.` : `Did you mean ${meant}?`}`,
    );
  }
  if (sub === undefined) return { ok: true, value: String(type) };
  const point = type === EventType.trace ? tracePoints.indexOf(sub) : -1;
  if (point >= 0) return { ok: true, value: `${type}:${point}` };
  if (/^\d{1,3}$/.test(sub)) return { ok: true, value: `${type}:${Number(sub)}` };
  return refuse(
    type === EventType.trace
      ? `${shown(sub)} is no sub type of trace. Type one of: ${tracePoints.join(", ")}.`
      : `${name} has no sub type of that name. Type ${name} alone, or the sub type's number.`,
  );
};

export const httpStatus: Reader<string> = (text) =>
  /^([1-5]\d\d|[1-5]\d?\+)$/.test(text)
    ? { ok: true, value: text }
    : refuse(`${shown(text)} is no HTTP status. Type for example 403, or 5+ for all that begin with 5.`);

export const httpMethod: Reader<string> = (text) =>
  /^[A-Za-z]{1,20}$/.test(text)
    ? { ok: true, value: text.toUpperCase() }
    : refuse(`${shown(text)} is no HTTP method. Type for example GET.`);

export const pattern: Reader<string> = (text) => {
  const read = readPattern(text);
  return read.ok ? { ok: true, value: text } : refuse(read.say);
};

export const uuid: Reader<string> = (text) =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
    ? { ok: true, value: text.toLowerCase() }
    : refuse(`${shown(text)} is no identifier of a flow. Type all of it, as -o json shows it.`);

export const outputFormat: Reader<"json" | "compact"> = choice("output format here", {
  json: "json",
  jsonpb: "json",
  compact: "compact",
});

function refuse(say: string): { readonly ok: false; readonly say: string } {
  return { ok: false, say };
}
