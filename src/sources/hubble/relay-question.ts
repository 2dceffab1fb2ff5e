/** One question put to Relay, and what its ending means: an answer, a part of one, or an error. */
import { type Client, status } from "@grpc/grpc-js";
import { BotError } from "../../errors.ts";
import type { Decoder, FlowSink } from "./decode.ts";
import type { FlowRun, FlowsFinding } from "./flow-run.ts";
import { grpcError } from "./grpc-error.ts";
import { type Masks, refusesMask } from "./masks.ts";
import { askOldest } from "./oldest.ts";
import type { ReadPast } from "./past.ts";
import { type RunningStream, type StreamEnd, streamFlows } from "./stream.ts";
import { type FieldMask, type GetFlowsRequest, msTimestamp } from "./wire.ts";

export interface RelayQuestion<Finding = FlowsFinding> {
  readonly client: Client;
  readonly decoder: Decoder;
  readonly masks: Masks;
  readonly address: string;
  /** A new run: an attempt that starts over must not count twice. */
  readonly start: () => FlowRun<Finding>;
  /** Aborts at the deadline: what was read until then is the answer. */
  readonly signal: AbortSignal;
  /** Asks for what is older than the rings; absent where nobody records. */
  readonly past?: ReadPast | undefined;
}

/** What the oldest flows may cost beyond the answer itself. */
const oldestGraceMs = 150;

export async function askRelay<Finding>(question: RelayQuestion<Finding>): Promise<Finding> {
  const { client, decoder, signal } = question;
  const oldest = askOldest(client, decoder, signal);
  try {
    const { run, end } = await readToTheEnd(question);
    const truncated = end.code !== status.OK;
    if (!truncated) throwIfNobodyAnswered(run, question.address);
    const rings = await oldest.within(signal.aborted ? 0 : oldestGraceMs);
    const whole =
      rings && run.past && !signal.aborted ? await question.past?.({ ...run.past, rings, signal }) : undefined;
    return run.finish({
      oldest: whole?.oldest ?? rings,
      recorded: whole?.recorded,
      shed: end.malformed,
      truncated: truncated || whole?.truncated === true || signal.aborted,
    });
  } finally {
    oldest.stop();
  }
}

interface Attempt<Finding> {
  readonly run: FlowRun<Finding>;
  readonly end: StreamEnd;
}

/** A refused mask makes the question smaller, a connection lost in the middle is tried once more; then what there is has to do. */
async function readToTheEnd<Finding>(question: RelayQuestion<Finding>): Promise<Attempt<Finding>> {
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
export const mayBePartial: ReadonlySet<number> = new Set([status.UNAVAILABLE, status.DEADLINE_EXCEEDED]);

async function attempt<Finding>(
  question: RelayQuestion<Finding>,
  mask: FieldMask | undefined,
): Promise<Attempt<Finding> & { maskRefused: boolean }> {
  const { client, decoder, signal, start } = question;
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
  stream = streamFlows(client, decoder, requestFor(run, mask), sink, signal);
  const end = await stream.end;
  maskRefused ||= mask !== undefined && end.code !== status.OK && refusesMask(end.details);
  return { run, end, maskRefused };
}

export const nodeError = 4;

function requestFor(
  { filters, range }: Pick<FlowRun, "filters" | "range">,
  mask: FieldMask | undefined,
): GetFlowsRequest {
  const { since, until, ...count } = range;
  return {
    ...filters,
    ...count,
    ...(since !== undefined && { since: msTimestamp(Math.max(since, 0)) }),
    ...(until !== undefined && { until: msTimestamp(Math.max(until, 0)) }),
    ...(mask && { fieldMask: mask }),
  };
}

/** Relay ends such a stream with OK: errors of nodes are messages in it, and an answer without any node would look like "nothing dropped". */
export function throwIfNobodyAnswered({ coverage }: Pick<FlowRun, "coverage">, address: string): void {
  if (coverage.answered() > 0 || coverage.total() === 0 || coverage.hasFlows) return;
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
