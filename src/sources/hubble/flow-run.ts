/** One reading of flows for one question: what is wanted goes into the reducer, everything else into the coverage. The same for Relay and for a file. */
import { type CoverageCollector, type CoverageEnd, createCoverage } from "../../analysis/collect-coverage.ts";
import { countsAsDrop, createDropsReducer } from "../../analysis/drops-reducer.ts";
import type { WorkloadOf } from "../../analysis/endpoint-name.ts";
import type { Flow } from "../../analysis/flow.ts";
import { countsAsForwarded, createForwardedReducer } from "../../analysis/forwarded-reducer.ts";
import { calledBy } from "../../analysis/names/called-by.ts";
import type { Redaction } from "../../analysis/redact.ts";
import { newestOnly, type Reducer } from "../../analysis/reduce.ts";
import { createSelection, type Filters } from "../../analysis/selection.ts";
import type { Resolution } from "../../analysis/target.ts";
import { hideOtherPolicies, onlyVisible } from "../../analysis/visible.ts";
import type {
  DnsFinding,
  DropsFinding,
  FlowListFinding,
  FlowsQuestion,
  ForwardedFinding,
  HttpFinding,
  MapFinding,
} from "../question.ts";
import type { FlowSink } from "./decode.ts";
import { createEarly } from "./early.ts";
import type { PastWanted } from "./past.ts";
import { runSink, within } from "./run-sink.ts";

export type FlowsFinding = DropsFinding | ForwardedFinding | FlowListFinding | MapFinding | HttpFinding | DnsFinding;

export interface FlowRun<Finding = FlowsFinding> {
  readonly filters: Filters;
  readonly range: FlowRange;
  readonly sink: FlowSink;
  readonly coverage: CoverageCollector;
  /** What else is wanted once the rings were read; undefined where only rings know, or what they gave is enough. */
  readonly past?: PastWanted | undefined;
  finish(end: CoverageEnd): Finding;
}

/** Which part of the rings the server is to read, in the request's own terms. `number` is per node. */
export interface FlowRange {
  readonly since?: number;
  readonly until?: number;
  readonly number?: number;
  readonly first?: boolean;
}

export interface FlowRunOptions {
  readonly question: FlowsQuestion;
  readonly resolution: Resolution | null;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

/** Parts of the timeline. */
const buckets = 30;
/** `last` holds flows in memory. */
const mostLast = 10_000;

export function createFlowRun({ question, resolution, workloadOf, redaction }: FlowRunOptions): FlowRun {
  const { ask, window, last } = question;
  const { filters, wants } = onlyVisible(createSelection(question.select, resolution, ask), question.visible);
  const isWanted = within(window, wants);
  const hideOthers = hideOtherPolicies(question.visible);
  const called = calledBy(ask === "drops" ? question.named : undefined);
  const hide = (flow: Flow) => called(hideOthers(flow));
  const coverage = createCoverage(redaction);
  const { reducer, finish } = reduction();
  const early = createEarly();

  function limited<Summary>(inner: Reducer<Summary>, counts: typeof countsAsDrop): Reducer<Summary> {
    return last === undefined ? inner : newestOnly(inner, Math.min(Math.max(last, 1), mostLast), counts);
  }

  function reduction() {
    const options = { window, top: question.top, workloadOf, redaction };
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
    // No `number`: with `since` Hubble would give the oldest so many, and through Relay so many per node. The newest N are picked on our side, out of the window.
    range: { since: window.from, until: window.to },
    coverage,
    sink: runSink(coverage, (flow) => {
      if (!isWanted(flow)) return;
      early.saw(flow);
      reducer.add(hide(flow));
    }),
    ...(ask === "drops" && { past: { window, part: "all", add: addPast } }),
    finish,
  };

  function addPast(flow: Flow): void {
    if (isWanted(flow) && !early.has(flow)) reducer.add(hide(flow));
  }
}

/** Nothing to look for: the target is ambiguous or not known. */
export function emptyFinding(ask: FlowsFinding["ask"], resolution: Resolution): FlowsFinding {
  if (ask === "http") return { ask, resolution, http: null, coverage: null };
  if (ask === "dns") return { ask, resolution, dns: null, coverage: null };
  if (ask === "map") return { ask, resolution, map: null, coverage: null };
  if (ask === "flows") return { ask, resolution, flows: null, matched: 0, coverage: null };
  return ask === "drops"
    ? { ask, resolution, drops: null, coverage: null }
    : { ask, resolution, forwarded: null, coverage: null };
}
