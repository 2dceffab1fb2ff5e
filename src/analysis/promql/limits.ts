/** What nobody means to ask of a Prometheus that others need too. The server has limits of its own; these say what to write instead, before it is asked. */
import type { SyntaxNode, Tree } from "@lezer/common";
import { numberText } from "../counted.ts";
import type { Problem } from "./scan.ts";
import { placeholderAt } from "./scan.ts";
import { type Selector, selectorsOf } from "./shape.ts";
import { nodesOf } from "./tree.ts";

const maxSelectors = 100;
const dayMs = 86_400_000;
const maxRangeMs = 90 * dayMs;
/** Evaluations of what stands inside subqueries, for each point. */
const maxSteps = 11_000;
/** Prometheus' default, which it has where nobody changed evaluation_interval. */
const defaultStepMs = 60_000;

export function limitProblem(text: string, tree: Tree): Problem | undefined {
  return grafana(text, tree) ?? selection(text, tree) ?? ranges(text, tree) ?? subqueries(text, tree);
}

/** Only in matchers: in `label_replace` a $ is its own. */
function grafana(text: string, tree: Tree): Problem | undefined {
  for (const node of nodesOf(tree, ["UnquotedLabelMatcher", "QuotedLabelMatcher"])) {
    for (let at = node.from; at < node.to; at++) {
      const problem = /[$[]/.test(text.charAt(at)) ? placeholderAt(text, at) : undefined;
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function selection(text: string, tree: Tree): Problem | undefined {
  const selectors = selectorsOf(text, tree);
  const place = ({ at, length }: Selector) => ({ at, length });
  const tooMany = selectors[maxSelectors];
  if (tooMany !== undefined)
    return { ...place(tooMany), say: `More than ${maxSelectors} metrics are named. Ask for less at once.` };
  const everything = selectors.find((selector) => !isNarrow(selector));
  return everything === undefined
    ? undefined
    : {
        ...place(everything),
        say: 'This reads every metric there is. Name one, or begin its pattern: {__name__=~"cilium_.+"}.',
      };
}

/** A name, a value, or a pattern that begins with some letters. */
function isNarrow({ name, matchers }: Selector): boolean {
  return (
    name !== undefined ||
    matchers.some(({ op, value }) => (op === "=" && value !== "") || (op === "=~" && beginsPlainly(value)))
  );
}

function beginsPlainly(pattern: string): boolean {
  return pattern
    .replace(/^\^?(\(\?\w+\))?/, "")
    .split("|")
    .every((branch) => /^\(?[\w:-]{2,}(?![*?{])/.test(branch));
}

function ranges(text: string, tree: Tree): Problem | undefined {
  for (const node of nodesOf(tree, ["MatrixSelector", "SubqueryExpr"])) {
    const [range] = node.getChildren("DurationExpr");
    const ms = range && durationMs(text.slice(range.from, range.to));
    if (range === undefined || ms === undefined) continue;
    const place = { at: range.from, length: range.to - range.from };
    if (ms <= 0) return { ...place, say: "A time is longer than nothing: write for example 5m." };
    if (ms > maxRangeMs) return { ...place, say: `That is too long a time. Write at most ${maxRangeMs / dayMs}d.` };
  }
  return undefined;
}

/** Each point of an outer subquery asks for all points of an inner one. */
function subqueries(text: string, tree: Tree): Problem | undefined {
  for (const node of nodesOf(tree, ["SubqueryExpr"])) {
    let steps = 1;
    for (let outer: SyntaxNode | null = node; outer !== null; outer = outer.parent)
      if (outer.name === "SubqueryExpr") steps *= stepsOf(text, outer);
    if (steps > maxSteps)
      return {
        at: node.from,
        length: node.to - node.from,
        say: `This is worked out ${numberText(steps)} times for each point, at most ${numberText(maxSteps)} are allowed. Write a longer step: [1h:1m].`,
      };
  }
  return undefined;
}

function stepsOf(text: string, node: SyntaxNode): number {
  const [range, step] = node.getChildren("DurationExpr").map(({ from, to }) => durationMs(text.slice(from, to)));
  return Math.max(1, (range ?? 0) / (step !== undefined && step > 0 ? step : defaultStepMs));
}

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: dayMs, w: 7 * dayMs, y: 365 * dayMs } as const;

/** Undefined for arithmetic in a duration. A bare number is seconds. */
function durationMs(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const size = text.replace(/^[-+]\s*/, "");
  if (/^(0x[\da-f]+|[\d.]+(e[-+]?\d+)?)$/i.test(size)) return sign * Number(size) * 1_000;
  if (!/^(\d+(ms|[smhdwy]))+$/.test(size)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of size.matchAll(/(\d+)(ms|[smhdwy])/g))
    ms += Number(amount) * units[unit as keyof typeof units];
  return sign * ms;
}
