import { setTimeout as sleep } from "node:timers/promises";

/** Until `work` has settled, either way, or so many milliseconds. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  const late = sleep(ms, undefined, { signal: done.signal });
  await Promise.race([work, late]).catch(() => undefined);
  done.abort();
  await late.catch(() => undefined);
}

/** So many milliseconds, or until `signal`. Never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
