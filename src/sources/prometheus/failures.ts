/** What went wrong with a request, in the program's own terms. `shown` is the address without userinfo. */
import { redactText } from "../../analysis/redact.ts";
import { BotError, type ErrorCode } from "../../errors.ts";
import type { Reply } from "./transport.ts";

/** Of what others wrote, more than this is not passed on. */
export const maxSaid = 300;

/** errorType → code. https://prometheus.io/docs/prometheus/latest/querying/api/ */
export function apiError(type: string, said: string, shown: string): BotError {
  const text = redactText(said).slice(0, maxSaid).replace(/\.$/, "");
  const isTooMuch = /too many samples|exceeded maximum resolution|exceeds? the limit/i.test(said);
  const code: ErrorCode = isTooMuch ? "TOO_MUCH" : (codes[type] ?? "REFUSED");
  const verb =
    code === "TIMEOUT" ? "did not finish in time" : code === "OVERLOADED" ? "cannot answer now" : "refused the query";
  return new BotError(code, `${type}: ${text}`, { say: `Prometheus at ${shown} ${verb} (${type}): ${text}.` });
}

const codes: Readonly<Record<string, ErrorCode>> = {
  bad_data: "REFUSED",
  execution: "REFUSED",
  timeout: "TIMEOUT",
  canceled: "TIMEOUT",
  unavailable: "OVERLOADED",
  internal: "BROKEN_ANSWER",
};

/** Proxies and login pages answer in HTML. */
export function notJson({ status, headers }: Reply, shown: string): BotError {
  if (status === 429 || status === 503)
    return new BotError("OVERLOADED", `HTTP ${status}`, {
      say: `Prometheus at ${shown} cannot answer now (${status}).`,
    });
  if (status >= 500)
    return new BotError("UNREACHABLE", `HTTP ${status}`, {
      say: `What stands before Prometheus at ${shown} answered ${status}.`,
    });
  if (status >= 400)
    return new BotError("REFUSED", `HTTP ${status}`, {
      say: `There is no Prometheus API at ${shown} (${status}): check the address and its path.`,
    });
  const type = (headers["content-type"] ?? "no content type").slice(0, 60);
  return new BotError("BROKEN_ANSWER", `no JSON: ${type}`, {
    say: `What answers at ${shown} is no Prometheus API (${type}): check the address.`,
  });
}

export function explain(thrown: unknown, shown: string, signal: AbortSignal, who = "Prometheus"): BotError {
  if (thrown instanceof BotError) return thrown;
  if (signal.aborted) return gaveUp(thrown, `${who} at ${shown}`, signal);
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const why = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
  if (isUntrusted(why))
    return new BotError("UNREACHABLE", `${shown}: ${why}`, {
      say: `The certificate of ${who} at ${shown} is signed by nobody that is known here (${why}): set caFile to its CA.`,
      cause: thrown,
    });
  return new BotError("UNREACHABLE", `${shown}: ${why}`, {
    say: `${who} at ${shown} could not be reached (${why}).`,
    cause: thrown,
  });
}

/** `signal` has aborted. `who` begins a sentence. */
export function gaveUp(thrown: unknown, who: string, signal: AbortSignal): BotError {
  const isLate = signal.reason instanceof Error && signal.reason.name === "TimeoutError";
  if (!isLate) return new BotError("CANCELLED", "cancelled", { cause: thrown });
  return new BotError("TIMEOUT", "no answer in time", { say: `${who} gave no answer in time.`, cause: thrown });
}

function isUntrusted(why: string): boolean {
  return /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)/.test(why);
}
