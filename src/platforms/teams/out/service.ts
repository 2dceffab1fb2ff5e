/**
 * Requests to Teams (Bot Framework REST, "Connector"), each made once, with a deadline, counted, its errors as TeamsFailure. The library has a client for them, whose
 * waits cannot be bounded and whose errors carry the request.
 */
import { BotError } from "../../../errors.ts";
import { noAnswer, refusal, TeamsFailure, unknownOutcome } from "./failure.ts";
import type { ServiceOptions, Target } from "./options.ts";
import { isServiceUrl } from "./service-url.ts";
import { createTokens } from "./token.ts";
import { checkTime } from "./wait.ts";

export type Method = "post" | "update" | "typing";

/** What a message is, beside where it goes. */
export type Content = Readonly<Record<string, unknown>>;

export interface Service {
  /** Longest wait for one reply, milliseconds. */
  readonly timeoutMs: number;
  /** Returns the message's id. `before` runs right before the request. Rejects with a TeamsFailure. */
  post(target: Target, content: Content, before?: () => Promise<void>): Promise<string>;
  update(target: Target, id: string, content: Content): Promise<void>;
  typing(target: Target): Promise<void>;
}

const local = ["localhost", "127.0.0.1", "[::1]"];
const firstBackoffMs = 1_000;
const longestBackoffMs = 60_000;
/** Conversations whose waits are remembered. */
const mostWaiting = 10_000;

export function createService(options: ServiceOptions): Service {
  const { appId, serviceHosts, metrics, timeoutMs = 5_000, fetch: request = fetch } = options;
  const tokens = createTokens({ ...options, fetch: request, timeoutMs });
  const hosts = appId === "" ? local : serviceHosts;
  /** How often in a row a conversation was told to wait. */
  const waits = new Map<string, number>();

  /** Longer each time, and never the same for two that wait (page "Optimize your bot with rate limiting": Retry-After, else exponential with jitter). */
  function backoff(conversation: string, retryAfter: string | null): number {
    const count = waits.get(conversation) ?? 0;
    if (waits.size >= mostWaiting) waits.clear();
    waits.set(conversation, count + 1);
    const own = Math.min(firstBackoffMs * 2 ** count, longestBackoffMs) * (0.5 + Math.random() / 2);
    const asked = Number(retryAfter) * 1_000;
    return Math.ceil(asked > 0 ? asked + own / 4 : own);
  }

  async function send(method: Method, target: Target, { path, body }: { path: string; body: Content }, again = true) {
    const { reference, conversation, signal } = target;
    if (!isServiceUrl(reference.serviceUrl, hosts)) {
      const say = "Teams moved this conversation to an address that is not allowed. Check teams.serviceHosts.";
      throw new TeamsFailure(method, "service_not_allowed", { code: "DENIED", say });
    }
    const token = await tokens.get();
    checkTime(signal);
    const response = await request(`${reference.serviceUrl.replace(/\/+$/, "")}/v3/conversations/${path}`, {
      method: method === "update" ? "PUT" : "POST",
      headers: { "content-type": "application/json", ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    }).catch((error: unknown) => {
      throw noAnswer(method, error);
    });
    const text = await response.text().catch((error: unknown) => {
      throw noAnswer(method, error);
    });
    if (response.ok) {
      waits.delete(conversation);
      return parse(text);
    }
    const { status, headers } = response;
    const waiting = [408, 412, 429].includes(status) || status >= 500;
    const afterMs = waiting ? backoff(conversation, headers.get("retry-after")) : 0;
    const failure = refusal(method, { status, code: codeIn(parse(text)), afterMs });
    if (failure.meaning !== "token" || token === undefined) throw failure;
    tokens.refuse(token);
    if (!again) throw failure;
    return await send(method, target, { path, body }, false);
  }

  async function counted<Value>(method: Method, make: () => Promise<Value>): Promise<Value> {
    try {
      const value = await make();
      metrics.teamsCalls.inc({ method, result: "ok" });
      return value;
    } catch (thrown) {
      metrics.teamsCalls.inc({ method, result: resultOf(thrown) });
      throw thrown;
    }
  }

  return {
    timeoutMs,
    async post(target, content, before) {
      checkTime(target.signal);
      await before?.();
      return await counted("post", async () => {
        const body = { ...addressed(target), type: "message", ...content };
        const { id } = await send("post", target, { path: `${wireId(target)}/activities`, body });
        if (typeof id !== "string" || id === "") throw unknownOutcome("post", "no_id");
        return id;
      });
    },
    async update(target, id, content) {
      checkTime(target.signal);
      const body = { ...addressed(target), type: "message", id, ...content };
      const path = `${wireId(target)}/activities/${encodeURIComponent(id)}`;
      await counted("update", () => send("update", target, { path, body }));
    },
    async typing(target) {
      const body = { ...addressed(target), type: "typing" };
      await counted("typing", () => send("typing", target, { path: `${wireId(target)}/activities`, body }));
    },
  };
}

/** In a channel a message belongs to its thread by the conversation's id alone. */
function idOf({ conversation, thread, reference }: Target): string {
  const id = conversation.slice(conversation.indexOf("/") + 1);
  return thread !== undefined && reference.kind === "channel" ? `${id};messageid=${thread}` : id;
}

const wireId = (target: Target) => encodeURIComponent(idOf(target));

function addressed(target: Target): Content {
  return { channelId: "msteams", from: { id: target.reference.bot }, conversation: { id: idOf(target) } };
}

function resultOf(thrown: unknown): string {
  if (thrown instanceof TeamsFailure && thrown.meaning === "unknown") return "unknown";
  return thrown instanceof BotError && thrown.code === "OVERLOADED" ? "rate_limited" : "refused";
}

function codeIn({ error }: Content): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

function parse(text: string): Content {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Content) : {};
  } catch {
    return {};
  }
}
