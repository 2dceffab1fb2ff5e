/** What changed between the traffic of two times, as data. The source says how much of each was observed; whoever shows it says so too. */
import type { Window } from "../select.ts";
import type { Edge } from "./edge.ts";

/** How much of a window was seen: a blind spot is no change. */
export interface Observed {
  readonly window: Window;
  /** Whole hours that begin in it, and those of which there is a sketch. */
  readonly hours: number;
  readonly sketched: number;
  /** Seconds in which refused flows were followed, and in which openings were, of `seconds` that the window has up to now. */
  readonly seconds: number;
  readonly dropSeconds: number;
  readonly openingSeconds: number;
  /** Connection openings taken, and those that came faster than the limit and were only counted. */
  readonly openings: number;
  readonly shed: number;
  /** Events that Hubble lost itself. */
  readonly lost: number;
  /** Fewest nodes connected at any look, of the most that were known; 0 of 0: never looked. */
  readonly nodes: { readonly connected: number; readonly total: number };
  /** Of the node-seconds that were known while anything was followed, 0 to 1; left out: as at that look. */
  readonly nodeShare?: number;
  /** Counts of edges that found no room in their hour's sketch; 0: everything is exact. */
  readonly folded: number;
  /** Sketches that could not be read. */
  readonly unreadable: number;
}

/** All of it, of one cluster. */
export interface TrafficChanges {
  readonly now: Observed;
  readonly before: Observed;
  /** As asked, newest first; a day without any sketch is there with 0 seconds. */
  readonly days: readonly Observed[];
  readonly history: EdgesHistory;
  readonly drops: DropChanges;
  /** Kept connection openings (forwarded) of the window and before. */
  readonly openings: CountChange;
  readonly newEdges: Rows<NewEdge>;
  readonly vanishedEdges: Rows<VanishedEdge>;
  readonly firstDrops: Rows<FirstDrop>;
  readonly policies: PolicyMatches;
}

export interface EdgesHistory {
  /** Epoch milliseconds of the oldest hour kept; null: none is. */
  readonly from: number | null;
  /** From this day (UTC, epoch ms) until the window it is known of every day which pairs were dropped; null: not of the last day before the window. */
  readonly dropsFrom: number | null;
}

export interface CountChange {
  readonly now: number;
  /** Brought, hour by hour, to the share that was observed now; null: less than half was observed then. */
  readonly before: number | null;
  /** Of the days that were observed for half of their time, each brought to what was observed now; null: none was. */
  readonly median: number | null;
}

export interface CountChangeRow extends CountChange {
  /** A drop reason's name (`POLICY_DENIED`; `HTTP`, `DNS` for refused requests) or number, or a namespace ("" is the ends that have none). */
  readonly key: string;
}

/** Largest difference from the greater of before and median first; `folded` stands for the rows that are not listed. */
export interface DropChanges {
  readonly total: CountChange;
  readonly byReason: Rows<CountChangeRow>;
  /** A pair's drops count for the namespace of its source and, where it is another one, of its destination. */
  readonly byNamespace: Rows<CountChangeRow>;
  /** Most drops now first. */
  readonly pairs: Rows<DroppedPair>;
}

/** A list and what stands behind it: rows that are not listed, and their counts. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly folded: { readonly rows: number; readonly count: number };
}

export interface DroppedPair extends Edge, CountChange {
  /** Epoch milliseconds, in the window. */
  readonly first: number;
  readonly last: number;
}

/**
 * Not in `before` nor in any of `days`. Forwarded only; refused and dropped ones are `firstDrops` and `pairs`. None is listed when neither `before` nor any day was observed for
 * half of its time: then everything would be new.
 */
export interface NewEdge extends Edge {
  readonly count: number;
  /** Epoch milliseconds. */
  readonly first: number;
  readonly last: number;
  /** An earlier sketch was full, or part of the earlier time was not observed: it may have been there. */
  readonly unsure: boolean;
}

/**
 * Forwarded, in `before` and in most of the days that were observed, and not now although so much of now was observed that it should have been: never listed when openings were
 * observed in less than 90 % of the window. `unsure`: a part was not observed, nodes were missing, or openings were shed or lost.
 */
export interface VanishedEdge extends Edge {
  readonly before: number;
  /** Of the days that were observed, how many had it. */
  readonly days: { readonly had: number; readonly of: number };
  /** Epoch milliseconds: when it was seen last. */
  readonly last: number;
  readonly unsure: boolean;
}

/**
 * A pair (with port and reason) that was not dropped on any day that is kept, until the window. `unsure`: one of these days had too many pairs to keep all, or the pair's ports are too
 * many to tell them apart.
 */
export interface FirstDrop extends Edge {
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly unsure: boolean;
}

/** Policies that allowed or denied something on a kept day. */
export interface PolicyMatches {
  /**
   * The last match of each, epoch seconds, by kind ("" before Cilium 1.17) and then by `namespace/name` (`/name` where it has no namespace): of thousands anything longer would fill
   * a finding. Matches of connections that were open before are not seen.
   */
  readonly matched: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Every policy that matched after this moment (epoch ms) is in `matched`; the others have found no room. 0: none is left out. */
  readonly listedFrom: number;
  /** From this day (UTC, epoch ms) on matches are known of every day: a policy that is not in `matched` had none since, or none since `listedFrom`. Null: not known, say nothing. */
  readonly since: number | null;
}
