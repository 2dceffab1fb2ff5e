import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { type PublicOptions, type Route, startPublic } from "../src/http.ts";
import { createLog } from "../src/log.ts";

async function serve(handle: Route["handle"], rest: Partial<PublicOptions> = {}) {
  const lines: string[] = [];
  const log = createLog("info", { write: (line) => lines.push(line) });
  const routes: Route[] = [
    { methods: ["POST"], path: "/slack/events", handle },
    { methods: ["GET", "HEAD"], path: "/artifacts/", handle: (_, response) => void response.end("below") },
  ];
  const server = await startPublic({ host: "127.0.0.1", port: 0, routes, log, ...rest });
  return {
    server,
    lines,
    url: server.url,
    async [Symbol.asyncDispose]() {
      await server.close(0);
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

const echo = async (request: IncomingMessage, response: ServerResponse) => {
  response.end(`got ${await bodyOf(request)}`);
};

/** Sends raw text and returns what came back until the other side closed. */
async function exchange(url: string, text: string): Promise<string> {
  const socket = await open(url);
  socket.write(text);
  return await rest(socket);
}

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  return socket;
}

async function rest(socket: Socket): Promise<string> {
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString();
  });
  socket.on("error", () => undefined);
  if (!socket.closed) await once(socket, "close");
  return received;
}

test("a route gets its request with the body untouched; other paths and methods are refused", async () => {
  await using served = await serve(echo);
  const ask = async (path: string, method: string) => {
    const response = await fetch(`${served.url}${path}`, { method, ...(method === "POST" && { body: "a=1" }) });
    return { status: response.status, text: await response.text(), allow: response.headers.get("allow") };
  };

  expect(await ask("/slack/events?x", "POST")).toEqual({ status: 200, text: "got a=1", allow: null });
  expect(await ask("/artifacts/x", "GET")).toEqual({ status: 200, text: "below", allow: null });
  expect(await ask("/slack/events", "GET")).toEqual({ status: 405, text: "only POST\n", allow: "POST" });
  expect(await ask("/artifacts/x", "DELETE")).toMatchObject({ status: 405, allow: "GET, HEAD" });
  for (const path of ["/", "/slack/events/", "/slack/eventsx", "//slack/events", "/artifacts", "/%73lack/events"])
    expect(await ask(path, "POST")).toEqual({ status: 404, text: "not found\n", allow: null });
  expect(served.lines).toEqual([]);
});

test.each<[string, Route["handle"]]>([
  [
    "throws",
    () => {
      throw Object.assign(new Error("broken"), { body: "canary" });
    },
  ],
  [
    "rejects",
    async (request) => {
      throw Object.assign(new Error("broken"), { body: await bodyOf(request) });
    },
  ],
])("a handler that %s is a 500 and a log line without the body or the address", async (_, handle) => {
  await using served = await serve(handle);

  const response = await fetch(`${served.url}/slack/events?canary`, { method: "POST", body: "canary" });

  expect(response.status).toBe(500);
  expect(await response.text()).toBe("something failed inside the bot\n");
  expect(served.lines.map((line) => JSON.parse(line))).toMatchObject([
    { msg: "request failed", route: "/slack/events", method: "POST", err: "broken" },
  ]);
  expect(served.lines.join("")).not.toContain("canary");
});

test("a handler that fails in the middle of its answer ends the connection", async () => {
  await using served = await serve((_, response) => {
    response.write("half");
    throw new Error("broken");
  });

  const whole = fetch(`${served.url}/slack/events`, { method: "POST" }).then((response) => response.text());

  await expect(whole).rejects.toThrow();
  expect(served.lines.length).toBe(1);
});

test("a handler that never answers is given up", async () => {
  await using served = await serve(() => undefined, { answerWithinMs: 100 });

  expect((await fetch(`${served.url}/slack/events`, { method: "POST" })).status).toBe(503);
});

test("while it closes, a running request finishes and a new one gets a 503 on a connection that ends", async () => {
  let finish = () => {};
  let started = () => {};
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  await using served = await serve(async (_, response) => {
    started();
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    response.end("finished");
  });
  const first = fetch(`${served.url}/slack/events`, { method: "POST" }).then((response) => response.text());
  await running;

  let closed = false;
  const closing = served.server.close(20_000).then(() => {
    closed = true;
  });
  const large = "x".repeat(200_000);
  const second = await fetch(`${served.url}/slack/events`, { method: "POST", body: large });
  expect([second.status, second.headers.get("connection")]).toEqual([503, "close"]);
  expect(closed).toBe(false);
  finish();

  expect(await first).toBe("finished");
  await closing;
  await expect(fetch(`${served.url}/slack/events`, { method: "POST" })).rejects.toThrow();
});

test("it refuses before it closes when told to", async () => {
  await using served = await serve(echo);
  served.server.refuse();

  expect((await fetch(`${served.url}/artifacts/x`)).status).toBe(503);
});

test("closing waits no longer than it was told, whatever runs or lies open", async () => {
  const served = await serve(() => undefined);
  const running = fetch(`${served.url}/slack/events`, { method: "POST" }).catch((error: unknown) => error);
  const idle = await open(served.url);
  const half = await open(served.url);
  half.write("POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n12");
  const ends = [rest(idle), rest(half)];
  await expect.poll(() => half.bytesWritten).toBeGreaterThan(0);

  const before = Date.now();
  await served.server.close(200);

  expect(Date.now() - before).toBeLessThan(5_000);
  expect(await running).toBeInstanceOf(Error);
  await Promise.all(ends);
});

test("a request that is malformed, too large, or never ends holds no connection, whether somebody reads it or not", async () => {
  await using served = await serve(echo);
  const head = "POST /slack/events HTTP/1.1\r\nhost: x\r\n";
  const body = "content-length: 10000000\r\n\r\nstart";

  const [malformed, large, headless, read, unread] = await Promise.all([
    exchange(served.url, "nonsense\r\n\r\n"),
    exchange(served.url, `${head}x: ${"x".repeat(10_000)}\r\n\r\n`),
    exchange(served.url, `${head}x: `),
    exchange(served.url, head + body),
    exchange(served.url, head.replace("/slack/events", "/nothing") + body),
  ]);

  expect(malformed).toMatch(/^HTTP\/1.1 400/);
  expect(large).toMatch(/^HTTP\/1.1 431/);
  expect(headless).toMatch(/^(HTTP\/1.1 408|$)/);
  expect(read).not.toContain("200 OK");
  expect(unread).toMatch(/^HTTP\/1.1 404/);
});

test("an address in use is said", async () => {
  await using served = await serve(echo);
  const { port } = new URL(served.url);

  await expect(serve(echo, { port: Number(port) })).rejects.toThrow("EADDRINUSE");
});
