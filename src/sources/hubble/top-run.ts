/** One reading of flows for a ranking. */
import { createCoverage } from "../../analysis/collect-coverage.ts";
import type { Flow } from "../../analysis/flow.ts";
import { createSelection } from "../../analysis/selection.ts";
import { createTopReducer, kindsOf } from "../../analysis/top/reducer.ts";
import { onlyVisible } from "../../analysis/visible.ts";
import type { TopFinding, TopQuestion } from "../question.ts";
import { createEarly } from "./early.ts";
import type { FlowRun, FlowRunOptions } from "./flow-run.ts";
import { lostSources } from "./json-enums.ts";

type TopRunOptions = Omit<FlowRunOptions, "question"> & { readonly question: TopQuestion };

export function createTopRun({ question, resolution, workloadOf, redaction }: TopRunOptions): FlowRun<TopFinding> {
  const { ask, of, window, top, select, visible } = question;
  const { filters, wants } = onlyVisible(createSelection(select, resolution, kindsOf[of]), visible);
  const coverage = createCoverage(redaction);
  const reducer = createTopReducer(of, { window, top, workloadOf, redaction });
  const early = createEarly();
  // Only what was dropped is recorded.
  const isRecorded = of === "drops";
  let wanted = 0;

  const isWanted = (flow: Flow) => flow.time >= window.from && flow.time < window.to && wants(flow);

  function addPast(flow: Flow): void {
    if (!isWanted(flow) || early.has(flow)) return;
    wanted += 1;
    reducer.add(flow);
  }

  return {
    filters,
    range: { since: window.from, until: window.to },
    coverage,
    sink: {
      flow(flow) {
        coverage.flow(flow.node, flow.time);
        if (!isWanted(flow)) return;
        wanted += 1;
        if (isRecorded) early.saw(flow);
        reducer.add(flow);
      },
      nodes: ({ state, nodes, message }) => coverage.nodes(state, nodes, message),
      lost: ({ source, count }) => coverage.lost(lostSources[source] ?? String(source), count),
    },
    get wanted() {
      return wanted;
    },
    ...(isRecorded && { past: { window, part: "all", add: addPast } }),
    finish: (end) => ({ ask, resolution, ranking: reducer.finish(), coverage: coverage.finish(end) }),
  };
}

export function emptyTop(resolution: TopFinding["resolution"]): TopFinding {
  return { ask: "top", resolution, ranking: null, coverage: null };
}
