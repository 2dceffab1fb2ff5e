/** The question that follows flows for a while, and what comes back. The contract's other half is `question.ts`. */
import type { Coverage } from "../analysis/coverage.ts";
import type { ListSelect } from "../analysis/flow-list-select.ts";
import type { FollowView } from "../analysis/follow/view.ts";
import type { Resolution } from "../analysis/target.ts";
import type { Restricted } from "./question.ts";

export interface FollowQuestion extends Restricted, ListSelect {
  readonly source: "hubble";
  readonly ask: "follow";
  readonly cluster: string;
  readonly not?: ListSelect;
  /** Epoch milliseconds, `since` ≤ time < `until`. Absolute, so that a worker that takes over goes on with the same follow. */
  readonly since: number;
  readonly until: number;
  /** It ends when so many flows fitted. */
  readonly most: number;
  /** The newest so many are shown, as lines. */
  readonly lines: number;
  /** Lines name the node; lines have addresses only. */
  readonly print: { readonly node: boolean; readonly numeric: boolean };
}

export interface FollowFinding {
  readonly ask: "follow";
  readonly resolution: Resolution | null;
  /** Null when the target is ambiguous or unknown. */
  readonly view: FollowView | null;
  readonly coverage: Coverage | null;
  readonly endedBy: FollowEnd;
}

/** `time`: as asked. `flows`: as many as are allowed. `cancelled`: somebody stopped it. `lost`: Relay went away and did not come back. */
export type FollowEnd = "time" | "flows" | "cancelled" | "lost";
