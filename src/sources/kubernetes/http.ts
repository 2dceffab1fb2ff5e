/** The bytes of a request to the API server and of its answer. */
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { BotError } from "../../errors.ts";
import type { Credentials } from "./connection.ts";

export interface Sent {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly accept: string;
  readonly signal: AbortSignal;
}

export function send(credentials: Credentials, request: Sent): Promise<IncomingMessage> {
  const url = new URL(credentials.url);
  url.pathname = url.pathname.replace(/\/$/, "") + request.path;
  url.search = new URLSearchParams(request.query).toString();
  const headers = { ...credentials.headers, accept: request.accept };
  const make = url.protocol === "http:" ? requestHttp : requestHttps;
  return new Promise((resolve, reject) => {
    const outgoing = make(url, { agent: credentials.agent, headers, signal: request.signal }, resolve);
    // A peer that is gone without a word is noticed by the kernel within half a minute.
    outgoing.on("socket", (socket) => socket.setKeepAlive(true, 15_000));
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** Rejects when there is more than `limit` bytes. */
export async function readAll(answer: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new BotError("TOO_MUCH", `more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** As they come; `limit`: characters of one line. */
export async function* readLines(answer: IncomingMessage, limit: number, onChunk: () => void): AsyncGenerator<string> {
  answer.setEncoding("utf8");
  let rest: string[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<string>) {
    onChunk();
    const lines = chunk.split("\n");
    for (const line of lines.slice(0, -1)) {
      const whole = rest.length === 0 ? line : rest.join("") + line;
      rest = [];
      size = 0;
      if (whole !== "") yield whole;
    }
    const tail = lines.at(-1) ?? "";
    size += tail.length;
    if (size > limit) throw new BotError("TOO_MUCH", `a line of more than ${limit} characters`);
    if (tail !== "") rest.push(tail);
  }
}
