/** What a follow has seen so far: counted as flows come, read as often as one likes, in bounded memory. */
import { verdictNames } from "../compact/words.ts";
import { createConversations } from "../conversations.ts";
import { countsAsDrop } from "../drops-reducer.ts";
import { createEndpointNames, type WorkloadOf } from "../endpoint-name.ts";
import type { Flow } from "../flow.ts";
import { createFlowList } from "../flow-list.ts";
import { reasonName } from "../reasons.ts";
import type { Redaction } from "../redact.ts";
import { addTo, sortedCounts } from "../summary-names.ts";
import { createRates } from "./rates.ts";
import type { FollowView } from "./view.ts";

export interface FollowSummaryOptions {
  /** Epoch milliseconds: where it begins. */
  readonly from: number;
  /** Newest flows to hold, at least 1. */
  readonly lines: number;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

export interface FollowSummary {
  add(flow: Flow): void;
  read(at: number): Pick<FollowView, "flows" | "byVerdict" | "rate" | "drops" | "pairs" | "folded">;
  /** The newest, oldest first, as they came. */
  newest(): readonly Flow[];
}

const heldPairs = 1_000;
const listedPairs = 5;
/** Reasons and verdicts are few; numbers that a corrupt record makes up are many. */
const mostKinds = 100;

export function createFollowSummary({ from, lines, workloadOf, redaction }: FollowSummaryOptions): FollowSummary {
  const names = createEndpointNames(workloadOf, redaction);
  const pairs = createConversations(names, heldPairs, countsAsDrop);
  const newest = createFlowList({ keep: "newest", limit: lines });
  const rates = createRates(from);
  const byVerdict = new Map<string, number>();
  const byReason = new Map<string, number>();
  let flows = 0;
  let dropped = 0;

  return {
    add(flow) {
      flows += 1;
      rates.add(flow.time);
      addTo(byVerdict, verdictNames[flow.verdict] ?? String(flow.verdict), mostKinds);
      if (countsAsDrop(flow)) {
        dropped += 1;
        addTo(byReason, reasonOf(flow), mostKinds);
      }
      pairs.add(flow);
      newest.add(flow);
    },
    read: (at) => ({
      flows,
      byVerdict: sortedCounts(byVerdict),
      rate: rates.read(at),
      drops: { count: dropped, byReason: sortedCounts(byReason) },
      ...pairs.top(listedPairs),
    }),
    newest: () => newest.finish().flows,
  };
}

/** A refused request has no reason; its protocol stands for it. */
function reasonOf({ l7, dropReason }: Flow): string {
  return l7 === undefined ? reasonName(dropReason) : l7.protocol.toUpperCase() || "L7";
}
