/**
 * A capture from Relay: what the rings still hold, then what comes, until its time is over, it is full or somebody stops it. Ends by our clock, because a quiet
 * node never ends a stream that follows. A Relay that goes away is asked again, from a little before what it sent last.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, status } from "@grpc/grpc-js";
import type { CoverageEnd } from "../../analysis/collect-coverage.ts";
import { BotError } from "../../errors.ts";
import type { CaptureEnd, CaptureFinding, CaptureQuestion, Running } from "../question.ts";
import { type CaptureRun, type CaptureRunOptions, createCaptureRun } from "./capture-run.ts";
import type { Decoder, FlowSink } from "./decode.ts";
import { grpcError } from "./grpc-error.ts";
import { type Masks, refusesMask } from "./masks.ts";
import { askOldest } from "./oldest.ts";
import type { ReadPast, WithPast } from "./past.ts";
import { mayBePartial, nodeError, throwIfNobodyAnswered } from "./relay-question.ts";
import { type RunningStream, type StreamEnd, streamFlows } from "./stream.ts";
import { msTimestamp } from "./wire.ts";

export interface RelayCapture extends Omit<CaptureRunOptions, "onFull"> {
  readonly question: CaptureQuestion;
  readonly client: Client;
  readonly decoder: Decoder;
  readonly masks: Masks;
  readonly address: string;
  /** The deadline: what there is then is the answer. */
  readonly signal: AbortSignal;
  readonly running: Running;
  /** Asks for what is older than the rings; absent where nobody records. */
  readonly past?: ReadPast | undefined;
}

/** Relay holds flows back for a second, to sort them. */
const settleMs = 1_200;
/** Relay tells at once which nodes it reaches; one that says nothing for so long is broken. */
const firstWordMs = 10_000;
const progressMs = 1_000;
const againMs = 500;
/** Relay's order is only nearly the order of time. */
const overlapMs = 5_000;
const oldestGraceMs = 150;
/** For a call beyond its time, whatever becomes of its signal. */
const longestReadMs = 60_000;

export async function captureFromRelay(capture: RelayCapture): Promise<CaptureFinding> {
  const { question, client, decoder, signal, running } = capture;
  const over = new AbortController();
  /** For what lies behind already, recorded or in the rings, which may be read to its end when the time is over. */
  const noMore = new AbortController();
  const ends = (why: CaptureEnd) => () => {
    over.abort(why);
    noMore.abort();
  };
  const stopped = ends("cancelled");
  const deadline = ends("time");
  const run: CaptureRun = createCaptureRun({ ...capture, onFull: () => ends(run.full ?? "flows")() });
  const oldest = askOldest(client, decoder, signal);
  const before = readBefore(capture, run, oldest.within(firstWordMs), noMore.signal);
  // A worker that took over when the time was over already reads to the end, which is soon.
  const end = isOver(question)
    ? undefined
    : setTimeout(() => over.abort("time"), question.until + settleMs - Date.now());
  const firstWord = setTimeout(() => run.coverage.heard || over.abort("lost"), firstWordMs);
  const telling = setInterval(() => running.progress({ flows: run.wanted, bytes: run.bytes }), progressMs);
  if (running.stop.aborted) stopped();
  if (signal.aborted) deadline();
  running.stop.addEventListener("abort", stopped, { once: true });
  signal.addEventListener("abort", deadline, { once: true });
  try {
    const { malformed, lost } = await follow(capture, run, { over: over.signal, noMore: noMore.signal });
    const why = over.signal.aborted ? (over.signal.reason as CaptureEnd) : "time";
    if (why !== "cancelled") throwIfNobodyAnswered(run, capture.address);
    if (why !== "cancelled" && !run.coverage.heard) throw silent(capture.address);
    const enough = setTimeout(oldest.stop, oldestGraceMs);
    const { truncated: cut, ...reach } = await before;
    clearTimeout(enough);
    const truncated = lost || signal.aborted || cut;
    const endedBy = lost ? "lost" : why === "time" ? (run.full ?? why) : why;
    return await run.finish({ ...reach, shed: malformed, truncated, endedBy }, running.keep);
  } finally {
    noMore.abort();
    clearTimeout(end);
    clearTimeout(firstWord);
    clearInterval(telling);
    running.stop.removeEventListener("abort", stopped);
    signal.removeEventListener("abort", deadline);
    oldest.stop();
  }
}

/** What is older than the rings, beside what they give: the wait would let them turn. Never rejects. */
async function readBefore(
  { past }: RelayCapture,
  run: CaptureRun,
  reach: Promise<ReadonlyMap<string, number> | undefined>,
  signal: AbortSignal,
): Promise<Omit<WithPast, "oldest"> & Pick<CoverageEnd, "oldest">> {
  const rings = await reach;
  if (rings === undefined || past === undefined) return { oldest: rings, recorded: undefined, truncated: false };
  return await past({ ...run.past, rings, signal });
}

/**
 * Until it is over. Rejects when Relay refuses, or never said anything; `lost` when it went away for good. A stream that follows does not say how far it is, and
 * on a busy machine it may be far behind when its time is over: so the end is read once more as the past, which Relay ends by itself.
 */
async function follow(
  capture: RelayCapture,
  run: CaptureRun,
  { over, noMore }: { readonly over: AbortSignal; readonly noMore: AbortSignal },
) {
  const { masks, address } = capture;
  let malformed = 0;
  let away = false;
  while (!over.aborted) {
    const { end, mask, maskRefused, heard, whole } = await attempt(capture, run, over);
    malformed += end.malformed;
    if (heard) away = false;
    if (over.aborted) break;
    if (maskRefused && masks.degrade(mask)) continue;
    if (whole) return { malformed, lost: false };
    if (end.code === status.OK) throwIfNobodyAnswered(run, address);
    else if (!run.coverage.heard || !mayBePartial.has(end.code)) throw grpcError(end.code, end.details, address);
    away = true;
    await sleep(againMs, undefined, { signal: over }).catch(() => undefined); // it is over
  }
  if (noMore.aborted || !run.coverage.heard) return { malformed, lost: away };
  const last = await attempt(capture, run, noMore);
  return { malformed: malformed + last.end.malformed, lost: !last.whole && !noMore.aborted };
}

async function attempt({ client, decoder, masks, question }: RelayCapture, run: CaptureRun, over: AbortSignal) {
  const mask = masks.current();
  let maskRefused = false;
  let heard = false;
  let stream: RunningStream | undefined;
  const sink: FlowSink = {
    flow(flow) {
      heard = true;
      run.sink.flow(flow);
    },
    nodes(event) {
      heard = true;
      run.sink.nodes(event);
      if (event.state !== nodeError || !refusesMask(event.message) || mask === undefined) return;
      maskRefused = true;
      stream?.stop();
    },
    lost: run.sink.lost,
  };
  const since = Math.max(question.since, run.newest - overlapMs, 0);
  const isPast = isOver(question);
  const request = {
    ...run.filters,
    since: msTimestamp(since),
    ...(isPast ? { until: msTimestamp(question.until) } : { follow: true }),
    ...(mask && { fieldMask: mask }),
  };
  const mostMs = Math.max(0, question.until - Date.now()) + longestReadMs;
  stream = streamFlows(client, decoder, request, sink, over, mostMs);
  const end: StreamEnd = await stream.end;
  maskRefused ||= mask !== undefined && end.code !== status.OK && refusesMask(end.details);
  return { end, mask, maskRefused, heard, whole: isPast && end.code === status.OK };
}

function isOver({ until }: CaptureQuestion): boolean {
  return until <= Date.now();
}

function silent(address: string): BotError {
  return new BotError("TIMEOUT", `${address} sent nothing`, { say: `Relay at ${address} gave no answer in time.` });
}
