/** How far back each node's ring reaches: its first flow. Asked beside the question itself and never waited for beyond it. */
import type { Client } from "@grpc/grpc-js";
import type { Decoder } from "./decode.ts";
import { oldestMask } from "./masks.ts";
import { streamFlows } from "./stream.ts";
import { until } from "./until.ts";

export interface OldestFlows {
  /** Per node, from whoever answered; undefined when nobody did within `ms`. Ends the asking. */
  within(ms: number): Promise<ReadonlyMap<string, number> | undefined>;
  /** Ends the asking without a result. */
  stop(): void;
}

export function askOldest(client: Client, decoder: Decoder, signal: AbortSignal): OldestFlows {
  const times = new Map<string, number>();
  // Through Relay the number is per node.
  const request = { number: 1, first: true, fieldMask: oldestMask };
  const sink = {
    flow: ({ node, time }: { readonly node: string; readonly time: number }) => {
      times.set(node, Math.min(time, times.get(node) ?? time));
    },
    nodes: () => undefined,
    lost: () => undefined,
  };
  const { end, stop } = streamFlows(client, decoder, request, sink, signal);
  return {
    stop,
    async within(ms) {
      await until(end, ms);
      stop();
      return times.size > 0 ? times : undefined;
    },
  };
}
