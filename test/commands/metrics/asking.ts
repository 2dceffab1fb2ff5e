/** One `metrics` line with the findings of our choice, through everything but the queue. */
import type { Answer } from "../../../src/commands/command.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { MetricsResult } from "../../../src/commands/metrics/result.ts";
import type { Outcome, PanelFinding, PanelQuestion, PanelSeries } from "../../../src/sources/question.ts";

export const askedAt = Date.UTC(2026, 10, 20, 14, 5);
const hourMs = 3_600_000;

export type Given = Partial<PanelFinding> | { readonly failed: string };

/** What each cluster gives, by its name. */
export function askMetrics(
  text: string,
  given: Readonly<Record<string, Given>> = {},
  visible: Readonly<Record<string, readonly string[]>> = {},
): Answer & { readonly result: MetricsResult } {
  const { questions, answer } = start(text, Object.keys(given), visible);
  if (answer !== undefined) return answer;
  const outcomes = questions.map((question): Outcome => {
    const one = given[question.cluster] ?? { failed: "Nobody is there." };
    if ("failed" in one) return { question, ms: 3, status: "failed", error: { code: "UNREACHABLE", say: one.failed } };
    return { question, ms: 3, status: "ok", finding: { ...nothing, ...one } };
  });
  const { command, args, clusters } = parse(text, Object.keys(given));
  const step = command.step({ args, askedAt, clusters, visible, outcomes, round: 1 });
  if (!("answer" in step)) throw new Error("metrics asks twice");
  return step.answer as Answer & { readonly result: MetricsResult };
}

export function start(text: string, known: readonly string[] = ["prod-eu"], visible = {}) {
  const { command, args, clusters } = parse(text, known);
  const step = command.step({ args, askedAt, clusters, visible, outcomes: [], round: 0 });
  return "answer" in step
    ? { questions: [], answer: step.answer as Answer & { readonly result: MetricsResult } }
    : { questions: step.ask as readonly PanelQuestion[], answer: undefined };
}

function parse(text: string, known: readonly string[]) {
  const clusters = known.length === 0 ? ["prod-eu"] : known;
  const parsed = parseCommand(text, { clusters, defaultCluster: "prod-eu" });
  if (!parsed.ok) throw new Error(parsed.say);
  return parsed;
}

/** What is said to a line that is refused. */
export function refusalOf(text: string): string {
  const parsed = parseCommand(text, { clusters: ["prod-eu"], defaultCluster: "prod-eu" });
  return parsed.ok ? "" : parsed.say;
}

const nothing: PanelFinding = {
  ask: "panel",
  series: [],
  folded: 0,
  notes: [],
  queries: [],
  stepMs: 60_000,
  cannot: null,
  quiet: false,
};

/** Sixty points that swing by a third, a gap first where it begins late. */
export function series(
  labels: PanelSeries["labels"],
  base: number,
  more: { as?: string; from?: number; to?: number } = {},
): PanelSeries {
  const { as, from = 0, to = askedAt } = more;
  const points = Array.from({ length: 61 - from }, (_, at) => {
    const time = to - hourMs + (at + from) * 60_000;
    return [time, Number((base * (1 + Math.sin((at + from + base) / 7) / 3)).toPrecision(4))] as const;
  });
  return { ...(as !== undefined && { as }), labels, points };
}
