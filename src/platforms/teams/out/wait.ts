/** Waits that end when the attempt has to end. */
import { BotError } from "../../../errors.ts";
import { createWaits } from "../../waits.ts";

export const { pause, checkTime } = createWaits("Teams");

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
