/** One reading of flows for what holds them against policies. The same for Relay and for a file. */
import { createCoverage } from "../../analysis/collect-coverage.ts";
import type { Coverage } from "../../analysis/coverage.ts";
import type { WorkloadOf } from "../../analysis/endpoint-name.ts";
import type { Redaction } from "../../analysis/redact.ts";
import { createSelection } from "../../analysis/selection.ts";
import type { Resolution } from "../../analysis/target.ts";
import { onlyVisible } from "../../analysis/visible.ts";
import type { ReplayQuestion } from "../replay/answer.ts";
import { createCollector } from "../replay/collect.ts";
import type { FlowTable } from "../replay/table.ts";
import { createEarly } from "./early.ts";
import type { FlowRun } from "./flow-run.ts";
import { runSink, within } from "./run-sink.ts";

export interface ReplayRunOptions {
  readonly question: ReplayQuestion;
  readonly resolution: Resolution | null;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

export interface FlowsRead {
  readonly table: FlowTable;
  readonly coverage: Coverage;
}

export function createReplayRun(options: ReplayRunOptions): FlowRun<FlowsRead> {
  const { question, resolution, redaction } = options;
  const { select, window, visible } = question;
  const { filters, wants } = onlyVisible(createSelection(select, resolution, "any"), visible);
  const isWanted = within(window, wants);
  const coverage = createCoverage(redaction);
  const collector = createCollector({ ...options, target: select.target, dated: question.ask === "coach" });
  const early = createEarly();

  return {
    // No filter at all is an empty list: an empty filter would be one that an old server does not know.
    filters: {
      ...filters,
      whitelist: filters.whitelist.every((filter) => Object.keys(filter).length === 0) ? [] : filters.whitelist,
    },
    range: { since: window.from, until: window.to },
    coverage,
    sink: runSink(coverage, (flow) => {
      if (!isWanted(flow)) return;
      early.saw(flow);
      collector.add(flow);
    }),
    // Of the time before the rings only refusals were kept: what passed then is not known, and the coverage says so.
    past: {
      window,
      part: "some",
      add(flow) {
        if (isWanted(flow) && !early.has(flow)) collector.add(flow);
      },
    },
    finish(end) {
      const table = collector.finish();
      return { table, coverage: coverage.finish({ ...end, shed: end.shed + table.shed }) };
    },
  };
}
