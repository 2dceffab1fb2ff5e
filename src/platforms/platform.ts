/** Who asks and where it is shown: what every platform hands in, and what it offers to the outbox. */
import type { Delivery, Place } from "../message/delivery.ts";

export interface Platform {
  /** What stands before the first colon of a conversation. */
  readonly name: string;
  /**
   * Shows a delivery. Must be safe to repeat with the same delivery (a crash after showing it repeats the call). Rejects with a BotError: a retryable one is
   * tried again, after `retryAfterMs` where the platform said so; any other gives the delivery up.
   */
  post(delivery: Delivery, signal: AbortSignal): Promise<void>;
}

/** One request of a person, as a platform hands it in: the sender's signature, its time and the team have been checked. */
export interface Ask {
  /** Platform and its own key of this request (`slack:T1:<trigger_id>`, `slack:T1:<event_id>`): the same key is the same request. */
  readonly key: string;
  /** How it was asked: for the audit line and the metric. */
  readonly kind: "command" | "mention" | "message" | "button";
  /** Where the answer goes. `place.person` is who asks. */
  readonly conversation: string;
  readonly place: Place & { readonly person: string };
  /** A conversation between this person and the bot alone. */
  readonly direct: boolean;
  /** What was typed, or the id that a pressed button carries. */
  readonly asked: { readonly text: string } | { readonly button: string };
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** The platform sends it again when it is not acknowledged (events), so that "not taken" need not be the last word. */
  readonly repeats: boolean;
}

export type Reply =
  /** The work is stored and will be answered in `conversation`. */
  | { readonly status: "working"; readonly say: string }
  /** Nothing was started; `say` is for that person alone and tells what to type, or whom to ask. */
  | { readonly status: "refused"; readonly say: string }
  /** Nothing was started and nothing will be answered; ask again. */
  | { readonly status: "not_taken"; readonly say: string };

/** Takes a request or says why not, in less than 250 ms whatever is broken. Never rejects. */
export type Take = (ask: Ask) => Promise<Reply>;

/** One line per request, accepted or refused: who asked what, where, and what became of it. */
export interface AuditLine {
  readonly platform: string;
  readonly kind: Ask["kind"] | "unknown";
  readonly decision: "accepted" | "refused" | "not_taken";
  /** Short and fixed, for counting: `ok`, `no_binding`, `other_team`, `bad_signature`, `stale`, `rate_limited`, … */
  readonly reason: string;
  readonly conversation?: string;
  readonly person?: string;
  readonly command?: string;
  readonly clusters?: readonly string[];
  /** What was asked, at most 200 characters. */
  readonly text?: string;
  /** The command's id, which log lines and job keys carry too. */
  readonly id?: string;
}

export type Audit = (line: AuditLine) => void;
