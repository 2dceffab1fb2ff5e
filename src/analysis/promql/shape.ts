/** What an expression is and what it reads, from its tree. */
import type { SyntaxNode, Tree } from "@lezer/common";
import { nodesOf, unquoted } from "./tree.ts";

export type ValueType = "scalar" | "vector" | "matrix" | "string";

export interface Selector {
  /** As it was written, without range and offset. */
  readonly text: string;
  /** The metric's; undefined where it is chosen by a pattern or by labels alone. */
  readonly name: string | undefined;
  /** Of labels other than the metric's name, and of that one where it is no plain name. */
  readonly matchers: readonly Matcher[];
  readonly at: number;
  readonly length: number;
}

export interface Matcher {
  readonly label: string;
  readonly op: string;
  readonly value: string;
}

const scalarFunctions = new Set(["Time", "Pi", "Scalar"]);
const wrappers = new Set(["PromQL", "ParenExpr", "UnaryExpr", "OffsetExpr", "StepInvariantExpr"]);
const notOperand = new Set(["UnaryOp", "LineComment"]);

export function typeOf(tree: Tree): ValueType {
  return typeOfNode(tree.topNode);
}

function typeOfNode(given: SyntaxNode): ValueType {
  let node = given;
  while (wrappers.has(node.name)) {
    const operand = operandsOf(node)[0];
    if (operand === undefined) return "vector";
    node = operand;
  }
  switch (node.name) {
    case "NumberDurationLiteral":
      return "scalar";
    case "StringLiteral":
      return "string";
    case "MatrixSelector":
    case "SubqueryExpr":
      return "matrix";
    case "FunctionCall":
      return scalarFunctions.has(node.firstChild?.firstChild?.name ?? "") ? "scalar" : "vector";
    case "BinaryExpr":
      return isScalarBinary(node) ? "scalar" : "vector";
    default:
      return "vector";
  }
}

/** `1 + 1 + 1 + …` leans to the left as deep as it is long: walked, not called. */
function isScalarBinary(given: SyntaxNode): boolean {
  let node: SyntaxNode | undefined = given;
  while (node?.name === "BinaryExpr") {
    const operands = operandsOf(node);
    const right = operands.at(-1);
    if (right !== undefined && typeOfNode(right) !== "scalar") return false;
    node = operands[0];
  }
  return node !== undefined && typeOfNode(node) === "scalar";
}

function operandsOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (!notOperand.has(child.name)) children.push(child);
  return children;
}

export function selectorsOf(text: string, tree: Tree): Selector[] {
  return nodesOf(tree, ["VectorSelector"]).map((node) => readSelector(text, node));
}

function readSelector(text: string, node: SyntaxNode): Selector {
  const written = (part: SyntaxNode) => text.slice(part.from, part.to);
  const identifier = node.getChild("Identifier");
  const list = node.getChild("LabelMatchers");
  const quotedName = list?.getChild("QuotedLabelName");
  const all = [
    ...(list?.getChildren("UnquotedLabelMatcher") ?? []),
    ...(list?.getChildren("QuotedLabelMatcher") ?? []),
  ];
  const matchers = all.map((matcher): Matcher => {
    const [label, op, value] = [matcher.firstChild, matcher.getChild("MatchOp"), matcher.lastChild];
    const name = label === null ? "" : written(label);
    return {
      label: /^["'`]/.test(name) ? unquoted(name) : name,
      op: op === null ? "=" : written(op),
      value: value === null ? "" : unquoted(written(value)),
    };
  });
  const equalName = matchers.find(({ label, op }) => label === "__name__" && op === "=");
  const name = identifier ? written(identifier) : quotedName ? unquoted(written(quotedName)) : equalName?.value;
  return {
    text: written(node),
    name: name === "" ? undefined : name,
    matchers: matchers.filter((matcher) => matcher !== equalName),
    at: node.from,
    length: node.to - node.from,
  };
}

/** The function around everything else: `absent` of `absent(up)`. */
export function outermostFunction(text: string, tree: Tree): string | undefined {
  let node: SyntaxNode | undefined = tree.topNode;
  while (node !== undefined && wrappers.has(node.name)) node = operandsOf(node)[0];
  const name = node?.name === "FunctionCall" ? node.firstChild : null;
  return name === null ? undefined : text.slice(name.from, name.to).toLowerCase();
}
