/** One reading of flows for one question: what is wanted goes into the reducer, everything else into the coverage. The same for Relay and for a file. */
import { type CoverageCollector, type CoverageEnd, createCoverage } from "../../analysis/collect-coverage.ts";
import { countsAsDrop, createDropsReducer } from "../../analysis/drops-reducer.ts";
import type { WorkloadOf } from "../../analysis/endpoint-name.ts";
import { countsAsForwarded, createForwardedReducer } from "../../analysis/forwarded-reducer.ts";
import { newestOnly, type Reducer } from "../../analysis/reduce.ts";
import { createSelection, type Filters } from "../../analysis/selection.ts";
import type { Resolution } from "../../analysis/target.ts";
import type { DropsFinding, FlowsQuestion, ForwardedFinding } from "../question.ts";
import type { FlowSink } from "./decode.ts";
import { lostSources } from "./json-enums.ts";

export type FlowsFinding = DropsFinding | ForwardedFinding;

export interface FlowRun {
  readonly filters: Filters;
  readonly sink: FlowSink;
  readonly coverage: CoverageCollector;
  /** Flows that the question was about. */
  readonly wanted: number;
  finish(end: CoverageEnd): FlowsFinding;
}

export interface FlowRunOptions {
  readonly question: FlowsQuestion;
  readonly resolution: Resolution | null;
  readonly workloadOf?: WorkloadOf | undefined;
}

/** Parts of the timeline. */
const buckets = 30;
/** `last` holds flows in memory. */
const mostLast = 10_000;

export function createFlowRun({ question, resolution, workloadOf }: FlowRunOptions): FlowRun {
  const { ask, window, last } = question;
  const { filters, wants } = createSelection(question.select, resolution, ask);
  const coverage = createCoverage();
  const { reducer, finish } = reduction();
  let wanted = 0;

  function limited<Summary>(inner: Reducer<Summary>, counts: typeof countsAsDrop): Reducer<Summary> {
    return last === undefined ? inner : newestOnly(inner, Math.min(Math.max(last, 1), mostLast), counts);
  }

  function reduction() {
    const options = { window, top: question.top, workloadOf };
    if (ask === "drops") {
      const drops = limited(createDropsReducer({ ...options, buckets }), countsAsDrop);
      const result = (end: CoverageEnd): FlowsFinding => ({
        ask,
        resolution,
        drops: drops.finish(),
        coverage: coverage.finish(end),
      });
      return { reducer: drops, finish: result };
    }
    const forwarded = limited(createForwardedReducer(options), countsAsForwarded);
    const result = (end: CoverageEnd): FlowsFinding => ({
      ask,
      resolution,
      forwarded: forwarded.finish(),
      coverage: coverage.finish(end),
    });
    return { reducer: forwarded, finish: result };
  }

  return {
    filters,
    coverage,
    sink: {
      flow(flow) {
        coverage.flow(flow.node, flow.time);
        if (!(flow.time >= window.from && flow.time < window.to) || !wants(flow)) return;
        wanted += 1;
        reducer.add(flow);
      },
      nodes: ({ state, nodes, message }) => coverage.nodes(state, nodes, message),
      lost: ({ source, count }) => coverage.lost(lostSources[source] ?? String(source), count),
    },
    get wanted() {
      return wanted;
    },
    finish,
  };
}

/** Nothing to look for: the target is ambiguous or not known. */
export function emptyFinding(ask: FlowsQuestion["ask"], resolution: Resolution): FlowsFinding {
  return ask === "drops"
    ? { ask, resolution, drops: null, coverage: null }
    : { ask, resolution, forwarded: null, coverage: null };
}
