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

/** By `endpoint_state`, in older versions `state`. */
export function endpointsItems(cluster: string, lines: readonly Line[]): EndpointsItem[] {
  const states = lines.flatMap(({ labels, points }) => {
    const state = labels["endpoint_state"] ?? labels["state"] ?? "";
    return passing.has(state) ? [] : [{ state, ...endsOf(points) }];
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

function endsOf(points: Line["points"]): { readonly first: number; readonly last: number } {
  const known = points.flatMap(([, value]) => (value === null ? [] : [value]));
  return { first: Math.round(known[0] ?? 0), last: Math.round(known.at(-1) ?? 0) };
}
