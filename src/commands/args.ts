/** Pieces of argument schemas: raw words in, checked values out. Each refusal is a sentence that says what to type; the grammar puts the flag in front. */
import { z } from "zod";
import { durationText } from "../analysis/duration.ts";
import { parseLabelSelector, selectorText } from "../analysis/label-selector.ts";
import { reasonNumber, reasons } from "../analysis/reasons.ts";
import { readCidr, readIp } from "../analysis/target-ip.ts";
import { parseTarget } from "../analysis/target-parse.ts";
import { reservedIdentities } from "../analysis/target-words.ts";
import { parseTime } from "../analysis/time.ts";
import { nearest } from "./nearest.ts";
import { shown } from "./words.ts";

/** A value, or why there is none. */
export type Read<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly say: string };
export type Reader<Value> = (text: string) => Read<Value>;

/** Values that one flag may name. */
const maxListed = 50;
const dayMs = 86_400_000;
const longestMs = 30 * dayMs;

/** A flag or word that is given once. */
export function one<Value>(read: Reader<Value>) {
  return z.string().transform((text, context): Value => {
    const result = read(text);
    if (result.ok) return result.value;
    context.addIssue({ code: "custom", message: result.say });
    return z.NEVER;
  });
}

/** A flag that may be repeated or given as a comma list. A value with a comma in it is tried as a whole first. Equal values count once. */
export function many<Value>(read: Reader<Value>) {
  return z.array(z.string()).transform((texts, context): Value[] => {
    const parts = texts.flatMap((text) =>
      read(text.trim()).ok ? [text.trim()] : text.split(",").map((part) => part.trim()),
    );
    if (parts.length > maxListed)
      return fail(context, `${parts.length} values are too many. Give at most ${maxListed}.`);
    const values: Value[] = [];
    for (const part of parts) {
      const result = read(part);
      if (!result.ok) return fail(context, result.say);
      if (!values.includes(result.value)) values.push(result.value);
    }
    return values;
  });
}

export const time: Reader<NonNullable<ReturnType<typeof parseTime>>> = (text) => {
  const spec = parseTime(text);
  if (spec === undefined)
    return refuse(
      `${shown(text)} is no time. Type how long ago (15m), a time of day in UTC (14:05) or a date (2026-11-20T14:05Z).`,
    );
  return spec.kind === "ago" && spec.ms > longestMs
    ? refuse(`That is too long ago. Type at most ${durationText(longestMs)}.`)
    : accept(spec);
};

export const port: Reader<number> = (text) =>
  /^\d{1,5}$/.test(text) && Number(text) <= 65_535
    ? accept(Number(text))
    : refuse(`${shown(text)} is no port. Type a number from 0 to 65535, for example 443.`);

export function count(least: number, most: number): Reader<number> {
  return (text) =>
    /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most
      ? accept(Number(text))
      : refuse(`${shown(text)} does not fit. Type a whole number from ${least} to ${most}.`);
}

const dnsName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** A Kubernetes name: namespace, node and the like. */
export const kubernetesName: Reader<string> = (text) =>
  text.length <= 253 && dnsName.test(text)
    ? accept(text)
    : refuse(
        `${shown(text)} is no Kubernetes name. Type lower-case letters, digits, dashes and dots, for example kube-system.`,
      );

/** Hubble's `[namespace/]name-prefix`: without a namespace it means `default`, `/name` means any, `namespace/` all names in it. */
export const podPrefix: Reader<string> = (text) => {
  const slash = text.indexOf("/");
  const namespace = slash < 0 ? "" : text.slice(0, slash);
  const name = text.slice(slash + 1);
  const fits =
    text.length <= 317 &&
    (namespace === "" || dnsName.test(namespace)) &&
    (name === "" || /^[a-z0-9][-a-z0-9.]*$/.test(name));
  return fits && (name !== "" || namespace !== "")
    ? accept(text)
    : refuse(`${shown(text)} is no pod or service. Type NAMESPACE/NAME, for example default/deathstar.`);
};

/** `name` or `Kind/name`. */
export const workload: Reader<string> = (text) =>
  text.length <= 317 && /^([A-Za-z]+\/)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text)
    ? accept(text)
    : refuse(
        `${shown(text)} is no workload. Type its name, for example deathstar, or its kind and name, for example Deployment/deathstar.`,
      );

export const label: Reader<string> = (text) => {
  const parsed = parseLabelSelector(text);
  return parsed.ok ? accept(selectorText(parsed.selector)) : refuse(parsed.say);
};

export const address: Reader<string> = (text) => {
  const found = readIp(text) ?? (text.includes("/") ? readCidr(text) : null);
  return found === null
    ? refuse(`${shown(text)} is no IP address or CIDR. Type for example 10.0.0.1 or 10.0.0.0/8.`)
    : accept(found);
};

export const identity: Reader<number> = (text) => {
  const reserved = reservedIdentities.get(text.toLowerCase().replace(/^reserved:/, ""));
  if (reserved !== undefined) return accept(reserved);
  if (/^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff) return accept(Number(text));
  return refuse(
    `${shown(text)} is no identity. Type its number, or one of: ${[...reservedIdentities.keys()].join(", ")}.`,
  );
};

/** Hubble's patterns: `*` stands for any characters of a name. */
export const fqdn: Reader<string> = (text) => {
  const name = text.toLowerCase().replace(/\.$/, "");
  return name.length <= 255 && /^[-.0-9a-z_*]+$/.test(name)
    ? accept(name)
    : refuse(`${shown(text)} is no DNS name. Type for example api.example.com or *.example.com.`);
};

/** Hubble's `[cluster/]node` with `*`. */
export const nodeName: Reader<string> = (text) =>
  text.length <= 320 && /^([-A-Za-z0-9.*]+\/)?[-A-Za-z0-9.*]+$/.test(text)
    ? accept(text)
    : refuse(`${shown(text)} is no node name. Type for example k8s-w1 or k8s-*.`);

export const dropReason: Reader<number> = (text) => {
  const number = reasonNumber(text);
  if (number !== undefined && number > 0) return accept(number);
  const meant = nearest(
    text.replaceAll(/[\s-]+/g, "_"),
    reasons.map((reason) => reason.name),
  );
  const hint =
    meant === undefined
      ? "Type a name such as POLICY_DENIED, the agent's text such as 'Policy denied', or a number."
      : `Did you mean ${meant}?`;
  return refuse(`${shown(text)} is no drop reason. ${hint}`);
};

export function choice<Name extends string, Value>(what: string, values: Readonly<Record<Name, Value>>): Reader<Value> {
  const known = new Map<string, Value>(Object.entries(values) as [string, Value][]);
  const list = [...known.keys()].join(", ");
  return (text) => {
    const value = known.get(text.toLowerCase());
    if (value !== undefined) return accept(value);
    const meant = nearest(text, [...known.keys()]);
    return refuse(
      `${shown(text)} is no ${what}. ${meant === undefined ? `Type one of: ${list}.` : `Did you mean ${meant}?`}`,
    );
  };
}

export const target: Reader<Extract<ReturnType<typeof parseTarget>, { ok: true }>["target"]> = (text) => {
  const parsed = parseTarget(text);
  return parsed.ok ? accept(parsed.target) : refuse(parsed.say);
};

function accept<Value>(value: Value): Read<Value> {
  return { ok: true, value };
}

function refuse(say: string): { readonly ok: false; readonly say: string } {
  return { ok: false, say };
}

function fail(context: z.core.$RefinementCtx, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}
