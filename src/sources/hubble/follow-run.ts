/** One follow: wanted flows are counted, each once, and the newest of them kept for lines. A stream that broke is read again from a little before its end. */
import { type CoverageCollector, createCoverage } from "../../analysis/collect-coverage.ts";
import { compactLine } from "../../analysis/compact/line.ts";
import type { WorkloadOf } from "../../analysis/endpoint-name.ts";
import { createListSelection } from "../../analysis/flow-list-select.ts";
import { createNodeChanges } from "../../analysis/follow/node-changes.ts";
import { createRecent } from "../../analysis/follow/recent.ts";
import { createFollowSummary } from "../../analysis/follow/summary.ts";
import type { FollowView } from "../../analysis/follow/view.ts";
import { defaultRedaction, type Redaction } from "../../analysis/redact.ts";
import type { Filters } from "../../analysis/selection.ts";
import type { Resolution } from "../../analysis/target.ts";
import { hideOtherPolicies, onlyVisible } from "../../analysis/visible.ts";
import type { FollowFinding, FollowQuestion } from "../question.ts";
import type { FlowSink } from "./decode.ts";
import { createLag, type Lag } from "./follow-run-lag.ts";
import { lostSources } from "./json-enums.ts";

export interface FollowRun {
  readonly filters: Filters;
  readonly sink: FlowSink;
  readonly coverage: CoverageCollector;
  /** Flows that fitted. */
  readonly wanted: number;
  /** Time of the newest flow, the beginning when there was none. */
  readonly newest: number;
  readonly lag: Omit<Lag, "flow">;
  /** A flow of this node came: others may be quiet about what was asked for, however fast their rings turn. */
  tells(node: string): boolean;
  /** The first stream has told which nodes there are: who comes now is late. */
  begun(): void;
  /** How it stands at `at`; what it rests on as far as the caller knows. */
  view(at: number, end: FollowReach): FollowView;
}

export interface FollowReach {
  /** Oldest flow of each node's ring; undefined: not known. */
  readonly oldest: ReadonlyMap<string, number> | undefined;
  /** Messages that were none. */
  readonly malformed: number;
  readonly truncated: boolean;
}

export interface FollowRunOptions {
  readonly question: FollowQuestion;
  readonly resolution: Resolution | null;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
  /** Called once, when no more is taken. */
  readonly onFull: () => void;
  /** Epoch milliseconds; the system's unless told. */
  readonly clock?: () => number;
}

const mostNodes = 20_000;
/** More than come in the seconds that are read again, at 5,000 a second. */
const remembered = 32_768;

export function createFollowRun(options: FollowRunOptions): FollowRun {
  const { question, resolution, redaction = defaultRedaction, onFull, clock = Date.now } = options;
  const { since, until, most, lines, print } = question;
  const { filters, wants } = onlyVisible(createListSelection(question, question.not, resolution), question.visible);
  const hide = hideOtherPolicies(question.visible);
  const coverage = createCoverage(redaction);
  const changes = createNodeChanges();
  const summary = createFollowSummary({ ...options, from: since, lines });
  const recent = createRecent(remembered);
  const lag = createLag(until, clock);
  const telling = new Set<string>();
  let wanted = 0;
  let newest = since;
  let isBegun = false;

  return {
    filters,
    coverage,
    sink: {
      flow(flow) {
        coverage.flow(flow.node, flow.time);
        lag.flow(flow.time);
        if (telling.size < mostNodes) telling.add(flow.node);
        if (wanted >= most || !(flow.time >= since && flow.time < until)) return;
        if (flow.time > newest) newest = flow.time;
        if (!wants(flow) || !recent.add(flow)) return;
        wanted += 1;
        summary.add(flow);
        if (wanted === most) onFull();
      },
      nodes({ state, nodes, message }) {
        coverage.nodes(state, nodes, message);
        changes.note(state, nodes, clock());
      },
      lost: ({ source, count }) => coverage.lost(lostSources[source] ?? String(source), count),
    },
    get wanted() {
      return wanted;
    },
    get newest() {
      return newest;
    },
    lag,
    tells: (node) => telling.has(node) || telling.size >= mostNodes,
    begun() {
      if (!isBegun) changes.begun();
      isBegun = true;
    },
    view(at, { oldest, malformed, truncated }) {
      return {
        ...{ from: since, at },
        ...summary.read(at),
        lines: summary.newest().map((flow) => compactLine(redaction.flow(hide(flow)), print)),
        nodes: changes.read(),
        coverage: coverage.finish({ oldest, shed: malformed, truncated }),
      };
    },
  };
}

/** Nothing to look for: the target is ambiguous or not known. */
export function emptyFollow(resolution: Resolution): FollowFinding {
  return { ask: "follow", resolution, view: null, coverage: null, endedBy: "time" };
}
