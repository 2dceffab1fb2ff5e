/**
 * `expression`: the picture of an alert's own expression, for its thread. Asked by the program when an alert fires, so that help does not list it; whoever types it needs what `query` needs.
 * Result: `{ expression, limit, series }`.
 */
import { checkPromql } from "../../analysis/promql/check.ts";
import { type Comparison, comparisonIn } from "../../analysis/promql/comparison.ts";
import { oneLine } from "../../analysis/promql/pasted.ts";
import type { Window } from "../../analysis/select.ts";
import { resolveTime } from "../../analysis/time.ts";
import type { Command, CommandContext, Step } from "../command.ts";
import { restrictionIn } from "../command.ts";
import { viewOf } from "../query/picture.ts";
import { expressionAnswer, notDrawn } from "./answer.ts";
import { ExpressionArgs } from "./args.ts";

export const expression: Command<ExpressionArgs> = {
  name: "expression",
  summary: "Draw the expression of an alert, with the value at which it fires",
  positionals: [
    {
      ...{ key: "expression", name: "PROMQL", optional: false, raw: oneLine },
      doc: "the expression of the alert's rule, with its last comparison",
    },
  ],
  flags: [
    { key: "since", names: ["--since"], value: "TIME", doc: "Begin there, at most 6h ago; 1h ago when left out" },
  ],
  examples: [],
  args: ExpressionArgs,
  deadlineMs: 15_000,
  permittedAs: "query",
  step,
};

const longestMs = 6 * 3_600_000;

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<ExpressionArgs>): Step {
  const [cluster = ""] = clusters;
  const window = windowOf(args, askedAt);
  const refuse = (say: string): Step => ({ answer: notDrawn(args, window, say) });
  // What an expression names cannot be held to some namespaces.
  if (restrictionIn(visible, cluster).visible !== undefined)
    return refuse("Only some namespaces may be seen here, and an expression can name anything.");
  const checked = checkPromql(args.expression);
  if (!checked.ok) return refuse(`It is not asked: ${checked.problem.say}`);
  const comparison = comparisonIn(args.expression);
  if (round > 0) return { answer: expressionAnswer({ args, window, comparison, view: viewOf(cluster, outcomes) }) };
  const drawn = drawnOf(args, comparison);
  const type = checkPromql(drawn);
  if (!type.ok || type.expression.type === "matrix" || type.expression.type === "string")
    return refuse("It has no value that could be drawn over time.");
  return { ask: [{ source: "prometheus", ask: "promql", cluster, expression: drawn, window, stepMs: 0 }] };
}

/** Without the comparison, which would hide what was before it held. */
function drawnOf({ expression: whole }: ExpressionArgs, comparison: Comparison | undefined): string {
  return comparison?.left ?? whole;
}

function windowOf({ since }: ExpressionArgs, askedAt: number): Window {
  const from = Math.min(resolveTime(since, askedAt), askedAt - 60_000);
  return { from: Math.max(from, askedAt - longestMs), to: askedAt };
}
