/** Waits that end when the attempt has to end. */
import { setTimeout as sleep } from "node:timers/promises";
import { BotError } from "../../../errors.ts";

/** Why the signal came does not matter: the delivery is to be tried again. */
function timeIsUp(): BotError {
  return new BotError("UNREACHABLE", "slack: the time for this attempt is up", {
    say: "Slack did not answer in time.",
  });
}

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw timeIsUp();
  }
}

export function checkTime(signal: AbortSignal): void {
  if (signal.aborted) throw timeIsUp();
}

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
