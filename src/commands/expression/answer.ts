/** The picture of an alert's own expression, or why there is none: one small note, since the alert's thread is about the alert. */
import { counted } from "../../analysis/counted.ts";
import type { Comparator, Comparison } from "../../analysis/promql/comparison.ts";
import { redactText } from "../../analysis/redact.ts";
import type { Window } from "../../analysis/select.ts";
import type { Block, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { quantity } from "../../message/quantity.ts";
import type { MetricSeries, PromqlFinding } from "../../sources/question.ts";
import type { Answer } from "../command.ts";
import { seriesChart } from "../metrics-shared/series-chart.ts";
import { seriesNames } from "../metrics-shared/series-name.ts";
import type { QueryView } from "../query/picture.ts";
import type { ExpressionArgs } from "./args.ts";

/** More lines cannot be told apart on a phone. */
const mostSeries = 10;
const [longestSaid, longestName] = [300, 60] as const;

interface Drawing {
  readonly args: ExpressionArgs;
  readonly window: Window;
  readonly comparison: Comparison | undefined;
  readonly view: QueryView;
}

export function expressionAnswer(drawing: Drawing): Answer {
  const { args, window, comparison, view } = drawing;
  const { finding, failure } = view;
  if (finding === undefined) return notDrawn(args, window, failure?.say ?? "Prometheus gave no answer.");
  if (finding.cannot !== null) return notDrawn(args, window, finding.cannot);
  const series = worstFirst(drawing, finding).slice(0, mostSeries);
  if (!series.some(({ points }) => points.some(([, value]) => value !== null)))
    return notDrawn(args, window, "It had no value in that time.");
  const left = finding.folded + finding.series.length - series.length;
  const blocks: Block[] = [
    { kind: "chart", chart: chartOf(drawing, { ...finding, series }) },
    ...(left > 0 ? [note(`${counted(left, "more series", "more series")} not drawn.`)] : []),
    ...(comparison === undefined ? [note(asIs)] : []),
    ...finding.notes.slice(0, 3).map((said) => note(cutEnd(said, longestSaid), "warn")),
    { kind: "code", title: "PromQL", code: redactText(args.expression) },
  ];
  return answer(drawing, { tone: "info", title: titleOf(drawing, { ...finding, series }), blocks }, series);
}

/** Never worse than a warning: nothing that people need depends on it. */
export function notDrawn(args: ExpressionArgs, window: Window, say: string): Answer {
  const blocks: Block[] = [note(cutEnd(say, longestSaid), "warn")];
  return answer(
    { args, window, comparison: undefined },
    { tone: "warn", title: "No picture of the alert's own expression", blocks },
    [],
  );
}

function answer(
  { args, window, comparison }: Omit<Drawing, "view">,
  message: Message,
  series: readonly MetricSeries[],
): Answer {
  const { expression } = args;
  return {
    message,
    result: { expression, limit: comparison?.limit ?? null, series },
    ...{ coverage: null, window, copyAs: [{ label: "PromQL", text: expression }] },
  };
}

const asIs = "It ends in no comparison with a number: the lines are there only while the alert's condition holds.";

function note(text: string, tone?: "warn"): Block {
  return { kind: "note", ...(tone && { tone }), text };
}

/** `Alert's own expression: 12.3 now, it fires above 0.1 (cilium-x7k2p)`. */
function titleOf({ comparison, window }: Drawing, { series, stepMs }: PromqlFinding): string {
  const [worst] = series;
  const value = worst && newest(worst, window, stepMs);
  const now = value === undefined ? "no value now" : `${quantity(value, "")} now`;
  const { names } = seriesNames(series);
  const name = series.length > 1 && names[0] ? ` (${cutEnd(names[0], longestName)})` : "";
  const limit = comparison && `, it fires ${words[comparison.comparator]} ${quantity(comparison.limit, "")}`;
  return `Alert's own expression: ${now}${name}${limit ?? ""}`;
}

const words: Readonly<Record<Comparator, string>> = {
  ...{ ">": "above", ">=": "from", "<": "below", "<=": "up to", "==": "at" },
  "!=": "unless it is",
};

function chartOf({ args, window, comparison }: Drawing, finding: PromqlFinding) {
  const title = cutEnd(redactText(comparison?.left ?? args.expression), 120);
  const chart = seriesChart(finding, title, "", window);
  if (comparison === undefined) return chart;
  const { comparator, limit } = comparison;
  return { ...chart, thresholds: [{ value: limit, label: `fires ${words[comparator]} ${quantity(limit, "")}` }] };
}

/** What comes first is told: for an alert on too little the least, for one on a value what is nearest to it. */
function worstFirst({ comparison, window }: Drawing, { series, stepMs }: PromqlFinding): MetricSeries[] {
  const weight = (one: MetricSeries): number => {
    const value = newest(one, window, stepMs);
    if (value === undefined) return Number.NEGATIVE_INFINITY;
    if (comparison?.comparator === "==") return -Math.abs(value - comparison.limit);
    return comparison?.comparator.startsWith("<") === true ? -value : value;
  };
  const order = (left: number, right: number) => (left === right ? 0 : left < right ? 1 : -1);
  return series.toSorted((left, right) => order(weight(left), weight(right)));
}

/** Undefined where there is none any more: a line that ended is not what fires. */
function newest({ points }: MetricSeries, { to }: Window, stepMs: number): number | undefined {
  const last = points.at(-1);
  return last !== undefined && to - last[0] <= 2 * stepMs ? (last[1] ?? undefined) : undefined;
}
