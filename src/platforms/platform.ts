/** Who asks and where it is shown: what every platform offers to the outbox. */
import type { Delivery } from "../message/delivery.ts";

export interface Platform {
  /** What stands before the first colon of a conversation. */
  readonly name: string;
  /**
   * Shows a delivery. Must be safe to repeat with the same delivery (a crash after showing it repeats the call). Rejects with a BotError; a retryable one is
   * tried again, `retryAfterMs` later where the platform said so.
   */
  post(delivery: Delivery, signal: AbortSignal): Promise<void>;
}
