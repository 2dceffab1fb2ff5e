import type { Json } from "../json.ts";
import type { Kind, Signed } from "./request.ts";

/** How one attempt ended: `refused` is an answer that is not 2xx, `unreachable` no answer because there was nobody or the connection broke. */
export type Outcome = "pending" | "acked" | "refused" | "timeout" | "unreachable";

/** `X-Slack-Retry-Reason` (page "Events API"). */
export type RetryReason = "http_timeout" | "http_error" | "connection_failed";

/** One time that something was sent to the bot. */
export interface Attempt {
  readonly kind: Kind;
  /** trigger_id, or event_id. */
  readonly key: string;
  readonly via: "http" | "socket";
  /** 0 the first time. */
  readonly retry: number;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  readonly envelopeId: string | null;
  readonly request: Signed | null;
  /** A test spoilt it: that the bot refuses it is right. */
  readonly spoilt: boolean;
  outcome: Outcome;
  /** From sending to the whole answer; null while pending and when none came. */
  ms: number | null;
  status: number | null;
  /** What the acknowledgement said; empty for most. */
  body: string;
  /** A Socket Mode acknowledgement that came after Slack had given up. */
  lateMs: number | null;
}

/** Something that happened in Slack, and how the bot took it. */
export interface Delivery {
  readonly kind: Kind;
  readonly key: string;
  readonly payload: Json;
  readonly responseUrl: string | null;
  /** Of the last attempt. */
  readonly outcome: Outcome;
  readonly attempts: readonly Readonly<Attempt>[];
  /** What Slack itself tells the person when a command or button was not acknowledged. */
  readonly notice: "operation_timeout" | "dispatch_failed" | null;
}
