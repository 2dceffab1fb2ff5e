/** What a right expression gives that its writer may not expect. */
import type { SyntaxNode } from "@lezer/common";
import { nodesOf, parse } from "./tree.ts";

/** Sentences, most important first. `overTime`: it is drawn. `text` has been checked. */
export function hintsOn(text: string, overTime: boolean): string[] {
  const tree = parse(text);
  const aggregations = nodesOf(tree, ["AggregateExpr"]);
  const picks = aggregations.filter(isPick);
  const outer = picks.filter((pick) => pick.getChild("AggregateModifier") !== null && inner(pick) !== undefined);
  const counters = overTime ? rawCounters(text, tree.topNode) : [];
  return [
    ...outer.slice(0, 1).map((pick) => {
      const [own, within] = [name(text, pick), name(text, inner(pick))];
      return `The grouping behind ${own}(…) is ${own}'s own, and ${within}(…) inside it has none: it gives one series. Write ${own}(5, ${within} by (…) (…)) for the first of several.`;
    }),
    ...(overTime && picks.length > 0
      ? [`${name(text, picks[0])} picks anew at each point, so that there may be more lines than it is told to give.`]
      : []),
    ...counters
      .slice(0, 1)
      .map((metric) => `${metric} looks like a counter, which only rises: rate(${metric}[5m]) draws how fast.`),
  ];
}

function isPick(node: SyntaxNode): boolean {
  const operation = node.getChild("AggregateOp")?.firstChild?.name;
  return operation === "Topk" || operation === "Bottomk";
}

/** The aggregation that it picks from, when that has no grouping. */
function inner(pick: SyntaxNode): SyntaxNode | undefined {
  const last = pick.getChild("FunctionCallBody")?.getChildren("AggregateExpr").at(-1);
  return last !== undefined && last.getChild("AggregateModifier") === null ? last : undefined;
}

/** `foo_total` that stands in no function, alone or compared. */
function rawCounters(text: string, top: SyntaxNode): string[] {
  const first = top.firstChild;
  const node = first?.name === "BinaryExpr" ? first.firstChild : first;
  const metric = node?.name === "VectorSelector" ? node.getChild("Identifier") : null;
  const word = metric === null ? "" : text.slice(metric.from, metric.to);
  return /_(total|count|sum|bucket)$/.test(word) ? [word] : [];
}

function name(text: string, node: SyntaxNode | undefined): string {
  const operation = node?.getChild("AggregateOp");
  return operation === undefined || operation === null ? "" : text.slice(operation.from, operation.to).toLowerCase();
}
