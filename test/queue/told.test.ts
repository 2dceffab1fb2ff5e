/** "Working" is followed by an answer and "not taken" by none, whatever happens between the program and its Redis. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandId } from "../../src/queue/dispatch.ts";
import { everySource, quick } from "../support/findings.ts";
import { startProxy, type Wire } from "../support/proxy.ts";
import { startQueue } from "../support/queue.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

/** A queue whose workers reach Redis and whose door reaches it over a wire that can be cut. */
async function startBehindWire() {
  const { hostname, port } = new URL(redis.url);
  const proxy = await startProxy({ host: hostname, port: Number(port) });
  const queue = await startQueue(redis.url, everySource(quick()), { door: `redis://127.0.0.1:${proxy.port}` });
  await queue.ask("help"); // everything that is sent once per connection has been sent
  return {
    queue,
    proxy,
    async [Symbol.asyncDispose]() {
      await queue[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

/** As long as the door of a chat waits. */
const patienceMs = 150;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("a command that was stored although its reply was lost is not answered after 'not taken'", async () => {
  await using ground = await startBehindWire();
  const { queue, proxy } = ground;

  proxy.set("replies held");
  const dispatched = await queue.dispatch("drops deathstar", { key: "lost", patienceMs });
  const stored = await queue.commands.getJob(commandId("lost"));
  proxy.set("open");

  expect([dispatched.status, stored?.data.record.text]).toEqual(["not_taken", "drops deathstar"]);
  expect(await queue.session.next(7_000)).toBeUndefined();
}, 20_000);

test("the same when the door's connection stays silent until it is given up", async () => {
  await using ground = await startBehindWire();
  const { queue, proxy } = ground;

  proxy.set("replies held");
  const lost = await queue.dispatch("drops deathstar", { patienceMs });
  proxy.set("silent");
  const silent = await queue.dispatch("drops deathstar", { patienceMs });
  const reopened = pause(3_500).then(() => proxy.set("open"));

  expect([lost.status, silent.status]).toEqual(["not_taken", "not_taken"]);
  expect(await queue.session.next(8_000)).toBeUndefined();
  await reopened;
  expect((await queue.ask("help")).delivery?.answer?.command).toBe("help");
}, 30_000);

test("a request that its platform repeats is answered once, also when the first one was stored unseen", async () => {
  await using ground = await startBehindWire();
  const { queue, proxy } = ground;
  const request = { key: "event", repeats: true, patienceMs };

  proxy.set("replies held");
  const first = await queue.dispatch("drops deathstar", request);
  proxy.set("open");
  const second = await queue.dispatch("drops deathstar", { ...request, patienceMs: 5_000 });

  expect([first.status, second.status]).toEqual(["not_taken", "working"]);
  expect((await queue.session.next(10_000))?.answer?.command).toBe("drops");
  expect(await queue.session.next(1_000)).toBeUndefined();
}, 20_000);

test("what one request was told holds for its repetition", async () => {
  await using ground = await startBehindWire();
  const { queue, proxy } = ground;

  proxy.set("replies held");
  await queue.dispatch("help", { key: "told", patienceMs });
  proxy.set("open");
  await pause(300);

  expect((await queue.dispatch("help", { key: "told" })).status).toBe("not_taken");
});

test("a command whose door died before it said anything is answered", async () => {
  await using queue = await startQueue(redis.url, everySource(quick()));
  const now = Date.now();
  const id = randomUUID().replaceAll("-", "");
  const { conversation } = queue.session;
  const times = { askedAt: now, takenAt: now, deadlineAt: now + 10_000 };
  const record = { id, text: "drops deathstar", ...times, clusters: ["lab"], visible: {}, place: {}, conversation };

  await queue.commands.add("step", { record, round: 0, asked: 0 }, { jobId: id });

  expect((await queue.session.next(9_000))?.answer?.command).toBe("drops");
}, 20_000);

test("wires break at random: everything told 'working' is answered once, everything told 'not taken' never", async () => {
  await using ground = await startBehindWire();
  const { queue, proxy } = ground;
  const wires: Wire[] = ["replies held", "silent", "cut"];
  const told = new Map<string, number>();
  let slowest = 0;

  for (let round = 0; round < 12; round++) {
    const breaking = pause(round).then(() => proxy.set(wires[round % 3] ?? "cut"));
    const asked = Array.from({ length: 12 }, async (_, at) => {
      await pause(at);
      const started = performance.now();
      const dispatched = await queue.dispatch("help", { patienceMs });
      slowest = Math.max(slowest, performance.now() - started);
      told.set(dispatched.status, (told.get(dispatched.status) ?? 0) + 1);
    });
    await Promise.all([breaking, ...asked]);
    await pause(100);
    proxy.set("open");
    await pause(400);
  }

  let answers = 0;
  while (await queue.session.next(7_000)) answers++;
  expect({ answers, told: [...told.keys()].sort() }).toEqual({
    answers: told.get("working"),
    told: ["not_taken", "working"],
  });
  expect(slowest).toBeLessThan(2_000);
}, 60_000);
