/** One GetFlows call: bytes in, decoded responses to a sink, and how it ended. What an end means is for the caller. */
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
  /** Rejects only with what the sink threw. */
  readonly end: Promise<StreamEnd>;
  stop(): void;
}

/** Beyond the deadline of every question that ends by itself: no call is without one, whatever becomes of its signal. */
const longestMs = 120_000;

export function streamFlows(
  client: Client,
  decoder: Decoder,
  request: GetFlowsRequest,
  sink: FlowSink,
  signal: AbortSignal,
  mostMs = longestMs,
): RunningStream {
  const { path, requestSerialize } = observerMethods.getFlows;
  const call = client.makeServerStreamRequest(path, requestSerialize, asBytes, request, new Metadata(), {
    deadline: Date.now() + mostMs,
  });
  let malformed = 0;
  let stopped = false;
  const stop = () => {
    stopped = true;
    call.cancel();
  };
  const end = new Promise<StreamEnd>((resolve, reject) => {
    call.on("data", (bytes: Buffer) => {
      if (stopped) return;
      try {
        if (!decoder.read(bytes, sink)) malformed += 1;
      } catch (thrown) {
        reject(thrown);
        stop();
      }
    });
    call.on("end", () => resolve({ code: status.OK, details: "", malformed }));
    call.on("error", (error: ServiceError) => resolve({ code: error.code, details: error.details, malformed }));
  }).finally(() => signal.removeEventListener("abort", stop));
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  return { end, stop };
}

/** The decoder reads in place: no deserialisation by the library. */
function asBytes(bytes: Buffer): Buffer {
  return bytes;
}
