/** Questions behind an alert's verdict: what became of the pairs whose packets were dropped. The contract's other half is `question.ts`. */
import type { LaterPair } from "../analysis/later.ts";
import type { Restricted } from "./question.ts";

/** Did the same pairs get through after their last drop? The pairs are of an answer that may be shown where it is asked. */
export interface LaterQuestion {
  readonly source: "hubble";
  readonly ask: "later";
  readonly cluster: string;
  readonly pairs: readonly LaterPair[];
}

export interface LaterFinding {
  readonly ask: "later";
  /** It asks of no target. */
  readonly resolution: null;
  /** Of the question's pairs, by place; null: what was seen is not enough to say "no" of those that were not seen. */
  readonly through: readonly boolean[] | null;
  /** Why it is null, in a few words; "" otherwise. */
  readonly because: string;
}

/** How old were the pods of these pairs, are they gone, and did their identities change? */
export interface EndsQuestion extends Restricted {
  readonly source: "kubernetes";
  readonly ask: "ends";
  readonly cluster: string;
  readonly pairs: readonly EndsPair[];
}

export interface EndsPair {
  /** As `DropPair` has them. */
  readonly source: string;
  readonly destination: string;
  /** Epoch milliseconds of the first and the last drop. */
  readonly first: number;
  readonly last: number;
}

export interface EndsFinding {
  readonly ask: "ends";
  /** Of the question's pairs, by place; null: none of their pods is known. */
  readonly ends: readonly PairEnds[] | null;
  /** Security identities of the pairs' ends that changed within a second of a pair's first drop; null: nobody watched then. */
  readonly identityChanges: number | null;
  /** Why something is null, in a few words each; "" where it is not. */
  readonly because: { readonly ends: string; readonly identityChanges: string };
}

export interface PairEnds {
  /** Milliseconds, of the younger end at the first drop; null: not known, or no pod. Where a name stands for several pods, of the oldest that there was. */
  readonly ageMs: number | null;
  /** All pods of an end were gone by the last drop. */
  readonly gone: boolean;
}
