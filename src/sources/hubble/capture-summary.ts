/** What is in a capture, counted while it is written: flows by verdict, between whom, and what was dropped. */
import { verdictNames } from "../../analysis/compact/words.ts";
import { createConversations } from "../../analysis/conversations.ts";
import { createDropsReducer } from "../../analysis/drops-reducer.ts";
import { createEndpointNames, type WorkloadOf } from "../../analysis/endpoint-name.ts";
import type { Redaction } from "../../analysis/redact.ts";
import type { Reducer } from "../../analysis/reduce.ts";
import type { Window } from "../../analysis/select.ts";
import { addTo, sortedCounts } from "../../analysis/summary-names.ts";
import type { CaptureSummary } from "../question.ts";

export interface CaptureSummaryOptions {
  readonly window: Window;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

const listedPairs = 20;
const buckets = 30;

export function createCaptureSummary(options: CaptureSummaryOptions): Reducer<CaptureSummary> {
  const names = createEndpointNames(options.workloadOf, options.redaction);
  const drops = createDropsReducer({ ...options, top: listedPairs, buckets });
  const pairs = createConversations(names);
  const byVerdict = new Map<string, number>();
  let flows = 0;

  return {
    add(flow) {
      flows += 1;
      addTo(byVerdict, verdictNames[flow.verdict] ?? String(flow.verdict));
      pairs.add(flow);
      drops.add(flow);
    },
    finish: () => ({
      flows,
      byVerdict: sortedCounts(byVerdict),
      ...pairs.top(listedPairs),
      drops: drops.finish(),
    }),
  };
}
