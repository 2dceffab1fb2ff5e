/** The syntax tree of an expression, and small questions to it. Grammar: the one of Prometheus' own editor. */
import type { SyntaxNode, Tree } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";

/** The editor's grammar has no `5.`, which Prometheus takes for 5. Texts in quotes are passed over. */
const bareDot = /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)|(?<![\w.:])(\d+)\.(?![\w.])/gs;

export function parse(text: string): Tree {
  return parser.parse(text.replace(bareDot, (_, quoted?: string, digits = "") => quoted ?? `${digits} `));
}

/** In the order of the text. */
export function nodesOf(tree: Tree, names: readonly string[]): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  tree.iterate({
    enter(node) {
      if (names.includes(node.name)) found.push(node.node);
    },
  });
  return found;
}

export function firstError(tree: Tree): SyntaxNode | undefined {
  let found: SyntaxNode | undefined;
  tree.iterate({
    enter(node) {
      if (found === undefined && node.type.isError) found = node.node;
      return found === undefined;
    },
  });
  return found;
}

/** Functions and aggregations, as they are written. */
export function functionNames(): string[] {
  const names = parser.nodeSet.types.map(({ name }) => name.replace(/(?<=[a-z0-9])[A-Z]/g, "_$&").toLowerCase());
  const known = new Set(["FunctionIdentifier", "AggregateOp"]);
  return [...new Set(names)].filter(
    (name) =>
      /^[a-z][a-z0-9_]+$/.test(name) &&
      known.has(parser.parse(`${name}(x)`).topNode.firstChild?.firstChild?.name ?? ""),
  );
}

/** What a text in quotes says; PromQL reads them as Go does. */
export function unquoted(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith("`")) return inner;
  return inner.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{3})|(.))/gi,
    (_, x?: string, u?: string, U?: string, octal?: string, letter = "") => {
      const hex = x ?? u ?? U;
      const code = hex !== undefined ? Number.parseInt(hex, 16) : octal !== undefined ? Number.parseInt(octal, 8) : -1;
      if (code >= 0) return code <= 0x10_ffff ? String.fromCodePoint(code) : "\ufffd";
      return escapes[letter as string] ?? (letter as string);
    },
  );
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
