/** One reading of flows for a list of them. The same for Relay and for a file. */
import { type CoverageEnd, createCoverage } from "../../analysis/collect-coverage.ts";
import { compactLine } from "../../analysis/compact/line.ts";
import { flowRecord } from "../../analysis/compact/record.ts";
import type { Flow } from "../../analysis/flow.ts";
import { createFlowList } from "../../analysis/flow-list.ts";
import { createListSelection } from "../../analysis/flow-list-select.ts";
import { keptPart } from "../../analysis/kept-flows.ts";
import { defaultRedaction, type Redaction } from "../../analysis/redact.ts";
import type { Resolution } from "../../analysis/target.ts";
import { hideOtherPolicies, onlyVisible } from "../../analysis/visible.ts";
import type { FlowListFinding, FlowListQuestion, ListedFlow } from "../question.ts";
import { contentOf, createEarly } from "./early.ts";
import type { FlowRange, FlowRun } from "./flow-run.ts";
import { runSink } from "./run-sink.ts";

export interface FlowListRun extends FlowRun {
  /** The nodes gave so many each, and some were not wanted: others, further back, may have to take their places. */
  readonly mayLack: boolean;
}

export interface FlowListRunOptions {
  readonly question: FlowListQuestion;
  readonly resolution: Resolution | null;
  readonly redaction?: Redaction | undefined;
  /** Read all there is, whatever is asked for. */
  readonly whole: boolean;
}

/** A finding is at most 256 KB; the rest of it is small. */
const maxBytes = 220 * 1024;
/** More do not fit into a finding, even as the shortest lines. */
const mostFlows = 3_000;

export function createFlowListRun(options: FlowListRunOptions): FlowListRun {
  const { question, resolution, whole, redaction = defaultRedaction } = options;
  const { limit, since, until, not } = question;
  const { filters, wants } = onlyVisible(createListSelection(question, not, resolution), question.visible);
  const hide = hideOtherPolicies(question.visible);
  const coverage = createCoverage(redaction);
  const list = createFlowList({ keep: limit?.keep ?? "newest", limit: Math.min(limit?.count ?? mostFlows, mostFlows) });
  const range = whole ? wholeRange(question) : rangeOf(question);
  const part = keptPart(question);
  const early = createEarly((flow) => flow.uuid || contentOf(flow));
  let received = 0;
  let wanted = 0;

  function isWanted(flow: Flow): boolean {
    return (since === null || flow.time >= since) && (until === null || flow.time < until) && wants(flow);
  }

  function mayLack(): boolean {
    return range.number !== undefined && wanted < received && received >= range.number;
  }

  /** Without a beginning, "as far as there is anything" is not yet reached; flows of all kinds then end where the rings do. */
  function wantsPast(): boolean {
    if (mayLack()) return false;
    return since !== null || (part === "all" && (limit === null || limit.keep === "oldest" || wanted < limit.count));
  }

  function addPast(flow: Flow): void {
    if (!isWanted(flow) || early.has(flow)) return;
    wanted += 1;
    list.add(flow);
  }

  return {
    filters,
    range,
    coverage,
    sink: runSink(coverage, (flow) => {
      received += 1;
      if (!isWanted(flow)) return;
      wanted += 1;
      early.saw(flow);
      list.add(flow);
    }),
    get mayLack() {
      return mayLack();
    },
    get past() {
      return wantsPast()
        ? { window: { from: since ?? 0, to: until ?? Number.POSITIVE_INFINITY }, part, add: addPast }
        : undefined;
    },
    finish(end: CoverageEnd): FlowListFinding {
      const { flows, offered } = list.finish();
      const listed = fitting(flows, question, (flow) => redaction.flow(hide(flow)));
      // Asked for all, or for so many, and given less.
      const shed = (limit === null ? offered : flows.length) - listed.length;
      return {
        ask: "flows",
        resolution,
        flows: listed,
        matched: range.number === undefined ? offered : null,
        coverage: coverage.finish({ ...end, shed: end.shed + shed }),
      };
    },
  };
}

/**
 * `number` without `since` is Hubble's "the newest so many" of each node, with `first` or `since` "the oldest so many". The newest of a window are found by
 * reading all of it.
 */
function rangeOf(question: FlowListQuestion): FlowRange {
  const { limit, since, until } = question;
  const range = wholeRange(question);
  if (limit === null) return range;
  if (limit.keep === "oldest") return { ...range, number: limit.count, ...(since === null && { first: true }) };
  return since === null && until === null ? { number: limit.count } : range;
}

function wholeRange({ since, until }: FlowListQuestion): FlowRange {
  return { ...(since !== null && { since }), ...(until !== null && { until }) };
}

/**
 * What fits into a finding, from the end that was asked for: lines, and where these leave room the records beside them; for `-o json` records alone. Only what
 * is shown is made clean: of all flows that pass by, that is little.
 */
function fitting(
  flows: readonly Flow[],
  { print, limit }: FlowListQuestion,
  makeClean: (flow: Flow) => Flow,
): ListedFlow[] {
  const fromEnd = limit?.keep !== "oldest";
  const inOrder = fromEnd ? flows.toReversed() : flows;
  const room = { left: maxBytes };
  const clean: Flow[] = [];
  const kept = firstFitting(inOrder, room, (raw) => {
    const flow = makeClean(raw);
    clean.push(flow);
    const shown = print.json ? { record: flowRecord(flow, { labels: true }) } : { line: compactLine(flow, print) };
    return { time: flow.time, verdict: flow.verdict, ...shown };
  });
  const records = print.json
    ? []
    : firstFitting(clean.slice(0, kept.length), room, (flow) => ({ record: flowRecord(flow, { labels: false }) }));
  const listed = kept.map((flow, at): ListedFlow => ({ ...flow, ...records[at] }));
  return fromEnd ? listed.reverse() : listed;
}

function firstFitting<Made>(flows: readonly Flow[], room: { left: number }, make: (flow: Flow) => Made): Made[] {
  const made: Made[] = [];
  for (const flow of flows) {
    const one = make(flow);
    const size = sizeOf(one);
    if (size > room.left) break;
    room.left -= size;
    made.push(one);
  }
  return made;
}

/** With the comma that follows. */
function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) + 1;
}
