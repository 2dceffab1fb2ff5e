/**
 * What stands behind `whatif`: a target perhaps, and policies as YAML or JSON, in a code block or bare. On one line, so that the command can be repeated: the
 * policies as JSON first, the target behind them.
 */
import { type Documents, mostText, readPolicies } from "../../policy/document/read.ts";
import type { PolicyObject } from "../../policy/policy.ts";
import type { WhatifArgs } from "./args.ts";

export interface Pasted {
  /** "" when none was typed. */
  readonly target: string;
  readonly documents: Documents;
}

/** Where policies begin. */
const beginning = /(?:^|\s)(?=(?:---(?:\s|$)|[[{"#]|(?:apiVersion|kind|metadata|spec|specs|items)\s*:))/;

/** Of what was typed, or of its own answer, which it gives back unchanged. */
export function oneLinePolicies(typed: string): string {
  const { target, documents, body } = read(typed);
  if (documents.ok) return policyLine(documents, target);
  // What cannot be read is kept as a text: the refusal is told when the arguments are.
  return [asciiJson(body.slice(0, mostText + 1)), target].filter((part) => part !== "").join(" ");
}

export function policyLine(pasted: Pick<WhatifArgs, "policies" | "others">, target: string): string {
  return [asciiJson(objectsOf(pasted)), target].filter((part) => part !== "").join(" ");
}

export function readPasted(line: string): Pasted {
  const { target, documents } = read(line);
  return { target, documents };
}

interface Read extends Pasted {
  readonly body: string;
}

function read(text: string): Read {
  return readLine(text) ?? readFree(text);
}

/** As people write it. */
function readFree(text: string): Read {
  const clean = text.replace(/\u00a0/g, " ");
  const at = beginning.exec(clean);
  const cut = at === null ? clean.length : at.index + at[0].length;
  const target = clean.slice(0, cut).trim();
  if (!noWord.test(target)) return { target, body: clean.slice(cut), documents: documentsOf(clean.slice(cut)) };
  const say =
    "In front of the policy stands one target at most, for example: whatif deathstar ```apiVersion: cilium.io/v2 …```";
  return { target: "", body: clean, documents: at === null ? documentsOf(clean) : { ok: false, say } };
}

/** More than a word, or none that names something. */
const noWord = /[\s[\]{}"]/;

function documentsOf(body: string): Documents {
  return body.trim() === "" ? nothing : readPolicies(body);
}

const nothing: Documents = {
  ok: false,
  say: "Paste the policy behind the command, as YAML in a code block, for example: whatif deathstar ```apiVersion: cilium.io/v2 …```",
};

/** JSON on one line and a word behind it; undefined when it is not that. */
function readLine(text: string): Read | undefined {
  if (text.includes("\n") || !/^[["]/.test(text)) return undefined;
  const end = jsonEnd(text);
  const target = text.slice(end).trim();
  if (noWord.test(target)) return undefined;
  try {
    const value: unknown = JSON.parse(text.slice(0, end));
    if (typeof value === "string") return { target, body: value, documents: readFree(value).documents };
    return { target, body: text.slice(0, end), documents: documentsOf(text.slice(0, end)) };
  } catch {
    return undefined;
  }
}

/** Behind the first value. */
function jsonEnd(text: string): number {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const glyph = text.charAt(at);
    if (inText) {
      if (glyph === "\\") at += 1;
      else if (glyph === '"') inText = false;
    } else if (glyph === '"') inText = true;
    else if (glyph === "[" || glyph === "{") depth += 1;
    else if (glyph === "]" || glyph === "}") depth -= 1;
    if (depth === 0 && !inText) return at + 1;
  }
  return text.length;
}

function objectsOf({ policies, others }: Pick<WhatifArgs, "policies" | "others">): unknown[] {
  return [...policies.map(asObject), ...others.map(asOther)];
}

function asObject({ kind, namespace, name, spec, specs }: PolicyObject): unknown {
  return {
    apiVersion: kind === "NetworkPolicy" ? "networking.k8s.io/v1" : "cilium.io/v2",
    kind,
    metadata: { name, ...(namespace !== "" && { namespace }) },
    ...(spec !== undefined && { spec }),
    ...(specs !== undefined && { specs }),
  };
}

/** `Deployment web`. */
function asOther(text: string): unknown {
  const [kind = "", ...name] = text.split(" ");
  return { kind, metadata: { name: name.join(" ") } };
}

/** Quotes, dashes and ticks of other scripts mean something in a command line. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[`\u007f-\uffff]/g,
    (glyph) => `\\u${glyph.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
