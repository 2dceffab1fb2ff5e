/**
 * Every way this program can fail, what it means for a retry, and what a person is told. The type of the table is "every code and no other":
 * a new code does not compile until somebody has decided both.
 */
const table = {
  BAD_COMMAND: { retry: false, say: "The command could not be read." },
  FORBIDDEN: { retry: false, say: "That is not allowed here." },
  NOT_CONFIGURED: { retry: false, say: "This source is not configured." },
  UNREACHABLE: { retry: true, say: "It could not be reached." },
  TIMEOUT: { retry: false, say: "It gave no answer in time." },
  DENIED: { retry: false, say: "It refused our credentials." },
  REFUSED: { retry: false, say: "It refused the request." },
  OVERLOADED: { retry: true, say: "It is overloaded." },
  BROKEN_ANSWER: { retry: false, say: "Its answer could not be understood." },
  TOO_MUCH: { retry: false, say: "The answer is too large." },
  CANCELLED: { retry: false, say: "It was cancelled." },
  INTERNAL: { retry: false, say: "Something failed inside the bot." },
} as const satisfies Record<string, { readonly retry: boolean; readonly say: string }>;

export type ErrorCode = keyof typeof table;

/** What travels in findings and answers instead of an exception: `say` is one sentence for people and ends in what to do, where something can be done. */
export interface Failure {
  readonly code: ErrorCode;
  readonly say: string;
}

/** `message` is for logs; `say` is for people (default: the table's sentence). */
export class BotError extends Error {
  readonly code: ErrorCode;
  readonly say: string;
  /** The other side said when it may be asked again. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly say?: string; readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "BotError";
    this.code = code;
    this.say = options.say ?? table[code].say;
    this.retryAfterMs = options.retryAfterMs;
  }

  get retry(): boolean {
    return table[this.code].retry;
  }

  get failure(): Failure {
    return { code: this.code, say: this.say };
  }
}

/** The one funnel for strangers: whatever was thrown becomes a BotError, with the original as its cause. */
export function toBotError(thrown: unknown): BotError {
  if (thrown instanceof BotError) return thrown;
  if (thrown instanceof Error && thrown.name === "TimeoutError")
    return new BotError("TIMEOUT", thrown.message, { cause: thrown });
  if (thrown instanceof Error && thrown.name === "AbortError")
    return new BotError("CANCELLED", thrown.message, { cause: thrown });
  return new BotError("INTERNAL", thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}
