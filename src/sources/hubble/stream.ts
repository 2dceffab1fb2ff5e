/** One GetFlows call: bytes in, decoded responses to a sink, and how it ended. Never rejects; what an end means is for the caller. */
import { type Client, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import type { Decoder, FlowSink } from "./decode.ts";
import { type GetFlowsRequest, observerMethods } from "./wire.ts";

export interface StreamEnd {
  /** gRPC status code; CANCELLED also when `signal` or `stop` ended it. */
  readonly code: number;
  readonly details: string;
  /** Messages that were none. */
  readonly malformed: number;
}

export interface RunningStream {
  readonly end: Promise<StreamEnd>;
  stop(): void;
}

/** Beyond every question's own deadline: no call is without one, whatever becomes of its signal. */
const longestMs = 120_000;

export function streamFlows(
  client: Client,
  decoder: Decoder,
  request: GetFlowsRequest,
  sink: FlowSink,
  signal: AbortSignal,
): RunningStream {
  const { path, requestSerialize } = observerMethods.getFlows;
  const call = client.makeServerStreamRequest(path, requestSerialize, asBytes, request, new Metadata(), {
    deadline: Date.now() + longestMs,
  });
  const stop = () => call.cancel();
  let malformed = 0;
  let stopped = false;
  const end = new Promise<StreamEnd>((resolve) => {
    call.on("data", (bytes: Buffer) => {
      if (!stopped && !decoder.read(bytes, sink)) malformed += 1;
    });
    call.on("end", () => resolve({ code: status.OK, details: "", malformed }));
    call.on("error", (error: ServiceError) => resolve({ code: error.code, details: error.details, malformed }));
  });
  const abort = () => {
    stopped = true;
    stop();
  };
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return {
    end: end.finally(() => signal.removeEventListener("abort", abort)),
    stop: abort,
  };
}

/** The decoder reads in place: no deserialisation by the library. */
function asBytes(bytes: Buffer): Buffer {
  return bytes;
}
