/** The first K of something that metrics count: map operations, drops, talkers, ports. */
import { durationText } from "../../analysis/duration.ts";
import type { Window } from "../../analysis/select.ts";
import type { MetricSeries, RankingFinding, RankingQuestion } from "../question.ts";
import { duration, numberOf } from "./promql.ts";
import { readCovered } from "./ranking-covered.ts";
import { namedEnds } from "./ranking-ends.ts";
import { choosePods, nodesOf, podsIn, withNode } from "./ranking-pods.ts";
import { type Pressure, readPressure } from "./ranking-pressure.ts";
import { rateRange, readRows, readTop } from "./ranking-rows.ts";
import { type Subject, selector, subjectOf } from "./ranking-subject.ts";
import { whyNothing } from "./ranking-why.ts";
import type { MetricTools } from "./tools.ts";

const nothingMeasured: Pressure = { series: [], unmeasured: [], notes: [] };
/** Failing operations that are named beside the others. */
const namedFailing = 3;

const noDropCounters =
  "The agents have counted no drop at all, not even noise: none has dropped a packet since it started, or cilium_drop_count_total is switched off (-cilium_drop_count_total in prometheus.metrics of Cilium's Helm values).";

export async function readRanking(question: RankingQuestion, tools: MetricTools): Promise<RankingFinding> {
  const { of, window, top, by, failed } = question;
  const { discovery } = tools;
  const [agents, scrapeMs] = await Promise.all([discovery.agentMatcher(window), discovery.scrapeMs(window)]);
  const own = agents === "" ? [] : [agents];
  const chosen = await choosePods(question.pod, own, window, tools);
  const base = [...own, ...(chosen.ok && chosen.matcher !== null ? [chosen.matcher] : [])];
  const subject = await subjectOf(question, base, discovery);
  const nothing = (cannot: string | null) => findingOf(question, subject, cannot);

  if (!chosen.ok) return nothing(chosen.say);
  if (of === "talkers" && subject.by.length === 0) {
    // Without names there is nothing to rank; without the metric that is what is missing.
    const there = (await discovery.metrics([subject.metric], window)).has(subject.metric);
    return nothing(there ? subject.lacks : await whyNothing(subject.metric, false, window, tools));
  }
  if (window.to - window.from < 2.5 * scrapeMs)
    return nothing(
      `Prometheus scrapes every ${durationText(scrapeMs)}, and a rate needs some scrapes: type --since ${durationText(Math.max(300_000, 4 * scrapeMs))} or more.`,
    );
  const covered = await readCovered(subject.watch, window, { scrapeMs, leadMs: rateRange(scrapeMs) }, tools);
  if (covered === null || covered.window.to - covered.window.from < scrapeMs)
    return nothing(await whyNothing(subject.metric, question.pod !== undefined, window, tools));
  const per = by === "node" ? (subject.by.includes("node") ? "node" : subject.agent) : null;
  const asked = { window: covered.window, begins: covered.begins, top, per, scrapeMs };
  const operations = selector(subject.metric, of === "maps" ? base : []);
  const [ranked, failing, pressure] = await Promise.all([
    readRows(subject, asked, tools),
    of === "maps" && !failed
      ? readTop(
          await subjectOf({ ...question, failed: true }, base, discovery),
          { window: covered.window, top: namedFailing },
          tools,
        )
      : [],
    of === "maps" ? readPressure(operations, base, { window, scrapeMs }, tools) : nothingMeasured,
  ]);
  if (ranked.totals.length === 0 && !(await hasSamples(operations, covered.window, tools))) {
    if (of !== "drops") return nothing(await whyNothing(subject.metric, question.pod !== undefined, window, tools));
    if (subject.metric.startsWith("cilium_")) return nothing(noDropCounters);
  }
  const nodes = await nodesOf(podsIn([...ranked.rows, ...failing, ...pressure.series]), window, tools);
  const placed = (labels: MetricSeries["labels"]) => withNode(namedEnds(labels), nodes);
  return {
    ...nothing(null),
    covered: covered.window,
    rows: ranked.rows.map((row) => ({ ...row, labels: placed(row.labels) })),
    totals: ranked.totals.map((row) => ({ ...row, labels: placed(row.labels) })),
    failing: failing.map((row) => ({ ...row, labels: placed(row.labels) })),
    pressure: pressure.series.map((row) => ({ ...row, labels: placed(row.labels) })),
    unmeasured: pressure.unmeasured,
    notes: [
      ...covered.notes,
      ...(ranked.foldedNodes > 0 ? [`${ranked.foldedNodes} more nodes, less busy than these, are not listed.`] : []),
      ...(by === "node" && per === null ? ["The metric does not name its agents: these are of all nodes."] : []),
      ...(await twice(subject, tools, question)),
      ...pressure.notes,
    ],
    queries: ranked.queries,
    stepMs: ranked.stepMs,
  };
}

async function hasSamples(series: string, window: Window, { instant }: MetricTools): Promise<boolean> {
  return (
    numberOf(await instant(`count(last_over_time(${series}[${duration(window.to - window.from)}]))`, window.to)) > 0
  );
}

/** What several jobs scrape is added up twice where it is added up; several clusters are one. */
async function twice({ metric, agent }: Subject, { discovery }: MetricTools, { window }: RankingQuestion) {
  const [jobs, clusters] = await Promise.all([
    agent === null ? discovery.values(metric, "job", window) : [],
    discovery.values(metric, "cluster", window),
  ]);
  return [
    ...(jobs.length > 1 ? [`${jobs.length} jobs scrape ${metric}: what both see is counted twice.`] : []),
    ...(clusters.length > 1
      ? [`This Prometheus holds ${clusters.length} clusters, and the ranking is over all of them.`]
      : []),
  ];
}

function findingOf({ of, window }: RankingQuestion, subject: Subject, cannot: string | null): RankingFinding {
  return {
    ask: "ranking",
    of,
    metric: subject.metric,
    unit: subject.unit,
    covered: window,
    cannot,
    lacks: subject.lacks,
    rows: [],
    totals: [],
    failing: [],
    pressure: [],
    unmeasured: [],
    notes: [],
    queries: [],
    stepMs: 0,
  };
}
