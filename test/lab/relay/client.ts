import { Client, credentials, type Metadata, type MethodDefinition, type ServiceError } from "@grpc/grpc-js";
import {
  type GetFlowsRequest,
  type GetFlowsResponse,
  msTimestamp,
  observerMethods,
  timestampMs,
  type WireFlow,
} from "../../../src/sources/hubble/wire.ts";

/** A plain gRPC client, as far from our own Hubble client as a stock one is. */
export interface TestClient {
  /** The whole stream; rejects when it does not end with OK. */
  readonly flows: (request: GetFlowsRequest) => Promise<GetFlowsResponse[]>;
  readonly open: (request: GetFlowsRequest) => Stream;
  readonly ask: <Q, R>(method: MethodDefinition<Q, R>, request: Q, deadline?: number) => Promise<R>;
  readonly close: () => void;
}

export interface Stream {
  readonly received: GetFlowsResponse[];
  /** Resolves when the condition holds for what was received so far; the test's own timeout is the deadline. */
  readonly until: (holds: (received: GetFlowsResponse[]) => boolean) => Promise<void>;
  /** Metadata that the server sent before its first message. */
  readonly header: Promise<Metadata>;
  /** The end's status code. */
  readonly ended: Promise<number>;
  readonly cancel: () => void;
}

export function createTestClient(address: string): TestClient {
  const client = new Client(address, credentials.createInsecure(), { "grpc.enable_retries": 0 });
  const { path, requestSerialize, responseDeserialize } = observerMethods.getFlows;

  function open(request: GetFlowsRequest): Stream {
    const received: GetFlowsResponse[] = [];
    const waiting = new Set<() => void>();
    const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
    call.on("data", (response: GetFlowsResponse) => {
      received.push(response);
      for (const check of waiting) {
        check();
      }
    });
    call.on("error", () => undefined);
    return {
      received,
      header: new Promise((resolve) => call.once("metadata", resolve)),
      ended: new Promise((resolve) => call.once("status", ({ code }) => resolve(code))),
      cancel: () => call.cancel(),
      until: (holds) =>
        new Promise((resolve) => {
          const check = () => {
            if (holds(received)) {
              waiting.delete(check);
              resolve();
            }
          };
          waiting.add(check);
          check();
        }),
    };
  }

  return {
    open,
    async flows(request) {
      const stream = open(request);
      const code = await stream.ended;
      if (code !== 0) {
        throw new Error(`the stream ended with status ${code}`);
      }
      return stream.received;
    },
    ask: ({ path: unaryPath, requestSerialize: encode, responseDeserialize: decode }, request, deadline = 4000) =>
      new Promise((resolve, reject) => {
        const answered = (error: ServiceError | null, response?: unknown) =>
          error ? reject(error) : resolve(response as never);
        client.makeUnaryRequest(unaryPath, encode, decode, request, { deadline: Date.now() + deadline }, answered);
      }),
    close: () => client.close(),
  };
}

export function flowsOf(responses: readonly GetFlowsResponse[]): WireFlow[] {
  return responses.flatMap(({ flow }) => (flow ? [flow] : []));
}

export function uuidsOf(responses: readonly GetFlowsResponse[]): string[] {
  return flowsOf(responses).map(({ uuid }) => uuid ?? "");
}

export function timeOf(response: { readonly time?: GetFlowsResponse["time"] }): number {
  return timestampMs(response.time ?? {});
}

export const at = msTimestamp;
