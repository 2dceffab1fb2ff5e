/** What is wrong at the place where the grammar ends, and what was expected there, where one can tell. */
import type { SyntaxNode } from "@lezer/common";
import type { Problem } from "./scan.ts";
import { stringEnd } from "./scan.ts";
import { functionNames } from "./tree.ts";

const operatorAtEnd = /(?:[-+*/%^,<>=!~(]|\b(?:and|or|unless|atan2|bool))\s*$/i;
const groupingAtEnd = /\b(by|without|on|ignoring|group_left|group_right)\s*$/i;

/** `error`: the first error node. */
export function explainError(text: string, error: SyntaxNode): Problem {
  const at = error.from;
  const rest = text.slice(at);
  const before = text.slice(0, at).trimEnd();
  const place = { at, length: wordLength(rest) };
  const called = unknownFunction(text, at);
  if (called !== undefined) return called;
  const grouping = groupingAtEnd.exec(before)?.[1];
  if (grouping !== undefined && !rest.startsWith("("))
    return { ...place, say: `Names of labels in brackets belong behind ${grouping}: ${grouping} (pod, reason).` };
  switch (innermost(text, at)) {
    case "[":
      return { ...place, say: "A time is expected here: 5m, 1h30m, 1d." };
    case "{":
      return { ...place, say: inMatchers(before, rest) };
    default:
      if (before === "" && rest === "") return { ...place, say: "There is no expression." };
      if (/^\s*offset\b/i.test(before.split(/[()]/).at(-1) ?? "") || /\boffset$/i.test(before))
        return { ...place, say: "A time is expected here: offset 5m." };
      if (before === "" || operatorAtEnd.test(before))
        return { ...place, say: "A metric, a number or a function is expected here." };
      return { ...place, say: afterOperand(rest) };
  }
}

function inMatchers(before: string, rest: string): string {
  if (/[!=]=?$/.test(before) && /^[=!]/.test(rest)) return "Labels are compared with =, !=, =~ or !~.";
  if (/(=|!=|=~|!~)$/.test(before)) return 'A label\'s value stands in quotes: pod="cilium-x7k2p".';
  if (/["'`]$/.test(before)) return "A comma is missing before this.";
  return 'Labels are written as pod="cilium-x7k2p", with commas between them.';
}

function afterOperand(rest: string): string {
  if (/^(by|without)\b/i.test(rest)) return "This belongs behind sum(…), max(…), topk(…) or another aggregation.";
  if (/^=/.test(rest)) return "Values are compared with ==, !=, >, <, >= or <=.";
  return "This does not belong here: an operator such as + or > is missing before it, or it is one word too many.";
}

/** The grammar takes `foo` in `foo(x)` for a metric and stumbles over the bracket. */
function unknownFunction(text: string, at: number): Problem | undefined {
  const name = text.charAt(at) === "(" ? /[A-Za-z_:][\w:]*\s*$/.exec(text.slice(0, at)) : null;
  const word = name?.[0].trimEnd();
  if (name === null || word === undefined || groupingAtEnd.test(word)) return undefined;
  const known = functionNames();
  if (known.includes(word.toLowerCase())) return undefined;
  return { at: name.index, length: word.length, say: `There is no function ${word.slice(0, 60)}.`, known };
}

/** The bracket that is open at `at`; "" where none is. */
function innermost(text: string, to: number): string {
  const open: string[] = [];
  for (let at = 0; at < to; at++) {
    const glyph = text.charAt(at);
    if (`"'\``.includes(glyph)) at = (stringEnd(text, at) ?? to) - 1;
    else if ("([{".includes(glyph)) open.push(glyph);
    else if (")]}".includes(glyph)) open.pop();
  }
  return open.at(-1) ?? "";
}

function wordLength(text: string): number {
  return Math.min(40, /^[\w:.$]+|^[^\s\w]{1,2}/.exec(text)?.[0].length ?? 0);
}
