/** What the cluster itself lacks, and what nobody could see for it. */
import type { Observed } from "../sketch/changes.ts";
import type { EndpointsItem, LostItem, MissingItem, UnreachableItem } from "./item.ts";
import { differenceOf } from "./significant.ts";

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
  const lost = { now: now.lost + now.shed, before: before.sketched === 0 ? null : before.lost + before.shed };
  const change = differenceOf({ ...lost, median: null });
  const common = { cluster, tone: "warn", sure: true } as const;
  const missing: MissingItem = { ...common, kind: "nodes", standing: wasSo, now: connected, of: total };
  const gone: LostItem = { ...common, kind: "lost", standing: false, events: lost.now, before: lost.before };
  return [...(connected < total ? [missing] : []), ...(change === "more" || change === "first" ? [gone] : [])];
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

/** By the agent's node or pod. */
export function unreachableItems(cluster: string, lines: readonly Line[]): UnreachableItem[] {
  return lines.flatMap(({ labels, points, as }): UnreachableItem[] => {
    const { first, last } = endsOf(points);
    if (last < 1) return [];
    const node = labels["node"] || labels["pod"] || labels["instance"] || "";
    return [
      {
        ...{ kind: "unreachable", cluster, tone: "bad", sure: true, standing: last <= first },
        ...{ node, what: as ?? "nodes", count: last },
      },
    ];
  });
}

function endsOf(points: Line["points"]): { readonly first: number; readonly last: number } {
  const known = points.flatMap(([, value]) => (value === null ? [] : [value]));
  return { first: Math.round(known[0] ?? 0), last: Math.round(known.at(-1) ?? 0) };
}
