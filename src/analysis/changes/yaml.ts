/** A tree as YAML, for people to compare: one line for each leaf, nothing invisible in it. */
import { isRecord } from "../../policy/record.ts";
import { isHidden, type Tree } from "./tree.ts";

/** `leaf`: what stands for a hidden value. */
export function yamlLines(tree: Tree, leaf: (hidden: string) => string): string[] {
  if (Array.isArray(tree)) return tree.length === 0 ? ["[]"] : tree.flatMap((item) => itemLines(item as Tree, leaf));
  if (!isRecord(tree)) return [scalar(tree as Exclude<Tree, object>, leaf)];
  const entries = Object.entries(tree) as [string, Tree][];
  if (entries.length === 0) return ["{}"];
  return entries.flatMap(([key, value]) => {
    const lines = yamlLines(value, leaf);
    if (!isNested(value)) return [`${word(key)}: ${lines[0]}`];
    return [`${word(key)}:`, ...lines.map((line) => `  ${line}`)];
  });
}

function itemLines(item: Tree, leaf: (hidden: string) => string): string[] {
  const [first = "", ...rest] = yamlLines(item, leaf);
  return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
}

function isNested(value: Tree): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function scalar(value: string | number | boolean | null, leaf: (hidden: string) => string): string {
  if (typeof value !== "string") return String(value);
  return isHidden(value) ? leaf(value) : word(value);
}

const plainWord = /^[A-Za-z_/][-\w./@$]*(?::[-\w./@]+)*$/;
const ambiguous = /^(?:true|false|yes|no|on|off|null|y|n)$/i;
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** In quotes where YAML would read anything else than this text. */
function word(text: string): string {
  if (plainWord.test(text) && !ambiguous.test(text)) return text;
  return visible(JSON.stringify(text));
}

/** What a reader could not see, or what would move a cursor, is written out. */
export function visible(text: string): string {
  return text.replace(invisible, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
