import { setTimeout as sleep } from "node:timers/promises";

/** So many milliseconds, or until `signal`. Never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
