/** One reading of flows for a service map. */
import { createCoverage } from "../../analysis/collect-coverage.ts";
import type { FlowSelect } from "../../analysis/select.ts";
import { createSelection } from "../../analysis/selection.ts";
import { createServiceMapReducer } from "../../analysis/service-map/reducer.ts";
import { onlyVisible } from "../../analysis/visible.ts";
import type { MapFinding, MapQuestion } from "../question.ts";
import type { FlowRun, FlowRunOptions } from "./flow-run.ts";
import { runSink, within } from "./run-sink.ts";

type MapRunOptions = Omit<FlowRunOptions, "question"> & { readonly question: MapQuestion };

export function createMapRun({ question, resolution, workloadOf, redaction }: MapRunOptions): FlowRun<MapFinding> {
  const { ask, window, top, all, select, visible } = question;
  const { filters, wants } = onlyVisible(createSelection(select, resolution, ask), visible);
  const isWanted = within(window, wants);
  const coverage = createCoverage(redaction);
  const asked = resolution?.status === "resolved" ? resolution.target.target : select.target;
  const addresses = asked?.kind === "ip" || asked?.kind === "cidr";
  const answers = hasAnswers(select);
  const reducer = createServiceMapReducer({ window, top, all, addresses, answers, workloadOf, redaction });
  return {
    filters,
    range: { since: window.from, until: window.to },
    coverage,
    sink: runSink(coverage, (flow) => {
      if (isWanted(flow)) reducer.add(flow);
    }),
    finish: (end) => ({ ask, resolution, map: reducer.finish(), coverage: coverage.finish(end) }),
  };
}

/** Conditions on one end, one direction or one node leave answers out, or the other node's records. */
function hasAnswers({ from, to, directions, nodes }: FlowSelect): boolean {
  const isSet = (end: FlowSelect["from"]) => Object.values(end).some((values) => (values?.length ?? 0) > 0);
  return !isSet(from) && !isSet(to) && directions.length === 0 && nodes.length === 0;
}
