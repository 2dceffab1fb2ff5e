/** Relay's ServerStatus. */
import type { Client } from "@grpc/grpc-js";
import { askOnce } from "./unary.ts";
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

export async function askStatus(client: Client, address: string, signal: AbortSignal): Promise<RelayStatus> {
  return readStatus((await askOnce(client, observerMethods.serverStatus, address, signal)) ?? {});
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
