/** Waits that end when the attempt has to end. */
import { setTimeout as sleep } from "node:timers/promises";
import { BotError } from "../errors.ts";

export function createWaits(platform: "Slack" | "Teams") {
  /** Why the signal came does not matter: the delivery is to be tried again. */
  const timeIsUp = () =>
    new BotError("UNREACHABLE", `${platform.toLowerCase()}: the time for this attempt is up`, {
      say: `${platform} did not answer in time.`,
    });

  async function pause(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await sleep(ms, undefined, { signal });
    } catch {
      throw timeIsUp();
    }
  }

  function checkTime(signal: AbortSignal): void {
    if (signal.aborted) throw timeIsUp();
  }

  return { pause, checkTime };
}
