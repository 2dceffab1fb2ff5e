/** What every platform's posts have in common: a request may take effect although nobody hears of it. */
import { BotError } from "../errors.ts";
import type { Shown } from "../store/shown.ts";

/** Records the intent before a request, and takes it back when the request surely changed nothing. */
export async function surely<Value>(
  shown: Shown,
  name: string,
  send: (before: () => Promise<void>) => Promise<Value>,
): Promise<Value> {
  let intended = false;
  try {
    return await send(async () => {
      await shown.intend(name);
      intended = true;
    });
  } catch (thrown) {
    if (intended && !isUnknown(thrown)) await shown.withdraw(name);
    throw thrown;
  }
}

/** What is no BotError, such as a lost Redis, says nothing about the platform; a failure of a platform has a meaning. */
export function isUnknown(thrown: unknown): boolean {
  return !(thrown instanceof BotError) || ("meaning" in thrown && thrown.meaning === "unknown");
}

const unsentCodes = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Why no answer came to a request, as a short code; `sent` is false only where it surely never left. */
export function withoutAnswer(thrown: unknown): { readonly sent: boolean; readonly code: string } {
  if (!(thrown instanceof Error)) return { sent: true, code: "no_answer" };
  const { cause } = thrown;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (unsentCodes.has(code)) return { sent: false, code };
  return { sent: true, code: thrown.name === "TimeoutError" ? "timeout" : code || "connection_cut" };
}
