/**
 * Series → counters of agents. An agent is an `instance`: when its pod is replaced, the new pod's series continue the old ones, because the counters live in
 * the node's BPF map. The same agent scraped by two jobs is one agent; Cilium's own monitoring example does that.
 */
import type { Labels, Sample, Series } from "./result.ts";

export interface AgentCounters {
  /** For people: the instance, or all target labels where there is none. */
  readonly agent: string;
  readonly drops: readonly DropCounter[];
  /** All directions. */
  readonly forwards: readonly (readonly Sample[])[];
  /** When this agent was scraped, ascending. */
  readonly scrapes: readonly number[];
  /** Median distance of two scrapes, milliseconds. */
  readonly interval: number;
  /** Series left out because another job scrapes the same. */
  readonly duplicates: number;
}

export interface DropCounter {
  readonly reason: string;
  readonly direction: string;
  readonly samples: readonly Sample[];
}

export function readAgents(series: readonly Series[]): AgentCounters[] {
  const agents = new Map<string, Series[]>();
  for (const one of series) {
    if (one.samples.length === 0) continue;
    const key = agentKey(one.labels);
    agents.set(key, [...(agents.get(key) ?? []), one]);
  }
  return [...agents.values()].map((own) =>
    readAgent(own[0]?.labels["instance"] ?? agentKey(own[0]?.labels ?? {}), own),
  );
}

function readAgent(agent: string, series: readonly Series[]): AgentCounters {
  const counters = new Map<string, Series[]>();
  for (const one of series) {
    const key = JSON.stringify([one.labels["__name__"], one.labels["reason"], one.labels["direction"]]);
    counters.set(key, [...(counters.get(key) ?? []), one]);
  }
  const chained = [...counters.values()].map((own) => ({ ...chain(own), labels: own[0]?.labels ?? {} }));
  const scrapes = [...new Set(chained.flatMap(({ samples }) => samples.map(({ time }) => time)))].sort((a, b) => a - b);
  const drops = chained.filter(({ labels }) => labels["reason"] !== undefined);
  return {
    agent,
    drops: drops.map(({ labels, samples }) => ({
      reason: labels["reason"] ?? "",
      direction: labels["direction"] ?? "UNKNOWN",
      samples,
    })),
    forwards: chained.filter(({ labels }) => labels["reason"] === undefined).map(({ samples }) => samples),
    scrapes,
    interval: median(scrapes),
    duplicates: chained.reduce((sum, { duplicates }) => sum + duplicates, 0),
  };
}

/**
 * One after the other in time: a replaced pod, whose old and new target may overlap by some scrapes. At the same time: scraped twice. Both count the same
 * packets, so what begins first is followed to its end and then the next is taken up.
 */
function chain(series: readonly Series[]): { readonly samples: readonly Sample[]; readonly duplicates: number } {
  const samples: Sample[] = [];
  let duplicates = 0;
  for (const one of [...series].sort((left, right) => startOf(left) - startOf(right))) {
    const end = samples.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
    const more = one.samples.filter(({ time }) => time > end);
    if (more.length * 2 < one.samples.length) duplicates += 1;
    samples.push(...more);
  }
  return { samples, duplicates };
}

function startOf({ samples }: Series): number {
  return samples[0]?.time ?? 0;
}

function median(times: readonly number[]): number {
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  gaps.sort((left, right) => left - right);
  return gaps[gaps.length >> 1] ?? 60_000;
}

/** Clusters behind one Thanos may use the same addresses. */
function agentKey(labels: Labels): string {
  if (labels["instance"] !== undefined) return `${labels["cluster"] ?? ""} ${labels["instance"]}`;
  const own = ["__name__", "reason", "direction"];
  return JSON.stringify(
    Object.entries(labels)
      .filter(([name]) => !own.includes(name))
      .sort(),
  );
}
