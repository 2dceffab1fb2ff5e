/** One reading of what got through after the last drop of some pairs. */
import { createCoverage } from "../../analysis/collect-coverage.ts";
import type { WorkloadOf } from "../../analysis/endpoint-name.ts";
import { createLater, laterFilters } from "../../analysis/later.ts";
import type { Redaction } from "../../analysis/redact.ts";
import type { LaterFinding, LaterQuestion } from "../question.ts";
import type { FlowRun } from "./flow-run.ts";
import { runSink } from "./run-sink.ts";

interface LaterRunOptions {
  readonly question: LaterQuestion;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

export function createLaterRun({ question, workloadOf, redaction }: LaterRunOptions): FlowRun<LaterFinding> {
  const { pairs } = question;
  const coverage = createCoverage(redaction);
  const later = createLater(pairs, workloadOf, redaction);
  const since = pairs.reduce((earliest, { last }) => Math.min(earliest, last), Number.POSITIVE_INFINITY);
  return {
    filters: { whitelist: laterFilters(pairs), blacklist: [] },
    range: Number.isFinite(since) ? { since } : {},
    coverage,
    sink: runSink(coverage, later.add),
    finish(end) {
      const through = later.through();
      const { nodes, truncated } = coverage.finish(end);
      const because = truncated
        ? "not all flows could be read in time"
        : nodes.answered < nodes.total
          ? awayText(nodes)
          : "";
      // What was seen to get through did, whatever was missed.
      return because === "" || through.every(Boolean)
        ? { ask: "later", resolution: null, through, because: "" }
        : { ask: "later", resolution: null, through: null, because };
    },
  };
}

function awayText({ answered, total }: { readonly answered: number; readonly total: number }): string {
  return `only ${answered} of ${total} nodes answered`;
}
