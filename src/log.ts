/** One structured log line per fact: static text, the facts beside it. Values that may hold secrets are removed here, not at call sites. */
import { type DestinationStream, type Logger, pino } from "pino";

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

/** `to` defaults to standard error, so that standard output belongs to answers. */
export function createLog(level: LogLevel, to: DestinationStream = pino.destination(2)): Logger {
  return pino({ level, base: null, redact: { paths: secretPaths, censor: "[redacted]" } }, to);
}
