/** Two versions as a unified diff of YAML, bounded. */
import { isHidden, leavesOf, type Tree } from "./tree.ts";
import { yamlLines } from "./yaml.ts";

const context = 3;
/** Cells of the table of common lines; beyond, what differs is one block. */
const mostCells = 1_000_000;
const mostBytes = 8 * 1024;

/** Null: there was, or is, none. "" where nothing visible differs. `title` names the object. */
export function diffText(title: string, before: Tree | null, after: Tree | null): string {
  const [old, now] = [hiddenLeaves(before), hiddenLeaves(after)];
  const left = before === null ? [] : yamlLines(before, (leaf) => (now.has(leaf) ? "(hidden)" : "(hidden, before)"));
  const right = after === null ? [] : yamlLines(after, (leaf) => (old.has(leaf) ? "(hidden)" : "(hidden, after)"));
  const lines = hunks(compare(left, right));
  if (lines.length === 0) return "";
  return bounded([
    `--- ${before === null ? "/dev/null" : title}`,
    `+++ ${after === null ? "/dev/null" : title}`,
    ...lines,
  ]);
}

function hiddenLeaves(tree: Tree | null): Set<string> {
  return new Set([...leavesOf(tree).values()].filter(isHidden).map(String));
}

/** ` ` in both, `-` only before, `+` only after. */
interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

function compare(left: readonly string[], right: readonly string[]): Line[] {
  let from = 0;
  while (from < left.length && from < right.length && left[from] === right[from]) from++;
  let tail = 0;
  while (tail < Math.min(left.length, right.length) - from && left.at(-1 - tail) === right.at(-1 - tail)) tail++;
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ sign: " ", text }));
  return [
    ...same(left.slice(0, from)),
    ...middle(left.slice(from, left.length - tail), right.slice(from, right.length - tail)),
    ...same(left.slice(left.length - tail)),
  ];
}

/** By the longest common subsequence, where that is affordable. */
function middle(left: readonly string[], right: readonly string[]): Line[] {
  const width = right.length + 1;
  const isTooMuch = (left.length + 1) * width > mostCells;
  const common = new Uint16Array(isTooMuch ? 0 : (left.length + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  if (!isTooMuch)
    for (let row = left.length - 1; row >= 0; row--)
      for (let column = right.length - 1; column >= 0; column--)
        common[row * width + column] =
          left[row] === right[column]
            ? at(row + 1, column + 1) + 1
            : Math.max(at(row + 1, column), at(row, column + 1));
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    const [old, now] = [left[row], right[column]];
    if (!isTooMuch && old !== undefined && old === now) {
      lines.push({ sign: " ", text: old });
      row++;
      column++;
    } else if (old !== undefined && (now === undefined || isTooMuch || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ sign: "-", text: old });
      row++;
    } else {
      lines.push({ sign: "+", text: now ?? "" });
      column++;
    }
  }
  return lines;
}

function hunks(lines: readonly Line[]): string[] {
  const changed = lines.flatMap(({ sign }, at) => (sign === " " ? [] : [at]));
  const groups: { from: number; to: number }[] = [];
  for (const at of changed) {
    const last = groups.at(-1);
    const [from, to] = [Math.max(0, at - context), Math.min(lines.length, at + context + 1)];
    if (last && from <= last.to) last.to = to;
    else groups.push({ from, to });
  }
  return groups.flatMap(({ from, to }) => {
    const part = lines.slice(from, to);
    const range = (other: "-" | "+") => {
      const before = lines.slice(0, from).filter(({ sign }) => sign !== other).length;
      const count = part.filter(({ sign }) => sign !== other).length;
      return `${count === 0 ? before : before + 1},${count}`;
    };
    return [`@@ -${range("+")} +${range("-")} @@`, ...part.map(({ sign, text }) => `${sign}${text}`)];
  });
}

const encoder = new TextEncoder();

function bounded(lines: readonly string[]): string {
  let room = mostBytes - 40;
  const kept: string[] = [];
  for (const line of lines) {
    room -= encoder.encode(line).length + 1;
    if (room < 0) break;
    kept.push(line);
  }
  const left = lines.length - kept.length;
  return [...kept, ...(left > 0 ? [`… ${left} more ${left === 1 ? "line" : "lines"}`] : [])].join("\n");
}
