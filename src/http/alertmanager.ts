/**
 * `POST /alertmanager`: who may send is asked before a byte is read, the body is bounded, and 2xx means that the notification is stored. Alertmanager repeats what
 * got a 5xx and nothing else, so that everything that may get better by itself is a 503 and never a 429.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "../log.ts";
import { answer } from "./listen.ts";
import type { Route } from "./public.ts";

export interface AlertmanagerRouteOptions {
  /** Compares in constant time. */
  readonly isToken: (given: string) => boolean;
  /** Resolves once it is stored, or with why it never will be; rejects where it may be later. */
  readonly take: (body: string) => Promise<Taken>;
  readonly log: Pick<Logger, "warn">;
}

export type Taken =
  | { readonly status: "stored" }
  | { readonly status: "refused"; readonly say: string }
  | { readonly status: "busy" };

/** 10,000 alerts with a kilobyte of labels each. */
const mostBytes = 16 * 1024 * 1024;
/** Bodies in memory at once. */
const mostAtOnce = 64;

export function alertmanagerRoute({ isToken, take, log }: AlertmanagerRouteOptions): Route {
  let running = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refuse = async (status: number, say: string, headers: Readonly<Record<string, string>> = {}) => {
      await drained(request);
      answer(response, { status, body: `${say}\n`, headers: { connection: "close", ...headers } });
    };
    if (!isToken(bearerOf(request)))
      return await refuse(401, "the bearer token is missing or wrong: see alerts.token", {
        "www-authenticate": "Bearer",
      });
    if (running >= mostAtOnce) return await refuse(503, "busy, send it again");
    running++;
    try {
      const body = await read(request);
      if (body === "too_large")
        return await refuse(
          413,
          `more than ${mostBytes / 1024 / 1024} MB: set max_alerts in Alertmanager's webhook_configs`,
        );
      if (body === "cut") return;
      const taken = await take(body);
      if (taken.status === "stored") return answer(response, { status: 200, body: "stored\n" });
      if (taken.status === "busy") return answer(response, { status: 503, body: "busy, send it again\n" });
      log.warn({ reason: taken.say }, "notification refused");
      answer(response, { status: 400, body: `${taken.say}\n` });
    } catch (error) {
      log.warn({ err: error instanceof Error ? error.message : String(error) }, "notification not stored");
      answer(response, { status: 503, body: "not stored, send it again\n" });
    } finally {
      running--;
    }
  };
  return { methods: ["POST"], path: "/alertmanager", handle };
}

function bearerOf({ headers }: IncomingMessage): string {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
}

async function read(request: IncomingMessage): Promise<string | "too_large" | "cut"> {
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) return "too_large";
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostBytes) return "too_large";
      chunks.push(chunk);
    }
  } catch {
    return "cut"; // nobody is left to answer
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** To its end, or the sender would see a reset connection and no answer. The server bounds how long a body takes. */
async function drained(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return;
  await new Promise<void>((resolve) => {
    request
      .once("end", resolve)
      .once("close", resolve)
      .once("error", () => resolve())
      .resume();
  });
}
