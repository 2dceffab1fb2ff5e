/** What comes most often in flows, as data: the finding of the `top` reducers. */
import type { WorkloadOf } from "../endpoint-name.ts";
import type { Redaction } from "../redact.ts";
import type { Window } from "../select.ts";

/**
 * What is counted, by what. `drops`: dropped packets by pair of ends, port, reason and direction, without normal noise. `talkers`: forwarded flows by pair of ends.
 * `ports`: forwarded flows by port and protocol they go to. `dns`: queries by name. `http`: requests by method, path template and destination.
 */
export type TopOf = "drops" | "talkers" | "ports" | "dns" | "http";

export interface TopRow {
  /** What it is: `source`, `destination`, `port`, `protocol`, `reason` and `direction`; `name`; `method`, `path` and `destination`. */
  readonly labels: Readonly<Record<string, string>>;
  /** At most so many. */
  readonly count: number;
  /** How many of them may be others': at least `count - error` are its own. 0: exact. */
  readonly error: number;
  /** What came back while the row was counted, for `dns` and `http`. */
  readonly answers: TopAnswers | null;
}

export interface TopAnswers {
  readonly all: number;
  /** Of these, with NXDOMAIN. */
  readonly missing: number;
  /** Of these, 4xx and 5xx. */
  readonly refused: number;
  readonly failed: number;
}

export interface FlowRanking {
  readonly of: TopOf;
  /** Largest first. */
  readonly rows: readonly TopRow[];
  /** Of everything, exactly, listed or not; for `http` each request once, which is about where `bound` is not 0. */
  readonly total: number;
  /** Rows behind the list; null when they were too many to be counted apart. */
  readonly others: number | null;
  /** The most that a row has which is not counted apart; no `error` is larger. 0: everything is exact. */
  readonly bound: number;
  /** How many rows can be counted apart. */
  readonly capacity: number;
  /** Packets of normal noise (`drops`), which are in no row and not in the total. */
  readonly noise: number;
  /** Queries for names that only a resolver's search path made up (`dns`): in the total, in no row. Null: there were none. */
  readonly search: { readonly queries: number; readonly name: string; readonly example: string } | null;
}

export interface TopOptions {
  readonly window: Window;
  /** Rows to list, at most 60. */
  readonly top: number;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
  /** How many rows can be counted apart, whatever comes; 2,000 when left out. */
  readonly capacity?: number;
}

/** A row of pairs takes about 0.5 KB. */
export const usualCapacity = 2_000;
