/** One question put to Relay, and what its ending means: an answer, a part of one, or an error. */
import { type Client, status } from "@grpc/grpc-js";
import type { Window } from "../../analysis/select.ts";
import { BotError } from "../../errors.ts";
import type { Decoder, FlowSink } from "./decode.ts";
import type { FlowRun, FlowsFinding } from "./flow-run.ts";
import { grpcError } from "./grpc-error.ts";
import { type Masks, refusesMask } from "./masks.ts";
import { askOldest } from "./oldest.ts";
import { type RunningStream, type StreamEnd, streamFlows } from "./stream.ts";
import { type FieldMask, type GetFlowsRequest, msTimestamp } from "./wire.ts";

export interface RelayQuestion {
  readonly client: Client;
  readonly decoder: Decoder;
  readonly masks: Masks;
  readonly address: string;
  /** A new run: an attempt that starts over must not count twice. */
  readonly start: () => FlowRun;
  readonly window: Window;
  /** Aborts at the deadline: what was read until then is the answer. */
  readonly signal: AbortSignal;
}

/** What the oldest flows may cost beyond the answer itself. */
const oldestGraceMs = 150;

export async function askRelay(question: RelayQuestion): Promise<FlowsFinding> {
  const { client, decoder, signal } = question;
  const oldest = askOldest(client, decoder, signal);
  try {
    const { run, end } = await readToTheEnd(question);
    const truncated = end.code !== status.OK;
    if (!truncated) throwIfNobodyAnswered(run, question.address);
    const times = await oldest.within(signal.aborted ? 0 : oldestGraceMs);
    return run.finish({ oldest: times, shed: end.malformed, truncated });
  } finally {
    oldest.stop();
  }
}

interface Attempt {
  readonly run: FlowRun;
  readonly end: StreamEnd;
}

/** A refused mask makes the question smaller, a connection lost in the middle is tried once more; then what there is has to do. */
async function readToTheEnd(question: RelayQuestion): Promise<Attempt> {
  const { masks, signal, address } = question;
  let reconnects = 1;
  for (;;) {
    const mask = masks.current();
    const { run, end, maskRefused } = await attempt(question, mask);
    if (signal.aborted) {
      if (run.coverage.heard) return { run, end };
      throw aborted(signal, address);
    }
    if (maskRefused && masks.degrade(mask)) continue;
    if (end.code === status.OK) return { run, end };
    const isPartial = run.coverage.heard && mayBePartial.has(end.code);
    if (isPartial && end.code === status.UNAVAILABLE && reconnects-- > 0) continue;
    if (isPartial) return { run, end };
    throw grpcError(end.code, end.details, address);
  }
}

/** Endings that say nothing about the question: the connection, or our own limit on time. */
const mayBePartial: ReadonlySet<number> = new Set([status.UNAVAILABLE, status.DEADLINE_EXCEEDED]);

async function attempt(
  question: RelayQuestion,
  mask: FieldMask | undefined,
): Promise<Attempt & { maskRefused: boolean }> {
  const { client, decoder, signal, start, window } = question;
  const run = start();
  let maskRefused = false;
  let stream: RunningStream | undefined;
  const sink: FlowSink = {
    ...run.sink,
    nodes(event) {
      run.sink.nodes(event);
      if (event.state !== nodeError || !refusesMask(event.message) || mask === undefined) return;
      maskRefused = true;
      stream?.stop();
    },
  };
  stream = streamFlows(client, decoder, requestFor(run, window, mask), sink, signal);
  const end = await stream.end;
  maskRefused ||= mask !== undefined && end.code !== status.OK && refusesMask(end.details);
  return { run, end, maskRefused };
}

const nodeError = 4;

/**
 * No `number`: with `since` Hubble would give the oldest so many, and through Relay so many per node. The newest N are picked on our side, out of the window.
 */
function requestFor(run: FlowRun, window: Window, mask: FieldMask | undefined): GetFlowsRequest {
  return {
    ...run.filters,
    since: msTimestamp(Math.max(window.from, 0)),
    until: msTimestamp(Math.max(window.to, 0)),
    ...(mask && { fieldMask: mask }),
  };
}

/** Relay ends such a stream with OK: errors of nodes are messages in it, and an answer without any node would look like "nothing dropped". */
function throwIfNobodyAnswered({ coverage, wanted }: FlowRun, address: string): void {
  if (coverage.answered() > 0 || coverage.total() === 0 || wanted > 0) return;
  const count = coverage.total() === 1 ? "The only node" : `All ${coverage.total()} nodes`;
  const [said] = coverage.errors;
  if (said === undefined)
    throw new BotError("UNREACHABLE", `no node of ${address} is connected`, {
      say: `Relay at ${address} answers, but reaches none of its nodes. Check the cilium agents and the hubble-relay certificates.`,
    });
  throw new BotError("REFUSED", `every node of ${address} answered with an error: ${said}`, {
    say: `${count} behind Relay refused the question: ${said.replace(/\s+/g, " ").slice(0, 300)}`,
  });
}

function aborted(signal: AbortSignal, address: string): BotError {
  const cause: unknown = signal.reason;
  if (cause instanceof Error && cause.name === "AbortError")
    return new BotError("CANCELLED", `the question to ${address} was cancelled`, { cause });
  return new BotError("TIMEOUT", `${address} sent nothing before the deadline`, {
    say: `Relay at ${address} gave no answer in time.`,
    cause,
  });
}
