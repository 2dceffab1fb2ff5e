import { redactText } from "../../analysis/redact.ts";
import { BotError, toBotError } from "../../errors.ts";
import { StatusError } from "./api.ts";

/**
 * `listing`: not complete yet. `synced`: complete, and the watch follows. `stale`: it was complete, but the connection is lost at the moment.
 * `absent`: the server has no such resource. `forbidden`: our role may not read it.
 */
export type ReflectorPhase = "listing" | "synced" | "stale" | "absent" | "forbidden";

export interface ReflectorState {
  readonly phase: ReflectorPhase;
  /** Epoch milliseconds. */
  readonly since: number;
  /** The last failure, while it matters. */
  readonly problem: BotError | null;
}

export interface ReflectorTiming {
  /** Deadline for one page. */
  readonly listMs: number;
  /** How long a watch may be silent. */
  readonly idleMs: number;
  /** How long the server is asked to keep a watch open. */
  readonly watchSeconds: number;
  /** The first wait after a failure; doubled up to `maxBackoffMs`. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** How often a resource that is absent or forbidden is tried again. */
  readonly retryAbsentMs: number;
}

export const defaultTiming: ReflectorTiming = {
  listMs: 30_000,
  idleMs: 90_000,
  watchSeconds: 300,
  backoffMs: 500,
  maxBackoffMs: 30_000,
  retryAbsentMs: 60_000,
};

/** What a failed list or watch means in the program's own terms. `what` names the resource. */
export function toProblem(thrown: unknown, what: string): BotError {
  if (!(thrown instanceof StatusError)) {
    const error = toBotError(thrown);
    if (error.code !== "TIMEOUT") return error;
    const late = `The Kubernetes API gave no answer for ${what} in time.`;
    return new BotError("TIMEOUT", error.message, { say: late, cause: thrown });
  }
  const { status } = thrown;
  const message = redactText(thrown.message);
  const say = `The Kubernetes API answered ${status} for ${what}: ${message.slice(0, 200)}.`;
  if (status === 401)
    return new BotError("DENIED", message, {
      say: "The Kubernetes API refused our credentials: check the kubeconfig or the service account's token.",
      cause: thrown,
    });
  if (status === 403)
    return new BotError("DENIED", message, {
      say: `Our role may not read ${what}: allow get, list and watch on it.`,
      cause: thrown,
    });
  if (status === 404) return new BotError("REFUSED", message, { say: `This cluster has no ${what}.`, cause: thrown });
  if (status === 429 || status === 503) return new BotError("OVERLOADED", message, { say, cause: thrown });
  return new BotError(status >= 500 || status === 0 ? "UNREACHABLE" : "REFUSED", message, { say, cause: thrown });
}
