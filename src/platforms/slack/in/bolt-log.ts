/**
 * Bolt's log lines in ours, warnings and errors alone. Bolt puts what it was sent behind a colon or into brackets (`Malformed request body: Unexpected token …`):
 * only what stands before is kept, and no object.
 */
import { type Logger as BoltLogger, LogLevel } from "@slack/bolt";

/** As much of a logger as is used here. */
export interface Log {
  info(facts: object, text: string): void;
  warn(facts: object, text: string): void;
}

export function boltLog(log: Log): BoltLogger {
  const write = (...said: readonly unknown[]) => log.warn({ said: safeWords(said) }, "Slack library");
  const nothing = () => undefined;
  return {
    debug: nothing,
    info: nothing,
    warn: write,
    error: write,
    setLevel: nothing,
    setName: nothing,
    // What the library would have to compose for `debug` holds payloads.
    getLevel: () => LogLevel.WARN,
  };
}

function safeWords([first]: readonly unknown[]): string {
  if (first instanceof Error) return first.name;
  return typeof first === "string" ? (first.split(/[:({[<"]/, 1)[0] ?? "").trim().slice(0, 120) : "";
}
