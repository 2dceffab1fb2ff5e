/**
 * What a digest asks each cluster, at most thirteen questions at once, and then what the policies say about the worst dropped pair. What is of the whole cluster is asked where all
 * of it is meant and may be seen.
 */
import { trendWindow } from "../../../analysis/digest/trend.ts";
import { digestTimes } from "../../../analysis/digest/windows.ts";
import type { Outcome, Question } from "../../../sources/question.ts";
import { restrictionIn } from "../../command.ts";
import { type DigestContext, type DigestFacts, deadlineMs } from "../context.ts";
import { flowsQuestions } from "./flows.ts";

const flowRows = 20;
const edgeRows = 60;
export const shownMaps = 5;
export const panels = {
  ...{ unreachable: "unreachable-nodes", endpoints: "endpoint-state" },
  ...{ dns: "dns-errors", http: "errors-by-destination", drops: "drops-by-reason" },
  ...{ lost: "lost-events" },
} as const;

export function digestQuestions(facts: DigestFacts, round: number): Question[] {
  const { context, outcomes } = facts;
  if (round === 0) return context.clusters.flatMap((cluster) => questionsTo(cluster, context));
  return round > 1 || isOver(outcomes) ? [] : flowsQuestions(facts);
}

/** A question that waited for the whole deadline leaves no time for another. */
function isOver(outcomes: readonly Outcome[]): boolean {
  return outcomes.some(({ status, ms }) => status === "late" && ms >= deadlineMs - 500);
}

/** Counters, nodes and maps are of the whole cluster: beside some of its namespaces they would mislead. */
export function isWhole(cluster: string, { visible, namespaces }: DigestContext): boolean {
  return restrictionIn(visible, cluster).visible === undefined && namespaces.length === 0;
}

function questionsTo(cluster: string, context: DigestContext): Question[] {
  const { visible, namespaces, window, span, zone, askedAt } = context;
  const restriction = restrictionIn(visible, cluster);
  const whole = isWhole(cluster, context);
  const narrowed = namespaces.length > 0 ? { namespaces } : {};
  const either = namespaces.length > 0 ? { namespace: namespaces } : {};
  const select = { either, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] };
  const times = digestTimes(askedAt, span, zone);
  const { from: since, to: until } = times.window;
  const kinds = whole ? (["policy", "namespace", "node", "config"] as const) : (["policy", "namespace"] as const);
  return [
    { source: "hubble", ask: "edges", cluster, ...times, ...narrowed, top: edgeRows, ...restriction },
    { source: "hubble", ask: "drops", cluster, select, window, top: flowRows, ...restriction },
    { source: "kubernetes", ask: "policyStates", cluster, ...restriction },
    {
      ...({ source: "kubernetes", ask: "changes", cluster, target: null, kinds, since, until } as const),
      ...{ name: `changes-${cluster}.diff`, ...restriction },
    },
    ...(whole ? wholeQuestions(cluster, context) : []),
  ];
}

function wholeQuestions(cluster: string, context: DigestContext): Question[] {
  const { window, before, askedAt, span, zone } = context;
  const { to } = digestTimes(askedAt, span, zone).window;
  const metrics = { source: "prometheus", cluster, window } as const;
  return [
    { ...metrics, ask: "dropTotals" },
    { ...metrics, ask: "dropTotals", window: before },
    { ...metrics, ask: "ranking", of: "maps", top: shownMaps },
    { ...metrics, ask: "panel", panel: panels.unreachable },
    { ...metrics, ask: "panel", panel: panels.endpoints },
    // Both times at once, so that the same workloads are told of both.
    { ...metrics, ask: "panel", panel: panels.http, window: { from: before.from, to: window.to } },
    { ...metrics, ask: "panel", panel: panels.lost, window: { from: before.from, to: window.to } },
    { ...metrics, ask: "panel", panel: panels.dns },
    // A week's, also where the digest is of a day.
    { ...metrics, ask: "panel", panel: panels.drops, window: trendWindow(to) },
  ];
}
