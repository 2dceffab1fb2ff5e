import type { RestartReason } from "./follower.ts";

/** What is counted, for whoever exports it. */
export interface RecorderMetrics {
  recorded(flows: number): void;
  shed(flows: number): void;
  lost(events: number): void;
  restarted(reason: RestartReason): void;
  leading(is: boolean): void;
  /** The recording's size in Redis, and what waits here. */
  bytes(stored: number, pending: number): void;
}
