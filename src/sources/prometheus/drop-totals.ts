/** How many packets the agents dropped in a window, by reason and direction: from their counters, which miss nothing and know no names. */
import { reasonFromText } from "../../analysis/reasons.ts";
import type { Window } from "../../analysis/select.ts";
import type { DropTotal, DropTotalsFinding } from "../question.ts";
import { type AgentCounters, readAgents } from "./agents.ts";
import { coverageOf } from "./agents-covered.ts";
import { notesOn, whyEmpty } from "./drop-notes.ts";
import { increaseOver } from "./increase.ts";
import { duration, type Instant, numberOf } from "./promql.ts";
import type { QueryResult } from "./result.ts";

/**
 * Samples before and behind the window, for the edges: two scrapes of a minute each, and some seconds. What lies in the future is simply not there yet.
 */
const marginMs = 150_000;
/** About 6 MB of JSON. More is left to the server, which then estimates. */
const maxSamples = 200_000;
const metrics = '{__name__=~"cilium_drop_count_total|cilium_forward_count_total"}';

export async function readDropTotals(instant: Instant, window: Window, limit = maxSamples): Promise<DropTotalsFinding> {
  const end = window.to + marginMs;
  const range = duration(end - window.from + marginMs);
  const size = numberOf(await instant(`sum(count_over_time(${metrics}[${range}]))`, end));
  if (size === 0) return finding(window, [], null, 0, [], await whyEmpty(instant, window));
  if (size > limit) return await estimate(instant, window, size);
  const raw = await instant(`${metrics}[${range}]`, end);
  const agents = readAgents(raw.type === "matrix" ? raw.series : []);
  const heard = agents.filter(({ scrapes }) => scrapes.some((time) => time >= window.from && time < window.to));
  const found = finding(
    window,
    agents.flatMap((agent) => dropsOf(agent, window)),
    forwardedOf(agents, window),
    heard.length,
    [raw],
    notesOn(agents, heard, window, raw),
  );
  // Without a single drop it may be that nobody counts them, and Prometheus warns where a part of it did not answer.
  const isExact = agents.some(({ drops }) => drops.length > 0) && raw.warnings.length === 0;
  return isExact ? { ...found, ...coverageOf(heard, window) } : found;
}

interface Part {
  readonly text: string;
  readonly direction: string;
  readonly packets: number;
}

function dropsOf(agent: AgentCounters, { from, to }: Window): Part[] {
  return agent.drops.map(({ reason, direction, samples }) => {
    const first = samples[0]?.time ?? 0;
    const absentAt = agent.scrapes.findLast((time) => time < first);
    const packets = increaseOver(samples, from, to, { interval: agent.interval, absentAt });
    return { text: reason, direction, packets };
  });
}

function forwardedOf(agents: readonly AgentCounters[], { from, to }: Window): number | null {
  const counters = agents.flatMap(({ forwards, interval }) => forwards.map((samples) => ({ samples, interval })));
  if (counters.length === 0) return null;
  const sum = counters.reduce(
    (total, { samples, interval }) => total + increaseOver(samples, from, to, { interval, absentAt: undefined }),
    0,
  );
  return Math.round(sum);
}

/** Too many samples to read them one by one. */
async function estimate(instant: Instant, window: Window, size: number): Promise<DropTotalsFinding> {
  const [dropsQuery = "", forwardedQuery = ""] = queriesFor(window, false);
  const agentsQuery = `count(count by (instance) (count_over_time(cilium_forward_count_total[${duration(window.to - window.from)}])))`;
  const results = await Promise.all(
    [dropsQuery, forwardedQuery, agentsQuery].map((query) => instant(query, window.to)),
  );
  const [drops, forwarded, agents] = results;
  const rows = drops?.type === "vector" ? drops.series : [];
  const parts = rows.map(({ labels, sample }) => ({
    text: labels["reason"] ?? "",
    direction: labels["direction"] ?? "UNKNOWN",
    packets: Number.isFinite(sample.value) ? sample.value : 0,
  }));
  const hasForwarded = forwarded?.type === "vector" && forwarded.series.length > 0;
  const note = `${size} samples are too many to read one by one: the totals are Prometheus' own increase(), which misses the first packets of a new counter.`;
  return finding(
    window,
    parts,
    hasForwarded ? Math.round(numberOf(forwarded)) : null,
    agents ? numberOf(agents) : 0,
    results,
    [note],
  );
}

function finding(
  window: Window,
  parts: readonly Part[],
  forwarded: number | null,
  agents: number,
  results: readonly QueryResult[],
  notes: readonly string[],
): DropTotalsFinding {
  const said = results.flatMap(({ warnings, infos }) => [...warnings, ...infos]);
  return {
    ask: "dropTotals",
    totals: sumUp(parts),
    forwarded,
    agents,
    warnings: [...new Set([...notes, ...said])].slice(0, 20),
    queries: queriesFor(window, true),
  };
}

function sumUp(parts: readonly Part[]): DropTotal[] {
  const sums = new Map<string, Part>();
  for (const part of parts) {
    const key = JSON.stringify([part.text, part.direction]);
    sums.set(key, { ...part, packets: (sums.get(key)?.packets ?? 0) + part.packets });
  }
  return [...sums.values()]
    .map(({ text, direction, packets }) => ({
      reason: reasonFromText(text)?.name ?? text,
      text,
      direction,
      packets: Math.round(packets),
    }))
    .filter(({ packets }) => packets > 0)
    .sort((left, right) => right.packets - left.packets || (keyOf(left) < keyOf(right) ? -1 : 1));
}

function keyOf({ reason, text, direction }: DropTotal): string {
  return `${reason} ${text} ${direction}`;
}

/** `at`: with the time in the expression, so that it gives the same whenever it is run. */
function queriesFor({ from, to }: Window, at: boolean): string[] {
  const range = `[${duration(to - from)}]${at ? ` @ ${to / 1000}` : ""}`;
  return [
    `sum by (reason, direction) (increase(cilium_drop_count_total${range}))`,
    `sum(increase(cilium_forward_count_total${range}))`,
  ];
}
