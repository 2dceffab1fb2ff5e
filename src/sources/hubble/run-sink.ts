/** What all readings of a window have in common. */
import type { CoverageCollector } from "../../analysis/collect-coverage.ts";
import type { Flow } from "../../analysis/flow.ts";
import type { Window } from "../../analysis/select.ts";
import type { FlowSink } from "./decode.ts";
import { lostSources } from "./json-enums.ts";

/** Rings give a little more than they are asked for. */
export function within({ from, to }: Window, wants: (flow: Flow) => boolean): (flow: Flow) => boolean {
  return (flow) => flow.time >= from && flow.time < to && wants(flow);
}

/** Everything that comes goes into the coverage, and each flow to `add`. */
export function runSink(coverage: CoverageCollector, add: (flow: Flow) => void): FlowSink {
  return {
    flow(flow) {
      coverage.flow(flow.node, flow.time);
      add(flow);
    },
    nodes: ({ state, nodes, message }) => coverage.nodes(state, nodes, message),
    lost: ({ source, count }) => coverage.lost(lostSources[source] ?? String(source), count),
  };
}
