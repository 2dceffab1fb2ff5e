/**
 * The last comparison of an alert's expression, split off: `rate(x[5m]) > 0.1` is a series only while it holds, and what was before is what people want to see. Only a comparison with a plain
 * number around everything else: of `x > 1 and y > 2` or `x > y` no part says alone when the alert fires.
 */
import type { SyntaxNode } from "@lezer/common";
import { parse } from "./tree.ts";

export type Comparator = ">" | ">=" | "<" | "<=" | "==" | "!=";

export interface Comparison {
  /** What is compared, as it was written. */
  readonly left: string;
  readonly comparator: Comparator;
  readonly limit: number;
}

const comparators: Readonly<Record<string, Comparator>> = {
  ...{ Gtr: ">", Gte: ">=", Lss: "<", Lte: "<=", Eql: "==", Neq: "!=" },
};
/** `0.9 < x` is `x > 0.9`. */
const turned: Readonly<Record<Comparator, Comparator>> = {
  ...{ ">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "==", "!=": "!=" },
};

/** Of an expression whose grammar has been checked; undefined where there is nothing to split off. */
export function comparisonIn(text: string): Comparison | undefined {
  const compared = unwrapped(parse(text).topNode);
  if (compared?.name !== "BinaryExpr") return undefined;
  const [left, operator, right, ...others] = childrenOf(compared);
  if (left === undefined || operator === undefined || right === undefined || others.length > 0) return undefined;
  const comparator = comparators[operator.name];
  if (comparator === undefined) return undefined;
  const [leftNumber, rightNumber] = [numberAt(text, left), numberAt(text, right)];
  if (rightNumber !== undefined && leftNumber === undefined)
    return { left: text.slice(left.from, left.to), comparator, limit: rightNumber };
  if (leftNumber !== undefined && rightNumber === undefined)
    return { left: text.slice(right.from, right.to), comparator: turned[comparator], limit: leftNumber };
  return undefined;
}

/** Through the top and parentheses. */
function unwrapped(node: SyntaxNode): SyntaxNode | undefined {
  let inner: SyntaxNode | undefined = node;
  while (inner?.name === "PromQL" || inner?.name === "ParenExpr") inner = childrenOf(inner)[0];
  return inner;
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (child.name !== "LineComment") children.push(child);
  return children;
}

/** A plain number: durations and calculations have other shapes. */
function numberAt(text: string, node: SyntaxNode): number | undefined {
  const literal = unwrapped(node);
  if (literal?.name !== "NumberDurationLiteral") return undefined;
  const written = text.slice(literal.from, literal.to).replaceAll("_", "").replace(/\s/g, "");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(written) ? Number(written) : undefined;
}
