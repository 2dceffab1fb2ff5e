/** Which nodes Relay reaches, asked again and again while a stream follows: the stream itself says so only when it begins. */
import type { Client } from "@grpc/grpc-js";
import { askStatus, type RelayStatus } from "./status.ts";

export interface NodeWatch {
  stop(): void;
}

const lookMs = 3_000;
/** For one answer. */
const patienceMs = 2_500;

/** Calls `changed` once, when Relay reaches other nodes than at the first look. One that does not say is not asked less often, and changes nothing. */
export function watchNodes(
  { client, address }: { readonly client: Client; readonly address: string },
  signal: AbortSignal,
  changed: () => void,
): NodeWatch {
  const over = new AbortController();
  const stop = () => {
    clearInterval(looking);
    signal.removeEventListener("abort", stop);
    over.abort();
  };
  let first: string | undefined;
  let isAsking = false;

  async function look(): Promise<void> {
    if (isAsking || over.signal.aborted) return;
    isAsking = true;
    const patience = new AbortController();
    const giveUp = () => patience.abort();
    const timer = setTimeout(giveUp, patienceMs);
    over.signal.addEventListener("abort", giveUp, { once: true });
    try {
      const now = reachOf(await askStatus(client, address, patience.signal));
      first ??= now;
      if (now === first || over.signal.aborted) return;
      stop();
      changed();
    } catch {
      // The stream tells of a Relay that is away.
    } finally {
      clearTimeout(timer);
      over.signal.removeEventListener("abort", giveUp);
      isAsking = false;
    }
  }

  const looking = setInterval(() => void look(), lookMs);
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  void look();
  return { stop };
}

function reachOf({ connectedNodes, unavailableNodes, unavailable }: RelayStatus): string {
  return [connectedNodes, unavailableNodes, ...[...unavailable].sort()].join(" ");
}
