/** Relay's ServerStatus. */
import { type Client, Metadata } from "@grpc/grpc-js";
import { BotError } from "../../errors.ts";
import { grpcError } from "./grpc-error.ts";
import { observerMethods, type ServerStatusResponse } from "./wire.ts";

export interface RelayStatus {
  /** Relay's own version, as it writes it. */
  readonly version: string;
  readonly connectedNodes: number;
  readonly unavailableNodes: number;
  /** At most ten names, however many there are. */
  readonly unavailable: readonly string[];
  /** Sums over the nodes: flows in their rings, what the rings hold, flows since they started. */
  readonly flows: number;
  readonly maxFlows: number;
  readonly seenFlows: number;
  /** Flows per second over the last minute; 0 before 1.15. */
  readonly flowsRate: number;
  /** The longest of the nodes'. */
  readonly uptimeMs: number;
}

const longestMs = 30_000;

export function askStatus(client: Client, address: string, signal: AbortSignal): Promise<RelayStatus> {
  const { path, requestSerialize, responseDeserialize } = observerMethods.serverStatus;
  return new Promise((resolve, reject) => {
    const call = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      {},
      new Metadata(),
      { deadline: Date.now() + longestMs },
      (error, response) => {
        signal.removeEventListener("abort", abort);
        if (signal.aborted) reject(new BotError("TIMEOUT", `ServerStatus of ${address} was aborted`));
        else if (error) reject(grpcError(error.code, error.details, address));
        else resolve(readStatus(response ?? {}));
      },
    );
    const abort = () => call.cancel();
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

function readStatus(response: ServerStatusResponse): RelayStatus {
  return {
    version: response.version ?? "",
    connectedNodes: response.numConnectedNodes?.value ?? 0,
    unavailableNodes: response.numUnavailableNodes?.value ?? 0,
    unavailable: response.unavailableNodes ?? [],
    flows: response.numFlows ?? 0,
    maxFlows: response.maxFlows ?? 0,
    seenFlows: response.seenFlows ?? 0,
    flowsRate: response.flowsRate ?? 0,
    uptimeMs: (response.uptimeNs ?? 0) / 1e6,
  };
}
