import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Relay } from "./relay/create.ts";
import { readFaults } from "./relay/faults.ts";
import { type Burst, type StepName, stepNames, type World } from "./world/world.ts";

export interface Control {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly close: () => Promise<void>;
}

const longestBody = 16 * 1024;
/** Ledger entries in one answer: more than a day of drops. */
const longestLedger = 100_000;
/** Milliseconds that a request may take from its first byte to its last. */
const deadline = 5000;

const help = `The lab's control endpoint.

GET  /step                    the step in force and since when
POST /step    {"step":"l7"}   changes it now: ${stepNames.join(", ")}
GET  /ledger?from=&to=        what the datapath dropped, from <= time < to; epoch milliseconds or RFC 3339;
                              the last ten minutes when nothing is said
GET  /faults                  what is wrong with the relay on purpose
POST /faults  {"hang":true}   changes that: unavailableNodes, failingNodes, lostEvents, losses, hang, refuse,
                              olderVersion
GET  /bursts                  bursts of dropped packets, past and to come
POST /bursts  {"perSecond":500,"seconds":20,"sources":300}   one more, from now on
`;

/** What people and tests turn the lab's knobs with, on a free port of 127.0.0.1. */
export async function createControl(options: {
  readonly world: World;
  readonly clock: () => number;
  readonly relay: Relay;
}): Promise<Control> {
  const limits = { requestTimeout: deadline, headersTimeout: deadline, connectionsCheckingInterval: 1000 };
  const server = createServer(limits, (request, response) => {
    answer(request, options)
      .catch((error: unknown) => failure(error))
      .then(({ status, body }) => send(response, status, body))
      .catch(() => response.destroy());
  });
  server.setTimeout(deadline, (socket) => socket.destroy());
  const url = await listen(server);
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(request: IncomingMessage, lab: Parameters<typeof createControl>[0]): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://control");
  const { world, clock, relay } = lab;
  const step = () => ({ step: world.stepAt(clock()), since: new Date(world.stepSince(clock())).toISOString() });
  switch (`${request.method} ${pathname}`) {
    case "GET /":
      return { status: 200, body: help };
    case "GET /step":
      return { status: 200, body: step() };
    case "POST /step":
      world.setStep(readStep(await readBody(request)), clock());
      return { status: 200, body: step() };
    case "GET /ledger":
      return { status: 200, body: ledger(world, searchParams, clock()) };
    case "GET /faults":
      return { status: 200, body: relay.faults() };
    case "POST /faults":
      return { status: 200, body: await relay.setFaults(readFaults(await readBody(request))) };
    case "GET /bursts":
      return { status: 200, body: world.bursts() };
    case "POST /bursts":
      return { status: 200, body: world.burst({ ...readBurst(await readBody(request)), at: clock() }) };
    default:
      throw new Refusal(404, `there is no ${request.method} ${pathname}; GET / says what there is`);
  }
}

/** What the one who asked did wrong, and what to do instead. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function failure(error: unknown): Answer {
  const status = error instanceof Refusal ? error.status : error instanceof RangeError ? 400 : 500;
  return { status, body: { error: error instanceof Error ? error.message : String(error) } };
}

function readStep(body: unknown): StepName {
  const said = typeof body === "object" && body !== null && "step" in body ? body.step : undefined;
  const step = stepNames.find((name) => name === said);
  if (step === undefined) {
    throw new Refusal(400, `step must be one of ${stepNames.join(", ")}`);
  }
  return step;
}

/** The world says which numbers are too large. */
function readBurst(body: unknown): Omit<Burst, "at"> {
  const given = typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const { perSecond, seconds, sources = 300 } = given;
  if (typeof perSecond !== "number" || typeof seconds !== "number" || typeof sources !== "number") {
    throw new Refusal(400, 'a burst is like {"perSecond":500,"seconds":20,"sources":300}');
  }
  return { perSecond, seconds, sources };
}

function ledger(world: World, query: URLSearchParams, now: number): unknown {
  const to = readTime(query.get("to"), now);
  const from = readTime(query.get("from"), to - 600_000);
  // The future has not been dropped yet.
  const entries = world.ledger(from, Math.min(to, now));
  if (entries.length > longestLedger) {
    throw new Refusal(400, `that is ${entries.length} entries; ask for a window with at most ${longestLedger}`);
  }
  return entries;
}

function readTime(text: string | null, otherwise: number): number {
  if (text === null || text === "") {
    return otherwise;
  }
  const time = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isFinite(time)) {
    throw new Refusal(400, `no time: ${JSON.stringify(text)}; write epoch milliseconds or RFC 3339`);
  }
  return time;
}

/** Beyond the limit the rest is read and thrown away, so that the refusal reaches whoever is still sending. */
function readBody(request: IncomingMessage): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= longestBody) {
        chunks.push(chunk);
      } else {
        reject(new Refusal(413, `a body has at most ${longestBody} bytes`));
      }
    });
    request.once("error", reject);
    request.once("end", () => {
      try {
        resolve(JSON.parse(Buffer.concat(chunks).toString("utf8")));
      } catch {
        reject(new Refusal(400, 'the body must be JSON, like {"step":"l7"}'));
      }
    });
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = typeof body === "string" ? body : `${JSON.stringify(body)}\n`;
  const type = typeof body === "string" ? "text/plain; charset=utf-8" : "application/json";
  response.writeHead(status, { "content-type": type, "cache-control": "no-store", connection: "close" });
  response.end(text);
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
