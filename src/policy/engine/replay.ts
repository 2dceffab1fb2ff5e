/** Many flows against one set of policies: what would pass. */
import { decide, type Outcome } from "./decide.ts";
import type { FlowTuple } from "./flow.ts";
import type { PolicySet } from "./policy-set.ts";

export interface Replay {
  readonly allowed: number;
  readonly denied: number;
  /** The policy of an endpoint cannot be computed. */
  readonly undecided: number;
}

/** `each` sees every flow with its outcome, in order. The same ends given as the same objects make it fastest. */
export function replay(
  set: PolicySet,
  flows: Iterable<FlowTuple>,
  each: (flow: FlowTuple, outcome: Outcome) => void,
): Replay {
  const counts = { ALLOWED: 0, DENIED: 0, ERROR: 0 };
  for (const flow of flows) {
    const outcome = decide(set, flow);
    counts[outcome.verdict] += 1;
    each(flow, outcome);
  }
  return { allowed: counts.ALLOWED, denied: counts.DENIED, undecided: counts.ERROR };
}
