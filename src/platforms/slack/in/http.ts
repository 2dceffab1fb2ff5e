/**
 * Slack's requests over HTTP (docs.slack.dev/authentication/verifying-requests-from-slack): what is not signed by Slack, or not now, is refused with one audit
 * line and goes no further. Bolt's functions read, verify and parse. Its HTTPReceiver does the same with them, but a signed body `null` ends the process there
 * (an unhandled rejection), and it keeps to itself why it refused.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type App, HTTPModuleFunctions, type Receiver } from "@slack/bolt";
import { BotError } from "../../../errors.ts";
import type { Audit } from "../../platform.ts";
import type { Log } from "./bolt-log.ts";

export interface HttpIn extends Receiver {
  readonly requestListener: RequestListener;
}

export interface HttpOptions {
  readonly signingSecret: string;
  readonly audit: Audit;
  /** Once true, everything is answered 503. */
  readonly closed: () => boolean;
  readonly log: Log;
}

const path = "/slack/events";
const bodyBytes = 1_048_576;
/** Slack gives up after three seconds. */
const bodyMs = 3_000;
/** Bolt's own limit, towards the past. */
const staleSeconds = 300;
const futureSeconds = 60;
const contentTypes: readonly string[] = ["application/json", "application/x-www-form-urlencoded"];

/** Why a request goes no further. */
interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly body?: undefined;
}

interface Accepted {
  readonly body: Readonly<Record<string, unknown>>;
  readonly status?: undefined;
  readonly reason?: undefined;
}

export function createHttpIn({ signingSecret, audit, closed, log }: HttpOptions): HttpIn {
  let app: App | undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusalAtSight(request);
    const { body, status, reason } = refusal ?? (await read(request, signingSecret));
    if (body === undefined) {
      audit({ platform: "slack", kind: "unknown", decision: "refused", reason });
      // What is left of a body is not waited for.
      response.writeHead(status, { connection: "close" }).end();
    } else if (body["ssl_check"] === "1") {
      HTTPModuleFunctions.buildSSLCheckResponse(response);
    } else if (body["type"] === "url_verification") {
      HTTPModuleFunctions.buildUrlVerificationResponse(response, body);
    } else {
      const ack = async (said?: unknown) => HTTPModuleFunctions.buildContentResponse(response, said);
      await app?.processEvent({ body, ack });
    }
  }

  return {
    init(handled) {
      app = handled;
    },
    start: async () => undefined,
    stop: async () => undefined,
    requestListener(request, response) {
      if (closed()) return void response.writeHead(503, { connection: "close" }).end();
      handle(request, response).catch((error: unknown) => {
        const notTaken = error instanceof BotError;
        if (!notTaken) log.warn({ reason: error instanceof Error ? error.name : "unknown" }, "request failed");
        if (!response.headersSent) response.writeHead(notTaken ? 503 : 500);
        response.end();
      });
    },
  };
}

function refusalAtSight({ url = "", method, headers }: IncomingMessage): Refusal | undefined {
  if (url.split("?", 1)[0] !== path) return { status: 404, reason: "path" };
  if (method !== "POST") return { status: 405, reason: "method" };
  // Proxies append `; charset=utf-8`, which Bolt would not take for a form.
  const type = (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (!contentTypes.includes(type)) return { status: 415, reason: "content_type" };
  headers["content-type"] = type;
  if (Number(headers["content-length"]) > bodyBytes) return { status: 413, reason: "too_large" };
  return ahead(headers) > futureSeconds ? { status: 401, reason: "future" } : undefined;
}

async function read(request: IncomingMessage, signingSecret: string): Promise<Accepted | Refusal> {
  const slow = setTimeout(() => request.destroy(), bodyMs);
  const verification = { signingSecret, enabled: true, bodyLimit: bodyBytes };
  try {
    const buffered = await HTTPModuleFunctions.parseAndVerifyHTTPRequest(verification, request);
    const body = parse(() => HTTPModuleFunctions.parseHTTPRequestBody(buffered));
    return typeof body === "object" && body !== null
      ? { body: body as Record<string, unknown> }
      : { status: 400, reason: "malformed" };
  } catch (error) {
    if (HTTPModuleFunctions.isRawBodyError(error)) {
      return error.statusCode === 413 ? { status: 413, reason: "too_large" } : { status: 400, reason: "incomplete" };
    }
    return { status: 401, reason: ahead(request.headers) < -staleSeconds ? "stale" : "bad_signature" };
  } finally {
    clearTimeout(slow);
  }
}

function parse(text: () => unknown): unknown {
  try {
    return text();
  } catch {
    return undefined;
  }
}

/** Seconds by which the sender's clock is ahead of ours; NaN where it says no time. */
function ahead(headers: IncomingMessage["headers"]): number {
  return Number(headers["x-slack-request-timestamp"]) - Date.now() / 1000;
}
