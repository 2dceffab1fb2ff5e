/** One reading of flows for a ranking. */
import { createCoverage } from "../../analysis/collect-coverage.ts";
import type { Flow } from "../../analysis/flow.ts";
import { createSelection } from "../../analysis/selection.ts";
import { createTopReducer, kindsOf } from "../../analysis/top/reducer.ts";
import { onlyVisible } from "../../analysis/visible.ts";
import type { TopFinding, TopQuestion } from "../question.ts";
import { createEarly } from "./early.ts";
import type { FlowRun, FlowRunOptions } from "./flow-run.ts";
import { runSink, within } from "./run-sink.ts";

type TopRunOptions = Omit<FlowRunOptions, "question"> & { readonly question: TopQuestion };

export function createTopRun({ question, resolution, workloadOf, redaction }: TopRunOptions): FlowRun<TopFinding> {
  const { ask, of, window, top, select, visible } = question;
  const { filters, wants } = onlyVisible(createSelection(select, resolution, kindsOf[of]), visible);
  const isWanted = within(window, wants);
  const coverage = createCoverage(redaction);
  const reducer = createTopReducer(of, { window, top, workloadOf, redaction });
  const early = createEarly();
  // Only what was dropped is recorded.
  const isRecorded = of === "drops";

  function addPast(flow: Flow): void {
    if (isWanted(flow) && !early.has(flow)) reducer.add(flow);
  }

  return {
    filters,
    range: { since: window.from, until: window.to },
    coverage,
    sink: runSink(coverage, (flow) => {
      if (!isWanted(flow)) return;
      if (isRecorded) early.saw(flow);
      reducer.add(flow);
    }),
    ...(isRecorded && { past: { window, part: "all", add: addPast } }),
    finish: (end) => ({ ask, resolution, ranking: reducer.finish(), coverage: coverage.finish(end) }),
  };
}

export function emptyTop(resolution: TopFinding["resolution"]): TopFinding {
  return { ask: "top", resolution, ranking: null, coverage: null };
}
