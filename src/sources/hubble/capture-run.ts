/**
 * One capture: wanted flows go, redacted, into the file and its summary until there is as much as is allowed. The same for Relay and for a file. A stream that
 * broke is read again from a little before its end, so every flow is taken once.
 */
import { createHash } from "node:crypto";
import { type CoverageCollector, type CoverageEnd, createCoverage } from "../../analysis/collect-coverage.ts";
import { escapeJson } from "../../analysis/compact/escape.ts";
import { flowRecord } from "../../analysis/compact/record.ts";
import type { WorkloadOf } from "../../analysis/endpoint-name.ts";
import type { Flow } from "../../analysis/flow.ts";
import { createListSelection } from "../../analysis/flow-list-select.ts";
import { keptPart } from "../../analysis/kept-flows.ts";
import { defaultRedaction, type Redaction } from "../../analysis/redact.ts";
import type { Filters } from "../../analysis/selection.ts";
import type { Resolution } from "../../analysis/target.ts";
import { hideOtherPolicies, onlyVisible } from "../../analysis/visible.ts";
import { BotError } from "../../errors.ts";
import type { CaptureEnd, CaptureFinding, CaptureQuestion, Running } from "../question.ts";
import { createCaptureFile } from "./capture-file.ts";
import { createCaptureSummary } from "./capture-summary.ts";
import type { FlowSink } from "./decode.ts";
import { lostSources } from "./json-enums.ts";
import type { PastWanted } from "./past.ts";

export interface CaptureRun {
  readonly filters: Filters;
  readonly sink: FlowSink;
  readonly coverage: CoverageCollector;
  /** What is wanted of the time before the rings: it goes in front of what they give, and may come beside it. */
  readonly past: PastWanted;
  /** Flows in the file. */
  readonly wanted: number;
  /** Gzipped. */
  readonly bytes: number;
  /** Why no more is taken. */
  readonly full: "flows" | "bytes" | undefined;
  /** Epoch milliseconds of the newest flow that was read, wanted or not; the beginning when there was none. */
  readonly newest: number;
  finish(end: CoverageEnd & { readonly endedBy: CaptureEnd }, keep: Running["keep"]): Promise<CaptureFinding>;
}

export interface CaptureRunOptions {
  readonly question: CaptureQuestion;
  readonly resolution: Resolution | null;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
  /** Called once, when no more is taken. */
  readonly onFull: () => void;
}

export function createCaptureRun(options: CaptureRunOptions): CaptureRun {
  const { question, resolution, redaction = defaultRedaction, onFull } = options;
  const { since, until, most } = question;
  const { filters, wants } = onlyVisible(createListSelection(question, question.not, resolution), question.visible);
  const hide = hideOtherPolicies(question.visible);
  const coverage = createCoverage(redaction);
  const summary = createCaptureSummary({ ...options, window: { from: since, to: until } });
  const file = createCaptureFile(most.bytes);
  const taken = new Set<string>();
  let newest = since;
  /** As `newest`, of the recording too. */
  let latest = since;
  let full: CaptureRun["full"];
  let tooLong = 0;

  function fill(by: "flows" | "bytes"): void {
    full = by;
    onFull();
  }

  function take(flow: Flow, where: "front" | "back"): void {
    if (full !== undefined || !wants(flow)) return;
    const clean = redaction.flow(hide(flow));
    const line = lineOf(clean);
    if (line === undefined) {
      tooLong += 1;
      return;
    }
    // Older agents give no uuid; then the record, which is exact to the nanosecond, tells a copy from the next flow.
    const key = flow.uuid || createHash("sha1").update(line).digest("base64");
    if (taken.has(key)) return;
    if (flow.time > latest) latest = flow.time;
    if (taken.size >= most.flows) fill("flows");
    else if (!file.add(line, where)) fill("bytes");
    else {
      taken.add(key);
      summary.add(clean);
    }
  }

  function isInTime({ time }: Flow): boolean {
    return time >= since && time < until;
  }

  return {
    filters,
    coverage,
    past: {
      window: { from: since, to: until },
      part: keptPart(question),
      add(flow) {
        if (isInTime(flow)) take(flow, "front");
      },
    },
    sink: {
      flow(flow) {
        coverage.flow(flow.node, flow.time);
        if (full !== undefined || !isInTime(flow)) return;
        if (flow.time > newest) newest = flow.time;
        take(flow, "back");
      },
      nodes: ({ state, nodes, message }) => coverage.nodes(state, nodes, message),
      lost: ({ source, count }) => coverage.lost(lostSources[source] ?? String(source), count),
    },
    get wanted() {
      return taken.size;
    },
    get bytes() {
      return file.bytes;
    },
    get full() {
      return full;
    },
    get newest() {
      return newest;
    },
    async finish({ endedBy, ...end }, keep) {
      const body = file.finish();
      const known = { name: question.name, type: "application/gzip" } as const;
      return {
        ask: "capture",
        resolution,
        file: taken.size === 0 ? null : { id: await keep({ ...known, body }), ...known, bytes: body.length },
        summary: summary.finish(),
        coverage: coverage.finish({ ...end, shed: end.shed + tooLong }),
        endedBy,
        to: endedBy === "time" ? until : Math.min(until, Math.floor(Math.max(newest, latest)) + 1),
      };
    },
  };
}

/** Hubble's own program reads lines of less than 64 KB, and nothing behind a longer one. */
const longestLine = 65_000;

/** Without its labels where it would be too long; undefined when it is still too long then. */
function lineOf(flow: Flow): string | undefined {
  for (const labels of [true, false]) {
    const line = escapeJson(JSON.stringify(flowRecord(flow, { labels })));
    if (Buffer.byteLength(line) <= longestLine) return line;
  }
  return undefined;
}

/** Nothing to look for: the target is ambiguous or not known. */
export function emptyCapture({ since }: CaptureQuestion, resolution: Resolution): CaptureFinding {
  return { ask: "capture", resolution, file: null, summary: null, coverage: null, endedBy: "time", to: since };
}

/** Where nobody carries the question: there is no place for a file. */
export const unkept: Running = {
  stop: new AbortController().signal,
  progress: () => undefined,
  keep: () => Promise.reject(new BotError("INTERNAL", "a capture without a place for its file")),
};
