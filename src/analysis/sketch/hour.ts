/** What is kept of one hour of a cluster's traffic. */
import type { Edge, PolicyCount } from "./edge.ts";
import type { Summary } from "./space-saving.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** An edge and when it was seen first and last in the hour, epoch milliseconds (whole seconds once stored). */
export interface EdgeTimes {
  readonly edge: Edge;
  first: number;
  last: number;
}

export interface NamespaceCount {
  readonly namespace: string;
  dropped: number;
  refused: number;
  forwarded: number;
}

export interface HourSketch {
  /** Epoch milliseconds at which it begins. */
  readonly hour: number;
  readonly stopped: Summary<EdgeTimes>;
  readonly passed: Summary<EdgeTimes>;
  /** Exact, whatever found no room among the edges. An edge counts for both of its namespaces. */
  readonly namespaces: readonly NamespaceCount[];
  readonly reasons: Readonly<Record<string, number>>;
  readonly policies: readonly PolicyCount[];
  /** Namespaces, reasons, policies or outside names were too many: some are not told apart. */
  readonly crowded: boolean;
  readonly observed: HourObserved;
}

/** How much of an hour was seen. Seconds are counted while at least one node was followed. */
export interface HourObserved {
  readonly dropSeconds: number;
  readonly openingSeconds: number;
  readonly openings: number;
  readonly shed: number;
  readonly lost: number;
  /** Fewest followed at any look, of the most that were known. */
  readonly connected: number;
  readonly total: number;
  /** Nodes that were followed, and those that were known, each times the seconds that they were. */
  readonly nodeSeconds: number;
  readonly knownNodeSeconds: number;
}

export const unobserved: HourObserved = {
  ...{ dropSeconds: 0, openingSeconds: 0, openings: 0, shed: 0, lost: 0, connected: 0, total: 0 },
  ...{ nodeSeconds: 0, knownNodeSeconds: 0 },
};

export function addObserved(one: HourObserved, other: HourObserved): HourObserved {
  const isLess = other.total > 0 && (one.total === 0 || other.connected < one.connected);
  return {
    dropSeconds: one.dropSeconds + other.dropSeconds,
    openingSeconds: one.openingSeconds + other.openingSeconds,
    openings: one.openings + other.openings,
    shed: one.shed + other.shed,
    lost: one.lost + other.lost,
    connected: isLess ? other.connected : one.connected,
    total: Math.max(one.total, other.total),
    nodeSeconds: one.nodeSeconds + other.nodeSeconds,
    knownNodeSeconds: one.knownNodeSeconds + other.knownNodeSeconds,
  };
}
