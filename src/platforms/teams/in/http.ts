/** `POST /api/messages`: what is not from Teams is refused with one audit line and goes no further; nothing of a request is logged. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Audit } from "../../platform.ts";
import { Activity } from "./activity.ts";
import type { Authentication } from "./authenticate.ts";

/** What Teams is told: with a body for an invoke. */
export interface Answer {
  readonly status: number;
  readonly body?: object;
}

export interface HttpOptions {
  readonly authentication: Authentication;
  readonly handle: (activity: Activity) => Promise<Answer>;
  readonly audit: Audit;
  /** Once true, everything is answered 503. */
  readonly closed: () => boolean;
  readonly log: { warn(facts: object, text: string): void };
}

/** Teams sends a few kilobytes; a card's inputs are at most a few more. */
const bodyBytes = 262_144;
const bodyMs = 3_000;

export function createHttpIn({ authentication, handle, audit, closed, log }: HttpOptions): RequestListener {
  async function answer(request: IncomingMessage): Promise<Answer> {
    const refuse = (status: number, reason: string): Answer => {
      audit({ platform: "teams", kind: "unknown", decision: status === 503 ? "not_taken" : "refused", reason });
      return { status };
    };
    const authorization = request.headers.authorization ?? "";
    const text = await read(request);
    if (text === undefined) return refuse(413, "too_large");
    const activity = Activity.safeParse(parse(text));
    if (!activity.success) return authorization === "" ? refuse(401, "no_token") : refuse(400, "malformed");
    const verdict = await authentication.check(activity.data, authorization);
    if (verdict.from === "stranger") return refuse(401, verdict.reason);
    if (verdict.from === "unknown") return refuse(503, verdict.reason);
    return await handle(activity.data);
  }

  return (request, response) => {
    if (closed()) return send(response, { status: 503 });
    answer(request).then(
      (said) => send(response, said),
      (error: unknown) => {
        log.warn({ reason: error instanceof Error ? error.name : "unknown" }, "request failed");
        send(response, { status: 500 });
      },
    );
  };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, {
    ...(text !== "" && { "content-type": "application/json; charset=utf-8" }),
    "content-length": Buffer.byteLength(text),
    // What is left of a body is not waited for.
    ...(status >= 400 && { connection: "close" }),
  });
  response.end(text);
}

/** Undefined where it is too large. Rejects where it does not come in time. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  const slow = setTimeout(() => request.destroy(), bodyMs);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      bytes += (chunk as Buffer).length;
      if (bytes > bodyBytes) return undefined;
      chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks).toString("utf8");
  } finally {
    clearTimeout(slow);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
