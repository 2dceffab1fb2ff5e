/** One reading of flows for what proxies saw: HTTP requests or DNS lookups. */
import { createCoverage } from "../../analysis/collect-coverage.ts";
import { createDnsReducer } from "../../analysis/l7/dns-reducer.ts";
import { createHttpReducer } from "../../analysis/l7/http-reducer.ts";
import { createSelection } from "../../analysis/selection.ts";
import { onlyVisible } from "../../analysis/visible.ts";
import type { DnsFinding, HttpFinding, HubbleQuestion, L7Question } from "../question.ts";
import type { FlowRun, FlowRunOptions } from "./flow-run.ts";
import { runSink, within } from "./run-sink.ts";

type L7RunOptions = Omit<FlowRunOptions, "question"> & { readonly question: L7Question };

export function isL7(question: HubbleQuestion): question is L7Question {
  return question.ask === "http" || question.ask === "dns";
}

/** Parts of the timeline. */
const buckets = 30;

export function createL7Run({
  question,
  resolution,
  workloadOf,
  redaction,
}: L7RunOptions): FlowRun<HttpFinding | DnsFinding> {
  const { ask, window, top, select, visible } = question;
  const { filters, wants } = onlyVisible(createSelection(select, resolution, ask), visible);
  const isWanted = within(window, wants);
  const coverage = createCoverage(redaction);
  const options = { window, top, buckets, workloadOf, redaction };
  const { add, finish } = ask === "http" ? ofHttp() : ofDns();

  function ofHttp() {
    const reducer = createHttpReducer(options);
    const finding = () => ({ ask: "http", resolution, http: reducer.finish() }) as const;
    return { add: reducer.add, finish: finding };
  }

  function ofDns() {
    const reducer = createDnsReducer(options);
    const finding = () => ({ ask: "dns", resolution, dns: reducer.finish() }) as const;
    return { add: reducer.add, finish: finding };
  }

  return {
    filters,
    range: { since: window.from, until: window.to },
    coverage,
    sink: runSink(coverage, (flow) => {
      if (isWanted(flow)) add(flow);
    }),
    finish: (end) => ({ ...finish(), coverage: coverage.finish(end) }),
  };
}
