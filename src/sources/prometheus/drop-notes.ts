/** What has to be said beside the drop totals: what is missing and how to get it, and what may be wrong with the numbers. */
import type { Window } from "../../analysis/select.ts";
import type { AgentCounters } from "./agents.ts";
import { coveredBy } from "./agents-covered.ts";
import { duration, type Instant, numberOf } from "./promql.ts";
import type { QueryResult } from "./result.ts";

/** `heard`: the agents with samples in the window. */
export function notesOn(
  agents: readonly AgentCounters[],
  heard: readonly AgentCounters[],
  window: Window,
  raw: QueryResult,
): string[] {
  return [...nothingEver(agents), ...gaps(heard, window), ...duplicates(agents), ...clusters(raw)];
}

/** Neither counter is there: no agent, or both switched off. */
export async function whyEmpty(instant: Instant, window: Window): Promise<string[]> {
  const range = duration(window.to - window.from);
  const versions = numberOf(await instant(`count(last_over_time(cilium_version[${range}]))`, window.to));
  if (versions === 0)
    return [
      "no cilium_drop_count_total and no cilium_version: Prometheus has no Cilium agent in this window; set prometheus.enabled=true in Cilium's Helm values and let Prometheus scrape port 9962.",
    ];
  return [
    `no cilium_drop_count_total, though ${versions} agents are scraped (cilium_version is there): the metric is switched off; remove -cilium_drop_count_total from prometheus.metrics in Cilium's Helm values.`,
  ];
}

/** A counter exists from its first packet on. */
function nothingEver(agents: readonly AgentCounters[]): string[] {
  if (agents.some(({ drops }) => drops.length > 0)) return [];
  return [
    "no cilium_drop_count_total, though cilium_forward_count_total is there: no agent has dropped a packet since it started, or the metric is switched off (-cilium_drop_count_total in prometheus.metrics of Cilium's Helm values).",
  ];
}

/** Agents that were not there for the whole window. */
function gaps(agents: readonly AgentCounters[], window: Window): string[] {
  const late = agents.filter((agent) => coveredBy(agent, window).from > window.from);
  const lost = agents.filter((agent) => coveredBy(agent, window).to < window.to);
  const say = (some: readonly AgentCounters[], where: string, lost: string) =>
    some.length === 0
      ? []
      : [
          `No samples at the window's ${where} from ${some.length} of ${agents.length} agents (${names(some)}): drops ${lost} are not counted.`,
        ];
  return [...say(late, "start", "before their first sample"), ...say(lost, "end", "behind their last sample")];
}

function duplicates(agents: readonly AgentCounters[]): string[] {
  const twice = agents.filter((agent) => agent.duplicates > 0);
  return twice.length === 0 ? [] : [`Scraped by more than one job and counted once: ${names(twice)}.`];
}

function clusters(raw: QueryResult): string[] {
  const found = new Set(raw.type === "matrix" ? raw.series.map(({ labels }) => labels["cluster"] ?? "") : []);
  return found.size > 1 ? [`This Prometheus holds ${found.size} clusters, and the totals are of all of them.`] : [];
}

function names(agents: readonly AgentCounters[]): string {
  const shown = agents.slice(0, 3).map(({ agent }) => agent);
  return agents.length > shown.length ? `${shown.join(", ")}, …` : shown.join(", ");
}
