/** The HTTPS side of the API server: who may ask, how much and how long, and bytes out. What to answer is the router's. */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { ApiRequest, Reply, WatchRequest } from "./api/router.ts";
import { failure, plainStatus, Refusal, type Status } from "./api/status.ts";
import { readToken, type TokenCheck } from "./api/token.ts";
import type { Certificate } from "./certificate.ts";

/** What goes wrong on purpose: requests are never answered, or all answered with this HTTP status. */
export type Fault = { readonly hang: true } | { readonly status: number };

export interface ApiServer {
  readonly port: number;
  setFault(fault: Fault | null): void;
  close(): Promise<void>;
}

/** Both throw Refusal. */
export interface ApiHandlers {
  answer(request: ApiRequest): Reply;
  watch(request: WatchRequest, response: ServerResponse): void;
}

const bodyLimit = 1_048_576;
const headersMs = 10_000;
const requestMs = 30_000;
const idleMs = 60_000;
const connections = 500;
/** A real cluster shows these to everybody (system:public-info-viewer). */
const publicPaths = ["/healthz", "/livez", "/readyz", "/version"];

export async function listen(options: {
  readonly host: string;
  readonly port: number;
  readonly certificate: Certificate;
  readonly isKnown: TokenCheck;
  readonly handlers: ApiHandlers;
}): Promise<ApiServer> {
  const { certificate, handlers } = options;
  const sockets = new Set<Socket>();
  const held = new Set<Socket>();
  let fault: Fault | null = null;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (fault !== null && "hang" in fault) {
      const { socket } = request;
      socket.setTimeout(0);
      held.add(socket);
      socket.once("close", () => held.delete(socket));
      return;
    }
    if (fault !== null) throw new Refusal(plainStatus(fault.status));
    const [path = "", ...rest] = (request.url ?? "").split("?");
    if (!isAllowed(request, path, options.isKnown)) throw new Refusal(plainStatus(401));
    const reply = handlers.answer({
      method: request.method ?? "",
      path,
      query: new URLSearchParams(rest.join("?")),
      accept: request.headers.accept,
      userAgent: request.headers["user-agent"] ?? "",
      body: request.method === "POST" ? await readBody(request) : new Uint8Array(),
    });
    if (reply.kind !== "watch") return write(response, reply);
    handlers.watch(reply.watch, response);
    // A quiet watch is not an idle connection.
    request.socket.setTimeout(0);
    response.once("finish", () => request.socket.setTimeout(idleMs));
  }

  const server = createServer(
    { cert: certificate.certPem, key: certificate.keyPem, handshakeTimeout: headersMs, keepAlive: true },
    (request, response) => {
      handle(request, response).catch((thrown: unknown) => refuse(response, thrown));
    },
  );
  server.headersTimeout = headersMs;
  server.requestTimeout = requestMs;
  server.maxConnections = connections;
  server.setTimeout(idleMs);
  // Raw sockets, so that closing does not wait for a handshake that never ends.
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(options.port, options.host);
  await once(server, "listening");

  return {
    port: (server.address() as AddressInfo).port,
    setFault(next) {
      fault = next;
      for (const socket of held) socket.destroy();
      held.clear();
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function isAllowed(request: IncomingMessage, path: string, isKnown: TokenCheck): boolean {
  if (request.headers.authorization === undefined)
    return publicPaths.some((one) => path === one || path.startsWith(`${one}/`));
  return isKnown(readToken(request.headers.authorization));
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit)
      throw new Refusal(failure(413, "RequestEntityTooLarge", `Request entity too large: limit is ${bodyLimit}`));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, thrown: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = thrown instanceof Refusal ? thrown.status : internal(thrown);
  write(response, { kind: "json", code: status.code, body: status }, status.details?.retryAfterSeconds);
}

function internal(thrown: unknown): Status {
  return failure(
    500,
    "InternalError",
    `Internal error occurred: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
  );
}

function write(response: ServerResponse, reply: Exclude<Reply, { kind: "watch" }>, retryAfter?: number): void {
  if (response.destroyed) return;
  const body = reply.kind === "json" ? `${JSON.stringify(reply.body)}\n` : reply.body;
  response.writeHead(reply.code, {
    "Content-Type": reply.kind === "json" ? "application/json" : "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-cache, private",
    "X-Content-Type-Options": "nosniff",
    ...(retryAfter !== undefined && { "Retry-After": String(retryAfter) }),
    ...(reply.code === 413 && { Connection: "close" }),
  });
  response.end(body);
}
