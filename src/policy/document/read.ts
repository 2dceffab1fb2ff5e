/**
 * Text that somebody pasted → the policies in it. YAML (JSON is YAML too), several documents, lists. Bounded in size, depth and aliases; what it refuses, it
 * refuses with a sentence that says what to do instead. Whether a policy is valid is the engine's business.
 */
import { Lexer, LineCounter, parseAllDocuments, visit } from "yaml";
import type { PolicyObject } from "../policy.ts";
import { isRecord } from "../record.ts";

export type Documents =
  | {
      readonly ok: true;
      readonly policies: readonly PolicyObject[];
      /** Objects that are no network policy: `Deployment web`. At most ten. */
      readonly others: readonly string[];
    }
  | { readonly ok: false; readonly say: string };

export const mostText = 256 * 1024;
const mostObjects = 200;
const mostAliases = 100;
const deepest = 60;
/** 256 KB of policies are about half of that. */
const mostPieces = 120_000;

const groups: Readonly<Record<string, string>> = {
  CiliumNetworkPolicy: "cilium.io/",
  CiliumClusterwideNetworkPolicy: "cilium.io/",
  NetworkPolicy: "networking.k8s.io/",
};

/** Never throws. Repeats at most 100 characters of what it got at a time. */
export function readPolicies(text: string): Documents {
  if (Buffer.byteLength(text) > mostText)
    return refuse(`At most ${mostText / 1024} KB of policies are read, and that is more. Ask with fewer of them.`);
  const heavy = tooHeavy(text);
  if (heavy !== null) return refuse(heavy);
  const json = readJson(text);
  return json === undefined ? readYaml(text) : sort(unpacked(json));
}

/** JSON is YAML, and read a hundred times faster. Undefined when it is none. */
function readJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // flow style, or the mistake that YAML will name
  }
}

function readYaml(text: string): Documents {
  const objects: unknown[] = [];
  try {
    const lines = new LineCounter();
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      version: "1.2",
    });
    for (const document of "empty" in documents ? [] : documents) {
      const [error] = document.errors;
      if (error !== undefined) {
        const { line, col } = lines.linePos(error.pos[0]);
        return refuse(`The YAML cannot be read: line ${line}, column ${col}: ${cut(error.message)}`);
      }
      const twice = keyTwice(document);
      if (twice !== null)
        return refuse(`The YAML has the key ${cut(twice)} twice in one place. Leave one of them out.`);
      objects.push(document.toJS({ maxAliasCount: mostAliases }));
    }
  } catch (thrown) {
    if (thrown instanceof RangeError) return refuse("The YAML nests too deeply. Paste the policy alone.");
    // Of the library: too many aliases, or one that stands for nothing.
    return refuse(`The YAML cannot be read: ${cut(thrown instanceof Error ? thrown.message : String(thrown))}`);
  }
  return sort(objects.flatMap(unpacked));
}

/** Lists of kubectl, and lists without a word. */
function unpacked(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (
    isRecord(value) &&
    typeof value["kind"] === "string" &&
    value["kind"].endsWith("List") &&
    Array.isArray(value["items"])
  )
    return value["items"];
  return value === null || value === undefined ? [] : [value];
}

function sort(objects: readonly unknown[]): Documents {
  if (objects.length > mostObjects)
    return refuse(`That is ${objects.length} objects, at most ${mostObjects} are read. Ask with fewer of them.`);
  const policies: PolicyObject[] = [];
  const others: string[] = [];
  for (const [at, object] of objects.entries()) {
    const which = objects.length === 1 ? "It" : `Object ${at + 1}`;
    if (!isRecord(object))
      return refuse(
        `${which} is no Kubernetes object: paste YAML that begins with apiVersion, kind, metadata and spec.`,
      );
    if (isDeep(object, 0))
      return refuse(`${which} nests too deeply, or contains itself through a YAML alias. Write it without aliases.`);
    const read = readObject(object, which);
    if (typeof read === "string") return refuse(read);
    if ("other" in read) others.push(read.other);
    else policies.push(read);
  }
  if (policies.length === 0) {
    const found =
      others.length > 0 ? `What was pasted is ${others.slice(0, 3).join(", ")}. ` : "There is no policy in it. ";
    return refuse(`${found}Paste a CiliumNetworkPolicy, a CiliumClusterwideNetworkPolicy or a NetworkPolicy.`);
  }
  const twice = policies.find((one, at) => policies.some((other, index) => index < at && isSame(one, other)));
  if (twice !== undefined) return refuse(`${twice.kind} ${cut(twice.name)} is there twice. Leave one of them out.`);
  return { ok: true, policies, others: others.slice(0, 10) };
}

function isSame(one: PolicyObject, other: PolicyObject): boolean {
  return one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;
}

/** A sentence where it cannot be taken. */
function readObject(
  object: Readonly<Record<string, unknown>>,
  which: string,
): PolicyObject | { readonly other: string } | string {
  const { kind, apiVersion, metadata } = object;
  if (typeof kind !== "string")
    return `${which} has no kind. A policy begins with apiVersion, kind, metadata and spec.`;
  const { name, namespace } = isRecord(metadata) ? metadata : {};
  const group = Object.hasOwn(groups, kind) ? groups[kind] : undefined;
  if (group === undefined) return { other: cut(`${kind}${typeof name === "string" ? ` ${name}` : ""}`) };
  if (typeof apiVersion !== "string" || !apiVersion.startsWith(group))
    return `${which} is a ${kind} with apiVersion ${cut(String(typeof apiVersion === "string" ? apiVersion : typeof apiVersion))}. Write ${group}${group.startsWith("cilium") ? "v2" : "v1"}.`;
  if (typeof name !== "string" || !/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name))
    return `${which} has no metadata.name that Kubernetes would take. Write a name of lower-case letters, digits, dashes and dots.`;
  if (
    namespace !== undefined &&
    namespace !== null &&
    (typeof namespace !== "string" || !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace))
  )
    return `${which} has no metadata.namespace that Kubernetes would take.`;
  const place = kind === "CiliumClusterwideNetworkPolicy" ? "" : typeof namespace === "string" ? namespace : "default";
  return { kind, namespace: place, name, spec: object["spec"], specs: object["specs"] };
}

/** The library's own check compares every key with every other. */
function keyTwice(document: Parameters<typeof visit>[0]): string | null {
  let twice: string | null = null;
  visit(document, {
    Map(_, { items }) {
      const keys = new Set<string>();
      for (const { key } of items) {
        const text = String(key);
        if (keys.has(text)) twice = text;
        keys.add(text);
      }
      return twice === null ? undefined : visit.BREAK;
    },
  });
  return twice;
}

/** What takes longer to read than any policy, by its pieces. */
function tooHeavy(text: string): string | null {
  const brackets = depthOf(text);
  if (brackets > deepest)
    return `The YAML nests ${brackets} brackets deep, which no policy does. Paste the policy alone.`;
  let pieces = 0;
  let aliases = 0;
  let onLine = 0;
  for (const piece of new Lexer().lex(text)) {
    pieces += 1;
    if (piece.startsWith("*") || piece.startsWith("&")) aliases += 1;
    // `- - - -` is a list in a list in a list.
    if (piece === "-" || piece === "?") onLine += 1;
    else if (piece === "\n") onLine = 0;
    if (onLine > deepest) return "The YAML nests too deeply. Paste the policy alone.";
    if (pieces > mostPieces) return "That is too much YAML at once. Ask with fewer policies.";
    if (aliases > mostAliases)
      return `The YAML has more than ${mostAliases} anchors and aliases. Write it without them.`;
  }
  return null;
}

/** Brackets of flow style; deep ones make a recursive parser fall over. Those in quotes count too: no policy has so many. */
function depthOf(text: string): number {
  let depth = 0;
  let deep = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 91 || code === 123) deep = Math.max(deep, ++depth);
    else if (code === 93 || code === 125) depth = Math.max(0, depth - 1);
  }
  return deep;
}

/** An alias of what is around it has no end. */
function isDeep(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth > deepest || Object.values(value).some((inner) => isDeep(inner, depth + 1));
}

function cut(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 100);
}

function refuse(say: string): { readonly ok: false; readonly say: string } {
  return { ok: false, say };
}
