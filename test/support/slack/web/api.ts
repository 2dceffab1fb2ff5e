/** One Web API call: who asks, may they, and what the method says. Everything Slack refuses is HTTP 200 with `ok: false`, but for the rate limit. */
import type { IncomingMessage } from "node:http";
import type { Json } from "../json.ts";
import { methods } from "../methods/index.ts";
import { type Around, type Method, requireScope } from "../methods/method.ts";
import type { RateLimits } from "../rate-limits.ts";
import { SlackRefusal } from "../refusal.ts";
import type { Arguments } from "./arguments.ts";
import type { Reply } from "./reply.ts";

export function callMethod(
  slack: Around,
  rates: RateLimits | null,
  call: {
    readonly name: string;
    readonly channel: string | null;
    readonly request: IncomingMessage;
    readonly given: Arguments;
    readonly unshared: boolean;
    readonly unseen: boolean;
  },
): Reply {
  const method = Object.hasOwn(methods, call.name) ? methods[call.name] : undefined;
  if (!method) return refused(new SlackRefusal("unknown_method", { req_method: call.name }));
  const wait = rates?.take(call.name, call.channel, method.tier) ?? null;
  if (wait !== null) return rateLimited(wait);
  try {
    checkToken(method, call.given.token, slack);
    checkTransport(call.name, call.request);
    requireScope(slack, method.scopes);
    const answer = method.run({ args: call.given.args, unshared: call.unshared, unseen: call.unseen }, slack);
    return json({ ok: true, ...answer }, "ok", method.token === "bot" ? scopeHeaders(slack, method) : {});
  } catch (thrown) {
    if (thrown instanceof SlackRefusal) return refused(thrown);
    throw thrown;
  }
}

export function refused(refusal: SlackRefusal): Reply {
  return json({ ok: false, error: refusal.code, ...refusal.details }, refusal.code);
}

/** Page "Rate limits": HTTP 429, `Retry-After` in seconds, error `ratelimited`. */
export function rateLimited(seconds: number): Reply {
  const reply = json({ ok: false, error: "ratelimited" }, "ratelimited", { "retry-after": String(seconds) });
  return { ...reply, status: 429 };
}

function json(body: Json, outcome: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 200, body: JSON.stringify(body), outcome, headers };
}

function scopeHeaders(slack: Around, method: Method): Readonly<Record<string, string>> {
  return { "x-oauth-scopes": slack.settings.scopes.join(","), "x-accepted-oauth-scopes": method.scopes.join(",") };
}

function checkToken(method: Method, token: string | null, { settings }: Around): void {
  if (method.token === "none") return;
  if (token === null) throw new SlackRefusal("not_authed");
  if (token !== settings.botToken && token !== settings.appToken) throw new SlackRefusal("invalid_auth");
  const wanted = method.token === "bot" ? settings.botToken : settings.appToken;
  if (token !== wanted) throw new SlackRefusal("not_allowed_token_type");
}

/** Method apps.connections.open: `insecure_request` when it is no POST, and the token counts in the header only. */
function checkTransport(name: string, request: IncomingMessage): void {
  if (name !== "apps.connections.open") return;
  if (request.method !== "POST") throw new SlackRefusal("insecure_request");
  if (request.headers.authorization === undefined) throw new SlackRefusal("not_authed");
}
