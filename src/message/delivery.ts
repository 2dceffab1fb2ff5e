/** What is handed to a platform: one message for one conversation, and the answer it shows. JSON. */
import type { Message } from "./message.ts";

/** Where in a conversation a message belongs, and who it is for. */
export interface Place {
  /** The thread to answer in, by the platform's own id (Slack: `thread_ts`). */
  readonly thread?: string;
  /** The thread below what is shown of this subject; a delivery of it stands in front in the same conversation. */
  readonly under?: string;
  /** Nobody is shown the answer: whoever asked hears of it otherwise. */
  readonly silent?: boolean;
  /** Who asked, by the platform's own id. */
  readonly person?: string;
  /** What that person is called, at most 80 characters, where the platform said so. Written by strangers. */
  readonly name?: string;
  /** That person's clock, an IANA name, where the platform said so: for pictures. */
  readonly zone?: string;
  /** Only that person may see it. */
  readonly private?: boolean;
  /** A way to answer where the bot is no member (Slack's response_url) and until when it works, epoch milliseconds. A secret: never logged. */
  readonly reply?: { readonly url: string; readonly until: number };
}

export interface Delivery {
  /** Unique and derived from its cause, so that the same delivery enqueued twice is one. */
  readonly id: string;
  /** `terminal:<session>`, `slack:<team>/<channel>`: the platform is what stands before the first colon. One ordered outbox each. */
  readonly conversation: string;
  readonly place: Place;
  /** What it is about, for commands their id: a subject is one message on the platform, posted by its placeholder and edited by its answer. */
  readonly subject: string;
  /**
   * `placeholder` says that work has begun, `answer` takes its place (and stands alone where there is none), `notice` is one private line to `place.person`
   * that nobody misses. `progress` may stand in the placeholder's place until the answer does; only the newest waits, and none is ever tried again.
   */
  readonly kind: "placeholder" | "progress" | "answer" | "notice";
  /** Epoch milliseconds of the handover. */
  readonly at: number;
  readonly message: Message;
  /** The whole answer as `--format json` prints it; null where the message is no answer to a command. */
  readonly answer: AnswerDocument | null;
  /** Its message is edited for days: of the deliveries of this subject only the newest waits, and what is shown is remembered for a month. */
  readonly lasts?: true;
}

/** The id of the delivery that answers a subject: what comes after it is too late to be shown. */
export function answerId(subject: string): string {
  return `${subject}:answer`;
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
  /** What is read after the message: shown in its thread, where there are threads. */
  readonly details?: readonly Message[];
  readonly copyAs: readonly { readonly label: string; readonly text: string }[];
  /** What goes along with the message. */
  readonly files?: readonly AnswerFile[];
}

/** The bytes are kept behind the id until they expire. */
export interface AnswerFile {
  readonly id: string;
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly bytes: number;
}

export interface SourceLine {
  readonly cluster: string;
  readonly name: string;
  readonly status: "ok" | "failed" | "late" | "skipped";
  readonly ms: number;
  readonly error?: string;
}
