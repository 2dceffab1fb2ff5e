/** Flows through the drops reducer, for its tests. */
import type { DropSummary } from "../../src/analysis/drops.ts";
import { createDropsReducer, type DropsOptions } from "../../src/analysis/drops-reducer.ts";
import type { Flow } from "../../src/analysis/flow.ts";
import { http, makeFlow, noon } from "../fixtures/flows/make.ts";

export const window = { from: noon, to: noon + 600_000 };

export function reduce(flows: Iterable<Flow>, options: Partial<DropsOptions> = {}): DropSummary {
  const reducer = createDropsReducer({ window, top: 10, buckets: 10, ...options });
  for (const flow of flows) reducer.add(flow);
  return reducer.finish();
}

export const verdict = (fields: Partial<Flow> = {}) => makeFlow({ eventType: 5, eventSubType: 0, ...fields });
export const request = (fields: Partial<Flow> = {}) =>
  makeFlow({ eventType: 129, eventSubType: 0, type: 2, dropReason: 0, l7: http(), ...fields });
