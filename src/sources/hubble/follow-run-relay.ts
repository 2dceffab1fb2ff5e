/**
 * A follow from Relay: what comes from a moment on, until its time is over, there is enough of it or somebody stops it. Ends by our clock, because a quiet node
 * never ends a stream that follows. Such a stream says which nodes there are when it begins, and no more: so Relay is asked again and again, and the stream
 * opened anew when that changed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, status } from "@grpc/grpc-js";
import { BotError } from "../../errors.ts";
import type { FollowEnd, FollowFinding, Running } from "../question.ts";
import type { Decoder, FlowSink } from "./decode.ts";
import { createFollowRun, type FollowRun, type FollowRunOptions } from "./follow-run.ts";
import { watchNodes } from "./follow-run-nodes.ts";
import { grpcError } from "./grpc-error.ts";
import { type Masks, refusesMask } from "./masks.ts";
import { askOldest } from "./oldest.ts";
import { mayBePartial, nodeError, throwIfNobodyAnswered } from "./relay-question.ts";
import { type RunningStream, type StreamEnd, streamFlows } from "./stream.ts";
import { msTimestamp } from "./wire.ts";

export interface RelayFollow extends Omit<FollowRunOptions, "onFull" | "clock"> {
  readonly client: Client;
  readonly decoder: Decoder;
  readonly masks: Masks;
  readonly address: string;
  /** The deadline: what there is then is the answer. */
  readonly signal: AbortSignal;
  readonly running: Running;
}

/** Relay holds flows back for a second, to sort them. */
const settleMs = 1_200;
/** Relay tells at once which nodes it reaches; one that says nothing for so long is broken. */
const firstWordMs = 10_000;
const progressMs = 1_000;
const [againMs, lookMs] = [500, 100];
/** Relay's order is only nearly the order of time. */
const overlapMs = 5_000;
/** What comes on a stream within this time is what Relay knew when it began. */
const beginningMs = 3_000;
/** A stream that has not come to the end when its time is over is read on for so long, as long as flows still come within a moment. */
const [catchUpMs, momentMs] = [4_000, 1_000];
/** One that was behind lately may have missed what the rings hold no more. */
const latelyMs = 10_000;
/** For the end, read once more, and for a call beyond its time. */
const [lastReadMs, longestMs] = [4_000, 60_000];

export async function followFromRelay(follow: RelayFollow): Promise<FollowFinding> {
  const { question, resolution, client, decoder, signal, running } = follow;
  const over = new AbortController();
  const ends = (why: FollowEnd) => () => over.abort(why);
  const [stopped, deadline] = [ends("cancelled"), ends("time")];
  const run = createFollowRun({ ...follow, onFull: ends("flows") });
  const asked = askOldest(client, decoder, signal);
  const reach: { oldest: ReadonlyMap<string, number> | undefined; malformed: number } = {
    oldest: undefined,
    malformed: 0,
  };
  const reached = asked.within(firstWordMs).then((oldest) => {
    reach.oldest = oldest;
  });
  const endsAt = question.until + settleMs;
  let ending = setTimeout(endOrReadOn, Math.max(0, endsAt - Date.now()));
  function endOrReadOn(): void {
    if (Date.now() < endsAt + catchUpMs && run.lag.isUnderway(momentMs)) ending = setTimeout(endOrReadOn, lookMs);
    else deadline();
  }
  const timers = [
    setTimeout(() => run.coverage.heard || over.abort("lost"), firstWordMs),
    setTimeout(run.begun, beginningMs),
  ];
  const telling = setInterval(() => {
    // What is shown of a stream that is behind is as old as its flows.
    const at = run.lag.isBehind(momentMs) ? run.newest : Math.min(Date.now(), question.until);
    const view = run.view(at, { ...reach, truncated: false });
    running.progress({ flows: run.wanted, bytes: 0, view });
  }, progressMs);
  if (running.stop.aborted) stopped();
  if (signal.aborted) deadline();
  running.stop.addEventListener("abort", stopped, { once: true });
  signal.addEventListener("abort", deadline, { once: true });
  try {
    const { lost, missed } = await followUntil(follow, run, over.signal, (malformed) => {
      reach.malformed += malformed;
    });
    const why = over.signal.aborted ? (over.signal.reason as FollowEnd) : "time";
    if (why !== "cancelled") throwIfNobodyAnswered(run, follow.address);
    if (why !== "cancelled" && !run.coverage.heard) throw silent(follow.address);
    asked.stop();
    await reached;
    const stoppedAt = run.lag.isBehind(momentMs) ? run.newest : Date.now();
    const at = why === "time" ? question.until : Math.min(stoppedAt, question.until);
    const view = run.view(at, { ...reach, truncated: lost || missed || signal.aborted });
    return { ask: "follow", resolution, view, coverage: view.coverage, endedBy: lost ? "lost" : why };
  } finally {
    for (const timer of [ending, ...timers]) clearTimeout(timer);
    clearInterval(telling);
    running.stop.removeEventListener("abort", stopped);
    signal.removeEventListener("abort", deadline);
    over.abort("time");
    asked.stop();
  }
}

interface Read {
  /** Relay went away for good. */
  readonly lost: boolean;
  /** The stream was behind, and what it had not told is in the rings no more. */
  readonly missed: boolean;
}

/**
 * Until it is over. Rejects when Relay refuses, or never said anything. On a busy machine the stream may be behind when its time is over: so the end is read
 * once more as the past, which Relay ends by itself.
 */
async function followUntil(
  follow: RelayFollow,
  run: FollowRun,
  over: AbortSignal,
  malformed: (count: number) => void,
): Promise<Read> {
  const { masks, address, signal, client, decoder } = follow;
  // A worker that took over when the time was over already reads to the end, which is soon.
  const wasOver = follow.question.until <= Date.now();
  let away = false;
  while (!wasOver && !over.aborted) {
    const { end, mask, maskRefused, heard, changed } = await attempt(follow, run, over, false);
    malformed(end.malformed);
    if (heard) away = false;
    if (over.aborted) break;
    if ((maskRefused && masks.degrade(mask)) || changed) continue;
    if (end.code === status.OK) throwIfNobodyAnswered(run, address);
    else if (!run.coverage.heard || !mayBePartial.has(end.code)) throw grpcError(end.code, end.details, address);
    away = true;
    await sleep(againMs, undefined, { signal: over }).catch(() => undefined); // it is over
  }
  const isByTime = wasOver || over.reason === "time";
  if (!isByTime || signal.aborted || !(wasOver || run.coverage.heard)) return { lost: away, missed: false };
  const patience = AbortSignal.any([signal, AbortSignal.timeout(lastReadMs)]);
  const { newest } = run;
  const rings = run.lag.isBehind(latelyMs) ? askOldest(client, decoder, patience) : undefined;
  const last = await attempt(follow, run, patience, true);
  malformed(last.end.malformed);
  const oldest = await rings?.within(momentMs);
  const hasTurned = ([node, time]: readonly [string, number]) => time > newest && run.tells(node);
  const missed = rings !== undefined && (oldest === undefined || [...oldest].some(hasTurned));
  return { lost: last.end.code !== status.OK, missed };
}

async function attempt(follow: RelayFollow, run: FollowRun, over: AbortSignal, isPast: boolean) {
  const { client, decoder, masks, question } = follow;
  const mask = masks.current();
  let maskRefused = false;
  let heard = false;
  let changed = false;
  let stream: RunningStream | undefined;
  const sink: FlowSink = {
    flow(flow) {
      heard = true;
      run.sink.flow(flow);
    },
    nodes(event) {
      heard = true;
      // A node that knows less than we ask for is not lost: it is asked for less.
      maskRefused ||= event.state === nodeError && refusesMask(event.message) && mask !== undefined;
      if (maskRefused) stream?.stop();
      else run.sink.nodes(event);
    },
    lost: run.sink.lost,
  };
  const request = {
    ...run.filters,
    since: msTimestamp(Math.max(question.since, run.newest - overlapMs, 0)),
    ...(isPast ? { until: msTimestamp(question.until) } : { follow: true }),
    ...(mask && { fieldMask: mask }),
  };
  const mostMs = Math.max(0, question.until - Date.now()) + longestMs;
  stream = streamFlows(client, decoder, request, sink, over, mostMs);
  const watch = isPast
    ? undefined
    : watchNodes(follow, over, () => {
        changed = true;
        stream?.stop();
      });
  const end: StreamEnd = await stream.end.finally(() => watch?.stop());
  maskRefused ||= mask !== undefined && end.code !== status.OK && refusesMask(end.details);
  return { end, mask, maskRefused, heard, changed };
}

function silent(address: string): BotError {
  return new BotError("TIMEOUT", `${address} sent nothing`, { say: `Relay at ${address} gave no answer in time.` });
}
