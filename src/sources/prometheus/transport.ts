/** One exchange over HTTP or HTTPS: bounded in size, no redirect followed. Node's own fetch takes no CA of one's own. */
import { Agent, type IncomingMessage, type RequestOptions, request } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { BotError } from "../../errors.ts";

export interface Exchange {
  readonly method: "GET" | "POST" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** PEM; undefined: the CAs that Node knows. */
  readonly ca: string | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

const maxBody = 16 * 1024 * 1024;
/** Shorter than any server keeps an idle connection, so that none breaks as it is taken again. */
const connections = { keepAlive: true, timeout: 4_000, maxSockets: 32 };
const plainAgent = new Agent(connections);
/** One for each CA, the latest few: files rotate. */
const tlsAgents = new Map<string, TlsAgent>();
const maxAgents = 20;

/** Rejects with what Node says of the connection, or with TOO_MUCH. */
export async function exchange(url: URL, { method, headers, body, ca }: Exchange, signal: AbortSignal): Promise<Reply> {
  signal.throwIfAborted();
  const isTls = url.protocol === "https:";
  const options: RequestOptions = {
    method,
    headers: { "accept-encoding": "gzip", ...headers },
    agent: isTls ? tlsAgent(ca ?? "") : plainAgent,
    signal,
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = (isTls ? tlsRequest : request)(url, options, resolve);
    sent.on("error", reject);
    sent.end(body);
  });
  return { status: response.statusCode ?? 0, headers: firstOf(response), body: await readBody(response) };
}

function tlsAgent(ca: string): TlsAgent {
  const known = tlsAgents.get(ca);
  if (known !== undefined) return known;
  const agent = new TlsAgent({ ...connections, ...(ca !== "" && { ca }) });
  tlsAgents.set(ca, agent);
  const oldest = tlsAgents.size > maxAgents ? tlsAgents.keys().next().value : undefined;
  if (oldest !== undefined) {
    tlsAgents.get(oldest)?.destroy();
    tlsAgents.delete(oldest);
  }
  return agent;
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of plainBody(response) as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBody) {
      response.destroy();
      throw new BotError("TOO_MUCH", `more than ${maxBody} bytes`, {
        say: "Prometheus' answer is larger than 16 MB: ask for a shorter time or fewer series.",
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function plainBody(response: IncomingMessage): Readable {
  if (response.headers["content-encoding"] !== "gzip") return response;
  const unpacked = createGunzip();
  response.on("error", (error) => unpacked.destroy(error));
  return response.pipe(unpacked);
}

function firstOf({ headers }: IncomingMessage): Reply["headers"] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}
