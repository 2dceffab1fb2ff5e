/** What Alertmanager is answered, over HTTP and with a real Redis behind it. */
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { alertmanagerRoute, type PublicServer, startPublic } from "../../src/http.ts";
import { tokenCheck } from "../../src/queue/alerts-in.ts";
import { payload } from "../alerts/payloads.ts";
import { waitFor } from "../support/chat.ts";
import { type DurableRedis, startDurableRedis } from "../support/durable-redis.ts";
import { type Alerting, startAlerting } from "./alerting.ts";

const token = "0123456789abcdef0123456789abcdef";
let redis: DurableRedis;
let alerting: Alerting;
let server: PublicServer;
beforeEach(async () => {
  redis = await startDurableRedis();
  alerting = await startAlerting(`redis://127.0.0.1:${redis.port}`, { bindings: [] });
  const log = { warn: () => undefined, error: () => undefined };
  const route = alertmanagerRoute({ isToken: tokenCheck(token), take: alerting.take, log });
  server = await startPublic({ host: "127.0.0.1", port: 0, routes: [route], log });
});
afterEach(async () => {
  await server.close(0);
  await alerting[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

async function send(body: string, authorization = `Bearer ${token}`) {
  const response = await fetch(`${server.url}/alertmanager`, { method: "POST", headers: { authorization }, body });
  return { status: response.status, text: await response.text() };
}
const good = JSON.stringify(payload());

test("a notification is stored, and shown once", async () => {
  expect(await send(good)).toEqual({ status: 200, text: "stored\n" });
  await waitFor(() => alerting.roots().length === 1, 5_000);
});

test.each(["", "Bearer", "Bearer wrong", `Bearer ${token}x`, `Basic ${token}`, token])(
  "%j does not let anybody in, whatever the body is",
  async (authorization) => {
    expect(await send(good, authorization)).toMatchObject({ status: 401 });
    expect((await send("x".repeat(1_000_000), authorization)).text).toContain("alerts.token");
    expect(alerting.shown).toEqual([]);
  },
);

test.each<[string, string, RegExp]>([
  ["truncated", good.slice(0, -20), /no JSON, or ends in the middle/],
  ["empty", "", /no JSON/],
  ["of another version", JSON.stringify({ ...payload(), version: "3" }), /version "3" is not known/],
  ["without alerts", JSON.stringify({ ...payload(), alerts: [] }), /names no alert/],
])("a body that is %s is refused for good, in a sentence", async (_, body, say) => {
  expect(await send(body)).toEqual({ status: 400, text: expect.stringMatching(say) });
});

test("50 MB are refused without being kept, and the next one is taken", async () => {
  const before = process.memoryUsage().rss;
  const chunk = Buffer.alloc(1024 * 1024, 120);
  const { hostname, port } = new URL(server.url);
  const answered = new Promise<number | undefined>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const sending = request({ hostname, port, path: "/alertmanager", method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once("error", reject);
    for (let n = 0; n < 50; n++) sending.write(chunk);
    sending.end();
  });

  expect(await answered).toBe(413);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  expect((await send(good)).status).toBe(200);
});

test("a body that does not come to its end gets no 4xx, after which Alertmanager would not repeat it", async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString();
  });
  socket.on("error", () => undefined);
  socket.write(
    `POST /alertmanager HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-length: 900\r\n\r\n{`,
  );
  await once(socket, "close");

  expect(received).toBe("");
  expect((await send(good)).status).toBe(200);
}, 20_000);

test("10,000 alerts in one notification are one thread with all of them counted", async () => {
  const alerts = Array.from({ length: 10_000 }, (_, n) => ({ labels: { pod: `pod-${n}`, note: "x".repeat(200) } }));

  expect((await send(JSON.stringify(payload({ alerts })))).status).toBe(200);
  await waitFor(() => alerting.roots().length === 1, 10_000);
  expect(JSON.stringify(alerting.roots()[0]?.message)).toContain("10000 firing, 0 resolved");
  expect(JSON.stringify(alerting.roots()[0]).length).toBeLessThan(20_000);
});

test("labels that nobody should write do no harm", async () => {
  const labels = { pod: "<!channel>\u202e", namespace: "../../etc", __proto__x: "y", reason: "'; FLUSHALL" };
  const hostile = JSON.stringify(payload({ alerts: [{ labels }] })).replace("__proto__x", "__proto__");

  expect((await send(hostile)).status).toBe(200);
  await waitFor(() => alerting.roots().length === 1, 5_000);
  expect(({} as Record<string, unknown>)["y"]).toBeUndefined();
});

test("while Redis is away it is 503, which Alertmanager repeats, and never 429", async () => {
  expect((await send(good)).status).toBe(200);
  await redis.kill();

  const later = JSON.stringify(payload({ groupKey: "later" }));
  expect(await send(later)).toEqual({ status: 503, text: "not stored, send it again\n" });
  await redis.start();
  await waitFor(async () => (await send(later)).status === 200, 10_000);
  await waitFor(() => new Set(alerting.roots().map(({ subject }) => subject)).size === 2, 20_000);
}, 60_000);
