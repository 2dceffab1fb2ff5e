/**
 * Requests to Slack, each made once, with a deadline, counted, its errors as SlackFailure. The client's own retries, pauses and logs are off: retries post twice,
 * one channel's rate limit stops all the others, and its errors and debug lines hold what must not be logged.
 */
import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type WebClientOptions,
} from "@slack/web-api";
import { badStatus, isSlackCode, noAnswer, rateLimited, refusal, SlackFailure, unknownOutcome } from "./failure.ts";
import { type Json, objectIn } from "./json.ts";
import type { Job, SlackOutOptions } from "./options.ts";
import { type SlackMethod, takeTurn } from "./rates.ts";
import { checkTime, orEnded } from "./wait.ts";

export interface Calls {
  /** Longest wait for one reply, milliseconds. */
  readonly timeoutMs: number;
  /** `before` runs when our own limits let the call pass, right before the request. Rejects with a SlackFailure. */
  api(job: Job, method: SlackMethod, args: Json, before?: () => Promise<void>): Promise<Json>;
  /** A POST to an address that Slack gave us. Rejects with a SlackFailure. */
  send(
    job: Job,
    name: "response_url" | "upload",
    url: string,
    body: { type: string; bytes: string | Buffer },
  ): Promise<void>;
}

const nothing = () => undefined;
const silent: NonNullable<WebClientOptions["logger"]> = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => LogLevel.ERROR,
};

export function createCalls(options: SlackOutOptions): Calls {
  const { botToken, apiUrl, buckets, metrics, timeoutMs = 5_000, fetch: request = fetch } = options;
  const client = new WebClient(botToken, {
    slackApiUrl: apiUrl,
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: silent,
    fetch: request,
  });
  const apiOrigin = new URL(apiUrl).origin;

  async function counted<Value>(method: string, make: () => Promise<Value>): Promise<Value> {
    try {
      const value = await make();
      metrics.slackCalls.inc({ method, result: "ok" });
      return value;
    } catch (thrown) {
      const failure = toFailure(method, thrown);
      metrics.slackCalls.inc({ method, result: resultOf(failure) });
      throw failure;
    }
  }

  return {
    timeoutMs,
    async api(job, method, args, before) {
      await takeTurn(buckets, { method, args }, job);
      checkTime(job.signal);
      await before?.();
      return await counted(method, async () => {
        const called = client.apiCall(method, args);
        return { ...(await orEnded(called, job.signal, () => unknownOutcome(method, "time_is_up"))) };
      });
    },
    async send({ signal }, name, url, { type, bytes }) {
      checkTime(signal);
      await counted(name, async () => {
        if (!isAllowed(url, apiOrigin)) throw refusal(name, "address_not_allowed");
        const response = await request(url, {
          method: "POST",
          headers: { "content-type": type },
          body: typeof bytes === "string" ? bytes : new Uint8Array(bytes),
          redirect: "error",
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        });
        const problem = await readProblem(name, response);
        if (problem) throw problem;
      });
    },
  };
}

function isAllowed(url: string, apiOrigin: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, origin, username, password } = new URL(url);
  return (protocol === "https:" || origin === apiOrigin) && username === "" && password === "";
}

function resultOf({ code, meaning }: SlackFailure): string {
  if (meaning === "unknown") return "unknown";
  return code === "OVERLOADED" ? "rate_limited" : "refused";
}

function toFailure(method: string, thrown: unknown): SlackFailure {
  if (thrown instanceof SlackFailure) return thrown;
  if (thrown instanceof WebAPIRateLimitedError) return rateLimited(method, "ratelimited", thrown.retryAfter * 1_000);
  if (thrown instanceof WebAPIHTTPError) return badStatus(method, thrown.statusCode);
  if (thrown instanceof WebAPIRequestError) return noAnswer(method, thrown.original);
  if (thrown instanceof WebAPIPlatformError) return refusal(method, thrown.data.error, detailsOf({ ...thrown.data }));
  return noAnswer(method, thrown);
}

/** What Slack says beside its code: the scope it wanted, or where in the blocks it stopped reading. */
function detailsOf(data: Json): string {
  const messages = objectIn(data, "response_metadata")["messages"];
  const words = [data["needed"], ...(Array.isArray(messages) ? messages : [])];
  return words
    .filter((word) => typeof word === "string")
    .join(", ")
    .slice(0, 300);
}

const defaultRetryMs = 1_000;

/** response_urls and uploads answer in plain text or as the Web API does; both may say no with HTTP 200. */
async function readProblem(name: string, response: Response): Promise<SlackFailure | undefined> {
  const text = await readStart(response, 2_000);
  if (response.status === 429) {
    const seconds = Number(response.headers.get("retry-after"));
    return rateLimited(name, "ratelimited", seconds > 0 ? seconds * 1_000 : defaultRetryMs);
  }
  const code = refusalIn(text) ?? (!response.ok && isSlackCode(text) ? text : undefined);
  if (response.ok) return code === undefined ? undefined : refusal(name, code);
  return code === undefined || response.status >= 500 ? badStatus(name, response.status) : refusal(name, code);
}

function refusalIn(text: string): string | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const answer = JSON.parse(text) as Json & { readonly ok?: unknown; readonly error?: unknown };
    if (answer.ok !== false) return undefined;
    return isSlackCode(answer.error) ? answer.error : "no_reason";
  } catch {
    return undefined;
  }
}

async function readStart(response: Response, most: number): Promise<string> {
  if (!response.body) return "";
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length >= most) break;
  }
  return text.slice(0, most).trim();
}
