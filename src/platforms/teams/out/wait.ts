/** Waits that end when the attempt has to end. */
import { setTimeout as sleep } from "node:timers/promises";
import { BotError } from "../../../errors.ts";

/** Why the signal came does not matter: the delivery is to be tried again. */
function timeIsUp(): BotError {
  return new BotError("UNREACHABLE", "teams: the time for this attempt is up", {
    say: "Teams did not answer in time.",
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

/** Rejects after so long; the promise itself is left to its own end. */
export async function atMost<Value>(ms: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BotError("TIMEOUT", `no end within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined);
  }
}
