/** What is handed to a platform: one message for one conversation, and the answer it shows. JSON. */
import type { Message } from "./message.ts";

export interface Delivery {
  /** Unique and derived from its cause, so that the same delivery enqueued twice is one. */
  readonly id: string;
  /** `terminal:<session>`; later `slack:<team>/<channel>` and so on: the platform is what stands before the first colon. */
  readonly conversation: string;
  readonly message: Message;
  /** The whole answer as `--format json` prints it; null where the message is no answer to a command. */
  readonly answer: AnswerDocument | null;
}

/** `--format json` (design contract): stable, each command documents its `result`. */
export interface AnswerDocument {
  readonly command: string;
  readonly args: unknown;
  readonly clusters: readonly string[];
  /** RFC 3339. */
  readonly askedAt: string;
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly result: unknown;
  readonly coverage: unknown;
  readonly sources: readonly SourceLine[];
  readonly message: Message;
  readonly copyAs: readonly { readonly label: string; readonly text: string }[];
}

export interface SourceLine {
  readonly cluster: string;
  readonly name: string;
  readonly status: "ok" | "failed" | "late" | "skipped";
  readonly ms: number;
  readonly error?: string;
}
