import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { createKubernetes, type Kubernetes, type KubernetesOptions } from "../../../src/lab/kubernetes/create.ts";
import { createWorld } from "../../../src/lab/world/create.ts";
import type { StepName, World } from "../../../src/lab/world/world.ts";

/** When the tests' world is asked about; its clock stands still until a test moves it. */
export const start = Date.parse("2026-11-20T12:00:00Z");

export interface Lab extends Kubernetes {
  readonly world: World;
  readonly api: Api;
  now(): number;
  advance(milliseconds: number): void;
}

export async function startLab(options: Partial<KubernetesOptions> & { readonly step?: StepName } = {}): Promise<Lab> {
  const { step, ...more } = options;
  let now = start;
  const world = createWorld({
    seed: 7,
    now,
    ...(step !== undefined && { steps: [{ step, at: now - 600_000 }] }),
  });
  const kubernetes = await createKubernetes({ world, clock: () => now, host: "127.0.0.1", port: 0, ...more });
  onTestFinished(() => kubernetes.close());
  return {
    ...kubernetes,
    world,
    api: createApi(kubernetes),
    now: () => now,
    advance(milliseconds) {
      now += milliseconds;
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape.
  readonly body: any;
}

export interface Ask {
  readonly method?: string;
  readonly accept?: string;
  /** Null: no Authorization header. */
  readonly token?: string | null;
  readonly body?: string | Buffer;
}

export interface Api {
  get(path: string, ask?: Ask): Promise<Answer>;
  watch(path: string, ask?: Ask): Promise<Watching>;
}

export interface Watching {
  readonly response: IncomingMessage;
  /** The next event; undefined once the stream has ended. Fails after five seconds without one. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read events of every shape.
  next(): Promise<any>;
  close(): void;
}

const deadlineMs = 5_000;

function createApi(kubernetes: Kubernetes): Api {
  const agent = new Agent({ ca: kubernetes.caPem, keepAlive: false });

  async function send(path: string, ask: Ask): Promise<IncomingMessage> {
    const token = ask.token === undefined ? kubernetes.token : ask.token;
    const outgoing = request(`${kubernetes.url}${path}`, {
      agent,
      method: ask.method ?? "GET",
      headers: {
        Accept: ask.accept ?? "application/json",
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        // Node leaves it out for DELETE.
        ...(ask.body && { "Content-Length": Buffer.byteLength(ask.body) }),
      },
    });
    outgoing.end(ask.body);
    const [response] = (await once(outgoing, "response", { signal: AbortSignal.timeout(deadlineMs) })) as [
      IncomingMessage,
    ];
    return response;
  }

  return {
    async get(path, ask = {}) {
      const response = await send(path, ask);
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const isJson = response.headers["content-type"] === "application/json";
      return {
        status: response.statusCode ?? 0,
        headers: response.headers,
        text,
        body: isJson ? JSON.parse(text) : text,
      };
    },
    async watch(path, ask = {}) {
      const response = await send(path, ask);
      response.on("error", () => undefined);
      const lines = createInterface({ input: response })[Symbol.asyncIterator]();
      return {
        response,
        async next() {
          // A watch that is cut ends in an error here; to the test it is an end.
          const line = lines.next().catch(() => ({ done: true, value: "" }));
          const found = await Promise.race([line, sleep(deadlineMs, null, { ref: false })]);
          if (found === null) throw new Error(`no event within ${deadlineMs} ms`);
          return found.done ? undefined : JSON.parse(found.value);
        },
        close: () => response.destroy(),
      };
    },
  };
}
