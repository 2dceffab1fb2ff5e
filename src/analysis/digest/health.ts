/** What the cluster itself lacks, and what nobody could see for it. */

import type { Window } from "../select.ts";
import type { Observed } from "../sketch/changes.ts";
import type { EndpointsItem, LostItem, MissingItem } from "./item.ts";
import { amountIn, measuredShare, type Rates } from "./rates.ts";
import { differenceOf } from "./significant.ts";
import { wellObserved } from "./traffic.ts";

/** A metric's values, oldest first; null is a gap. */
export interface Line {
  readonly labels: Readonly<Record<string, string>>;
  readonly as?: string;
  readonly points: readonly (readonly [time: number, value: number | null])[];
}

/** Those that pass by themselves. */
const passing: ReadonlySet<string> = new Set(["ready", "regenerating", "waiting-to-regenerate"]);

export function agentsItems(cluster: string, now: number | null, before: number | null): MissingItem[] {
  if (now === null || before === null || now >= before) return [];
  return [{ kind: "agents", cluster, tone: "bad", sure: true, standing: false, now, of: before }];
}

export function visibilityItems(cluster: string, now: Observed, before: Observed): (MissingItem | LostItem)[] {
  const { connected, total } = now.nodes;
  const wasSo = before.nodes.total > 0 && before.nodes.connected < before.nodes.total;
  const common = { cluster, tone: "warn", sure: true } as const;
  const missing: MissingItem = { ...common, kind: "nodes", standing: wasSo, now: connected, of: total };
  const lostBefore = before.sketched === 0 ? null : before.lost + before.shed;
  return [...(connected < total ? [missing] : []), ...lostItems(cluster, now.lost + now.shed, lostBefore)];
}

/** By the agents' own counters, which tell also where nobody records. */
export function lostByCounters(cluster: string, rates: Rates, now: Window, before: Window): LostItem[] {
  const amount = (window: Window) =>
    Math.round(rates.lines.reduce((sum, { points }) => sum + amountIn(points, window, rates.stepMs), 0));
  return lostItems(cluster, amount(now), measuredShare(rates, before) < wellObserved ? null : amount(before));
}

function lostItems(cluster: string, now: number, before: number | null): LostItem[] {
  const change = differenceOf({ now, before, median: null });
  if (change !== "more" && change !== "first") return [];
  return [{ kind: "lost", cluster, tone: "warn", sure: true, standing: false, events: now, before }];
}

/** By `endpoint_state`, in older versions `state`. A state that no endpoint ever had has no line, and neither has one after its agent began again. */
export function endpointsItems(cluster: string, lines: readonly Line[], stepMs: number): EndpointsItem[] {
  const span = spanOf(lines, stepMs);
  const states = lines.flatMap(({ labels, points }) => {
    const state = labels["endpoint_state"] ?? labels["state"] ?? "";
    return passing.has(state) ? [] : [{ state, ...endsOf(points, span) }];
  });
  const count = states.reduce((sum, { last }) => sum + last, 0);
  if (count < 1) return [];
  const before = states.reduce((sum, { first }) => sum + first, 0);
  return [
    {
      ...{ kind: "endpoints", cluster, tone: "warn", sure: true, standing: count <= before, before },
      states: states.filter(({ last }) => last > 0).map(({ state, last }) => ({ state, count: last })),
    },
  ];
}

/** A value stays for five minutes where nothing is scraped any more, and what began so soon was there at the beginning. */
const staleMs = 300_000;

/** Until when a line has to begin, and from when on it has to go on, to be one of the beginning and of the end. */
export function spanOf(lines: readonly Pick<Line, "points">[], stepMs: number): Window {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { points } of lines)
    for (const [time, value] of points)
      if (value !== null) [first, last] = [Math.min(first, time), Math.max(last, time)];
  const slack = Math.max(stepMs, staleMs);
  return { from: first + slack, to: last - slack };
}

/** Nothing was there where a line begins later, and nothing is where it ended earlier. */
export function endsOf(
  points: Line["points"],
  { from, to }: Window,
): { readonly first: number; readonly last: number } {
  const known = points.flatMap(([time, value]) => (value === null ? [] : [{ time, value }]));
  const [begin, end] = [known[0], known.at(-1)];
  return {
    first: begin !== undefined && begin.time <= from ? Math.round(begin.value) : 0,
    last: end !== undefined && end.time >= to ? Math.round(end.value) : 0,
  };
}
