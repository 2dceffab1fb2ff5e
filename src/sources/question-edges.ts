/**
 * What changed between a cluster's traffic of two times, from the hourly sketches that the recorder keeps. The contract's other half is `question.ts`.
 * Names are as in all answers (`analysis/endpoint-name`), with workloads in place of pods; an address without a DNS name is `world`, or
 * `unknown` inside the cluster. Forwarded are TCP connections; UDP has no opening to be told by.
 */
import type { Window } from "../analysis/select.ts";
import type { TrafficChanges } from "../analysis/sketch/changes.ts";
import type { Restricted } from "./question.ts";

export type * from "../analysis/sketch/changes.ts";
export type { Edge } from "../analysis/sketch/edge.ts";

/**
 * Sketches are of whole hours (UTC): a window takes those that begin in it, so let windows begin and end on whole hours. The asker gives the earlier windows, because
 * only it knows the zone in which they are "the same hours". At most 400 hours together; the rest of a longer question is left out from its end, and `hours` says so.
 */
export interface EdgesQuestion extends Restricted {
  readonly source: "hubble";
  readonly ask: "edges";
  readonly cluster: string;
  readonly window: Window;
  /** The same hours of the previous day (or week). */
  readonly before: Window;
  /** The same hours of up to 7 earlier days, newest first, `before` not among them unless it is to count in the median as well. */
  readonly days: readonly Window[];
  /** Only edges with an end in one of these, and policies of these. Absent: all. */
  readonly namespaces?: readonly string[];
  /** Rows in each list, 1 to 100. */
  readonly top: number;
}

export interface EdgesFinding extends TrafficChanges {
  readonly ask: "edges";
}
