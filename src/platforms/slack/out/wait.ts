/** Waits that end when the attempt has to end. */
import { createWaits } from "../../waits.ts";

export const { pause, checkTime } = createWaits("Slack");

/** Rejects with what `ended` makes as soon as the signal comes; the promise itself is left to its own deadline. */
export async function orEnded<Value>(promise: Promise<Value>, signal: AbortSignal, ended: () => Error): Promise<Value> {
  const done = new AbortController();
  const end = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(ended());
    signal.addEventListener("abort", () => reject(ended()), { once: true, signal: done.signal });
  });
  try {
    return await Promise.race([promise, end]);
  } finally {
    done.abort();
    promise.catch(() => undefined);
  }
}
