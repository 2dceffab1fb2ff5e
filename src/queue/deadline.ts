/** Waiting, but not for ever. */
import { BotError } from "../errors.ts";

/** The promise's own end, or a TIMEOUT after `ms`; what comes later is not waited for and not reported. */
export async function within<Value>(ms: number, promise: Promise<Value>, whatFor: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BotError("TIMEOUT", `${whatFor} within ${ms} ms`)), ms);
  });
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
