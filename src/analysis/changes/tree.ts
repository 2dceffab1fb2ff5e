/**
 * The part of an object that is compared, small enough to keep: a bounded copy with sorted keys, secrets cut. What may not be seen and whose change still matters
 * (values of environment variables, of headers) stands in it as a hidden leaf that carries a short hash.
 */
import { isRecord } from "../../policy/record.ts";
import { isSecretName } from "../redact/secret-names.ts";

export type Tree = string | number | boolean | null | readonly Tree[] | { readonly [key: string]: Tree };

export interface TreeTools {
  /** Cuts secrets from running text. */
  readonly text: (text: string) => string;
  /** Short and one-way, so that a hidden value can be compared and not guessed. */
  readonly hash: (text: string) => string;
}

/** A policy of the size that people write is whole. Beyond this the rest is left out. */
const most = { nodes: 4_000, characters: 40_000, depth: 20, text: 400, key: 120 } as const;
const hiddenMark = "\u0001";

export interface Room {
  nodes: number;
  characters: number;
}

export function emptyRoom(): Room {
  return { nodes: most.nodes, characters: most.characters };
}

export function hidden(value: string, { hash }: TreeTools): string {
  return `${hiddenMark}${hash(value)}`;
}

export function isHidden(leaf: Tree): boolean {
  return typeof leaf === "string" && leaf.startsWith(hiddenMark);
}

/** `room` is shared by all parts of one object. What does not fit is `…`. */
export function copyTree(value: unknown, tools: TreeTools, room: Room, depth = 0): Tree {
  room.nodes -= 1;
  if (room.nodes < 0 || room.characters < 0 || depth > most.depth) return "…";
  if (typeof value === "string") return copyText(value, tools, room);
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) {
    const items: Tree[] = [];
    for (const item of value) {
      items.push(copyTree(item, tools, room, depth + 1));
      if (room.nodes < 0 || room.characters < 0) break;
    }
    return items;
  }
  if (!isRecord(value)) return null;
  const fields: Record<string, Tree> = Object.create(null) as Record<string, Tree>;
  for (const key of Object.keys(value).sort((left, right) => (left < right ? -1 : 1))) {
    if (room.nodes < 0 || room.characters < 0) break;
    const name = key.slice(0, most.key);
    room.characters -= name.length;
    fields[name] = copyField(name, value[key], tools, room, depth + 1);
  }
  return fields;
}

/** Cilium's HTTP rules name headers, whose values may be credentials. */
function copyField(name: string, value: unknown, tools: TreeTools, room: Room, depth: number): Tree {
  if (name === "headers" && Array.isArray(value)) {
    return value.slice(0, 50).map((item) => {
      const line = String(item);
      const end = line.search(/[:\s]/);
      return end < 0 ? copyText(line, tools, room) : [copyText(line.slice(0, end), tools, room), hidden(line, tools)];
    });
  }
  if (name === "headerMatches" && Array.isArray(value)) {
    return value.slice(0, 50).map((item): Tree => {
      if (!isRecord(item)) return null;
      const { value: secret, ...rest } = item;
      const copy = copyTree(rest, tools, room, depth) as { readonly [key: string]: Tree };
      return secret === undefined ? copy : { ...copy, value: hidden(String(secret), tools) };
    });
  }
  if (typeof value === "string" && isSecretName(name)) return hidden(value, tools);
  return copyTree(value, tools, room, depth);
}

function copyText(value: string, { text, hash }: TreeTools, room: Room): string {
  const isLong = value.length > most.text;
  const short = text(isLong ? value.slice(0, most.text) : value);
  room.characters -= short.length;
  // Not to be taken for a hidden leaf. Of a long text the hash tells versions apart.
  return `${short.replaceAll(hiddenMark, "")}${isLong ? `… (${value.length} characters, ${hash(value)})` : ""}`;
}

/** Every leaf by its path (`spec.ingress[0].toPorts[0].ports[0].port`), hidden ones as they are. Empty lists and objects count as leaves. */
export function leavesOf(tree: Tree, path = "", found: Map<string, Tree> = new Map()): Map<string, Tree> {
  if (Array.isArray(tree) && tree.length > 0) {
    for (const [at, item] of tree.entries()) leavesOf(item as Tree, `${path}[${at}]`, found);
  } else if (isRecord(tree) && Object.keys(tree).length > 0) {
    for (const [key, item] of Object.entries(tree)) leavesOf(item as Tree, path === "" ? key : `${path}.${key}`, found);
  } else if (path !== "") found.set(path, tree);
  return found;
}
