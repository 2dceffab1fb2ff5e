/** `query`: any PromQL, at a moment or as a picture. Result: `QueryResult` in query/result.ts. */
import { checkPromql } from "../analysis/promql/check.ts";
import { oneLine } from "../analysis/promql/pasted.ts";
import type { Window } from "../analysis/select.ts";
import type { Answer, Command, CommandContext, Step } from "./command.ts";
import { restrictionIn } from "./command.ts";
import { queryAnswer } from "./query/answer.ts";
import { QueryArgs } from "./query/args.ts";
import { viewOf } from "./query/picture.ts";
import { grammarAnswer, hiddenAnswer, noLineAnswer, stepAnswer, windowAnswer } from "./query/refused.ts";
import { stepProblem, windowOf } from "./query/window.ts";

export const query: Command<QueryArgs> = {
  name: "query",
  aliases: ["promql"],
  summary: "Ask Prometheus an expression, at this moment or as a picture over time",
  positionals: [
    {
      key: "expression",
      name: "PROMQL",
      optional: false,
      doc: "the expression as Prometheus takes it, bare, in quotes or in a code block; flags stand before or behind it",
      raw: oneLine,
    },
  ],
  flags: [
    {
      key: "since",
      names: ["--since"],
      value: "TIME",
      doc: "Draw it from then on: 1h, 14:05 or 2026-11-20T14:05Z; without it one moment is asked",
    },
    { key: "until", names: ["--until", "--at"], value: "TIME", doc: "Up to then; without --since at that moment" },
    { key: "step", names: ["--step"], value: "DURATION", doc: "Between two points; default: what a picture needs" },
  ],
  examples: [
    "query sum by (reason) (rate(cilium_drop_count_total[5m])) > 0",
    "query --since 1h sum by (reason) (rate(cilium_drop_count_total[5m]))",
    "query count by (version) (cilium_version)",
    'query topk(5, max by (map_name) (cilium_bpf_map_pressure{k8s_app="cilium"})) --since 6h --step 5m',
  ],
  args: QueryArgs,
  deadlineMs: 15_000,
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<QueryArgs>): Step {
  const window = windowOf(args, askedAt);
  if (window === undefined) return { answer: windowAnswer(args) };
  const isHidden = (cluster: string) => restrictionIn(visible, cluster).visible !== undefined;
  const open = clusters.filter((cluster) => !isHidden(cluster));
  if (open.length === 0) return { answer: hiddenAnswer(clusters) };
  if (round === 0) {
    const answer = refusal(args, window);
    if (answer !== undefined) return { answer };
    const { expression } = args;
    const stepMs = args.stepMs ?? 0;
    return {
      ask: open.map((cluster) => ({ source: "prometheus", ask: "promql", cluster, expression, window, stepMs })),
    };
  }
  const views = open.map((cluster) => viewOf(cluster, outcomes));
  const isInstant = window.from === window.to;
  return { answer: queryAnswer({ args, askedAt, window, isInstant, views, hidden: clusters.filter(isHidden) }) };
}

function refusal(args: QueryArgs, window: Window): Answer | undefined {
  const checked = checkPromql(args.expression);
  if (!checked.ok) return grammarAnswer(args, checked.problem);
  if (args.since === null) return undefined;
  const { type } = checked.expression;
  if (type === "matrix" || type === "string") return noLineAnswer(args, type);
  const tooMany = stepProblem(args, window);
  return tooMany === undefined ? undefined : stepAnswer(args, tooMany);
}
