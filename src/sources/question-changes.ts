/** What changed: a question to the Kubernetes source, and what comes back. The contract's other half is `question.ts`. */
import type { Change, ChangeKind } from "../analysis/changes/change.ts";
import type { Resolution, Target } from "../analysis/target.ts";
import type { FileRef, Restricted } from "./question.ts";

export interface ChangesQuestion extends Restricted {
  readonly source: "kubernetes";
  readonly ask: "changes";
  readonly cluster: string;
  /** Null: all of the cluster. */
  readonly target: Target | null;
  /** At least one. */
  readonly kinds: readonly ChangeKind[];
  /** Epoch milliseconds, `since` ≤ time < `until`. */
  readonly since: number;
  readonly until: number;
  /** What to call the file with all diffs. */
  readonly name: string;
}

export interface ChangesFinding {
  readonly ask: "changes";
  /** Null when no target was asked for. */
  readonly resolution: Resolution | null;
  /** Newest first, at most 60; the newest eight have their diff. Null when the target is ambiguous or unknown. */
  readonly changes: readonly Change[] | null;
  readonly folded: number;
  /** One for each kind that was asked for. */
  readonly watched: readonly WatchedKind[];
  /** All diffs; null where there are none, or none could be kept. */
  readonly file: FileRef | null;
  /** What could not be read, and what that means: a sentence each. */
  readonly notes: readonly string[];
}

export interface WatchedKind {
  readonly kind: ChangeKind;
  /** Epoch milliseconds; changes before it are known only as far as objects tell themselves. Null: it is not watched. */
  readonly since: number | null;
  /** When nobody watched, newest first: what changed twice then counts once. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
}
