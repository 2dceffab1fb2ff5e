/** An expression that somebody typed: how much it gives is asked before it is fetched, and what comes back is cut to what an answer can hold. */
import { numberText } from "../../analysis/counted.ts";
import { checkPromql, type Expression } from "../../analysis/promql/check.ts";
import { BotError } from "../../errors.ts";
import type { PromqlFinding, PromqlQuestion } from "../question.ts";
import { numberOf } from "./promql.ts";
import { whyEmpty } from "./promql-empty.ts";
import { fitting, seriesOf } from "./promql-series.ts";
import type { QueryResult } from "./result.ts";
import type { MetricTools } from "./tools.ts";

/** More series than these are not fetched. */
const most = { range: 200, instant: 5_000, samples: 100_000 };
/** What a line is drawn of when no step was asked for. */
const wantedPoints = 120;
const niceSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600].map(
  (s) => s * 1_000,
);

export async function readPromql(question: PromqlQuestion, tools: MetricTools): Promise<PromqlFinding> {
  const checked = checkPromql(question.expression);
  if (!checked.ok) throw new BotError("REFUSED", "not PromQL", { say: checked.problem.say });
  const { expression } = checked;
  const isRange = question.window.from < question.window.to;
  const stepMs = isRange ? await stepOf(question, tools) : 0;
  const tooMuch = await refusal(question, expression, isRange, tools);
  if (tooMuch !== undefined) return nothing(question, stepMs, expression, tooMuch, []);
  const result = isRange
    ? await overTime(question, stepMs, tools)
    : await tools.instant(question.expression, question.window.to);
  const said = [...new Set([...result.warnings, ...result.infos])].slice(0, 10);
  if (result.type === "string")
    return { ...nothing(question, stepMs, expression, null, said), type: "string", text: result.text.slice(0, 2_000) };
  const all = seriesOf(result);
  if (all.series.length === 0)
    return nothing(question, stepMs, expression, await whyEmpty(expression, question.window, tools), said);
  const kept = fitting(all.series);
  return {
    ...nothing(question, stepMs, expression, null, [...said, ...all.notes]),
    type: result.type,
    series: kept,
    folded: all.series.length - kept.length,
  };
}

function nothing(
  { expression }: PromqlQuestion,
  stepMs: number,
  { type }: Expression,
  cannot: string | null,
  notes: readonly string[],
): PromqlFinding {
  return { ask: "promql", type, series: [], folded: 0, cannot, notes, queries: [expression], stepMs };
}

/** The last point lies at the window's end. */
async function overTime(
  { expression, window }: PromqlQuestion,
  stepMs: number,
  { range }: MetricTools,
): Promise<QueryResult> {
  const from = window.to - Math.floor((window.to - window.from) / stepMs) * stepMs;
  return await range(expression, { from, to: window.to }, stepMs);
}

/** Points closer than scrapes show the same value twice. */
async function stepOf({ stepMs, window }: PromqlQuestion, { discovery }: MetricTools): Promise<number> {
  if (stepMs > 0) return stepMs;
  const wanted = Math.max((window.to - window.from) / wantedPoints, await discovery.scrapeMs(window));
  return niceSteps.find((step) => step >= wanted) ?? Math.ceil(wanted / 86_400_000) * 86_400_000;
}

/** A sentence when it would be too much; undefined when it may be fetched. */
async function refusal(
  question: PromqlQuestion,
  { type }: Expression,
  isRange: boolean,
  tools: MetricTools,
): Promise<string | undefined> {
  if (type === "scalar" || type === "string") return undefined;
  if (type === "matrix") {
    const samples = await sizeOf(`sum(count_over_time(${question.expression}))`, question, tools);
    return samples <= most.samples
      ? undefined
      : `These are ${numberText(samples)} samples, more than the ${numberText(most.samples)} that are read: type a shorter time in [ ], or rate(…) around it.`;
  }
  const series = await sizeOf(`count(${question.expression})`, question, tools);
  const allowed = isRange ? most.range : most.instant;
  return series <= allowed
    ? undefined
    : `These are ${numberText(series)} series, more than the ${numberText(allowed)} that ${isRange ? "are drawn" : "are listed"}: type topk(10, …) around the expression, or add up with sum by (…) (…).`;
}

/** What the server refuses here, it refuses again when it is asked for the expression itself, and then with the right places in it. */
async function sizeOf(query: string, { window }: PromqlQuestion, { instant }: MetricTools): Promise<number> {
  try {
    return numberOf(await instant(query, window.to));
  } catch (thrown) {
    if (thrown instanceof BotError && thrown.code === "REFUSED") return 0;
    throw thrown;
  }
}
