/** One structured log line per fact: static text, the facts beside it. Values that may hold secrets are removed here, not at call sites. */
import { type DestinationStream, type Logger, pino } from "pino";
import { redactText } from "./analysis/redact.ts";

export type { Logger };

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

const secretPaths = [
  "token",
  "password",
  "authorization",
  "secret",
  "*.token",
  "*.password",
  "*.authorization",
  "*.secret",
];

/** Called for lines that are written, and not for those below the level. */
const serializers = { err: shownError, stack: shownWords, reason: shownWords, problem: shownWords, said: shownWords };

/** `to` defaults to standard error, so that standard output belongs to answers. */
export function createLog(level: LogLevel, to: DestinationStream = pino.destination(2)): Logger {
  return pino({ level, base: null, serializers, redact: { paths: secretPaths, censor: "[redacted]" } }, to);
}

interface ShownError {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: string;
}

/** Kind, message, stack and code of an error and of its causes. Whatever else hangs on it (requests with headers, answers, sockets) stays out. */
function shownError(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return shownWords(thrown);
  const chain = causesOf(thrown);
  const code = chain.map(codeOf).find((one) => one !== undefined);
  return {
    type: redactText(String(thrown.name)),
    message: chain.map(messageOf).join(": "),
    stack: chain.map(stackOf).join("\ncaused by: "),
    ...(code !== undefined && { code }),
  } satisfies ShownError;
}

const mostCauses = 5;

function causesOf(thrown: Error): Error[] {
  const chain = [thrown];
  for (let next = thrown.cause; next instanceof Error && chain.length < mostCauses; next = next.cause) {
    if (chain.includes(next)) break;
    chain.push(next);
  }
  return chain;
}

/** Peers have their words in it. */
function messageOf({ message }: Error): string {
  return redactText(String(message));
}

/** The places are the program's own; the message stands before them, and a stack without it is somebody else's. */
function stackOf(thrown: Error): string {
  const { message } = thrown;
  const stack = String(thrown.stack ?? "");
  const places = stack.indexOf("\n    at ", message === "" ? 0 : stack.indexOf(message) + message.length);
  const isOurs = places >= 0 && (message === "" || stack.includes(message));
  return isOurs ? redactText(stack.slice(0, places)) + stack.slice(places) : redactText(stack);
}

/** `ECONNREFUSED`, `UNREACHABLE`, 14. */
function codeOf(thrown: Error): string | undefined {
  const { code } = thrown as { readonly code?: unknown };
  return /^\w{1,40}$/.test(String(code ?? "")) ? redactText(String(code)) : undefined;
}

function shownWords(said: unknown): unknown {
  return typeof said === "string" ? redactText(said) : said;
}
