/**
 * The public port: what chat platforms call, and links to files. Everybody can reach it, so every wait is bounded, a refusal is short and says nothing of the
 * inside, and no URL or body is logged (a link to a file is a secret).
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Logger } from "../log.ts";
import { answer, closeNow, listen, pathOf, type Short } from "./listen.ts";

export interface Route {
  readonly methods: readonly string[];
  /** The whole path; with a slash at its end, everything below it. */
  readonly path: string;
  /** Answers the request, whose body nobody has touched. What it throws becomes a 500. */
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

export interface PublicOptions {
  readonly host: string;
  readonly port: number;
  readonly routes: readonly Route[];
  readonly log: Pick<Logger, "error">;
  /** From a request's headers to its answer's last byte, milliseconds. Default: 60 s. */
  readonly answerWithinMs?: number;
}

export interface PublicServer {
  readonly url: string;
  /** From now on requests get a 503, so that platforms send them again later, to another process; running ones finish. */
  refuse(): void;
  /** Refuses, waits for running requests at most `patienceMs` (default: 5 s), ends what is left. */
  close(patienceMs?: number): Promise<void>;
}

const limits = {
  maxHeaderSize: 8_192,
  headersTimeout: 5_000,
  /** Until the whole body is here; chat platforms send a few kilobytes. */
  requestTimeout: 5_000,
  /** How often the two above are looked at. */
  connectionsCheckingInterval: 1_000,
  /** Longer than the 60 s after which load balancers drop an idle connection, so that they never send into one that we are closing. */
  keepAliveTimeout: 65_000,
};

const maxConnections = 2_000;

export async function startPublic(options: PublicOptions): Promise<PublicServer> {
  const { host, port, routes, log, answerWithinMs = 60_000 } = options;
  let refusing = false;
  let running = 0;
  let onIdle = () => {};
  const server = createServer(limits, (request, response) => {
    if (refusing) return turnAway(request, response);
    const path = pathOf(request.url);
    const here = routes.filter((candidate) => covers(candidate.path, path));
    const route = here.find((candidate) => candidate.methods.includes(request.method ?? ""));
    if (!route && here.length > 0) {
      const allow = here.flatMap((candidate) => candidate.methods).join(", ");
      return answer(response, { status: 405, body: `only ${allow}\n`, headers: { allow } });
    }
    if (!route) return answer(response, { status: 404, body: "not found\n" });
    running++;
    const deadline = setTimeout(() => giveUp(response, { status: 503, body: "no answer in time\n" }), answerWithinMs);
    response.once("close", () => {
      clearTimeout(deadline);
      running--;
      if (running === 0) onIdle();
    });
    // Only the message and where it came from: errors of libraries carry requests, and with them bodies and tokens.
    const fail = (error: unknown) => {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      log.error({ route: route.path, method: request.method, err: message, stack }, "request failed");
      giveUp(response, { status: 500, body: "something failed inside the bot\n" });
    };
    // A handler that throws at once and one that rejects later fail alike.
    new Promise<void>((resolve) => resolve(route.handle(request, response))).catch(fail);
  });
  server.on("clientError", cutOff);
  server.maxConnections = maxConnections;
  const url = await listen(server, host, port);
  return {
    url,
    refuse() {
      refusing = true;
    },
    async close(patienceMs = 5_000) {
      refusing = true;
      if (running > 0) await withinPatience(patienceMs);
      await closeNow(server);
    },
  };

  function withinPatience(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function covers(routePath: string, path: string): boolean {
  return routePath.endsWith("/") ? path.startsWith(routePath) : path === routePath;
}

/**
 * Platforms repeat what got a 503, and on a new connection reach another process. The body is read to its end first: closing in the middle of it would
 * reset the connection, and the answer be lost.
 */
function turnAway(request: IncomingMessage, response: ServerResponse): void {
  request
    .resume()
    .once("end", () =>
      answer(response, { status: 503, body: "shutting down, try again\n", headers: { connection: "close" } }),
    );
}

/**
 * What cannot be read is refused as Node would do it, but for what takes too long: Node's 408 would be the last word to whoever repeats only 5xx, such as
 * Alertmanager. A connection that is cut is repeated by everybody.
 */
function cutOff(error: NodeJS.ErrnoException, socket: unknown): void {
  if (!(socket instanceof Socket)) return;
  const isAnswered = socket.bytesWritten > 0 || !socket.writable;
  if (isAnswered || error.code === "ERR_HTTP_REQUEST_TIMEOUT") return void socket.destroy();
  const status = error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function giveUp(response: ServerResponse, short: Short): void {
  if (response.headersSent) response.destroy();
  else answer(response, short);
}
