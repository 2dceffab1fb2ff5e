import { type AddressInfo, createServer, type Socket } from "node:net";

import { expect, test } from "vitest";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { createDispatch } from "../../src/queue/dispatch.ts";
import { openQueue, queueNames, type StepJob } from "../../src/queue/jobs.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { closeRedis, connectProducer, waitForRedis } from "../../src/store/redis.ts";
import { startTestRedis } from "../support/redis.ts";

const invocation = {
  key: "k",
  conversation: "terminal:x",
  text: "help",
  askedAt: 0,
  clusters: ["lab"],
  visible: {},
  place: {},
  repeats: false,
  patienceMs: 1_000,
};

test("a command is not taken, at once and with a sentence, when Redis was never there", async () => {
  const redis = connectProducer("redis://127.0.0.1:1", () => undefined);
  redis.connect().catch(() => undefined);
  const queue = openQueue<StepJob>(queueNames.commands, redis, "{t}");
  queue.on("error", () => undefined);
  const started = performance.now();

  const dispatched = await createDispatch({
    commands: queue,
    redis,
    ledger: createLedger(redis, "{t}"),
    metrics: createMetrics(),
    log: createLog("silent"),
  })(invocation);

  expect(dispatched).toMatchObject({ status: "not_taken" });
  expect(performance.now() - started).toBeLessThan(2_000);
  await queue.close();
  await closeRedis(redis);
});

test("a command is not taken when Redis goes away, and taken when it is there", async () => {
  const server = await startTestRedis();
  const redis = connectProducer(server.url, () => undefined);
  await waitForRedis(redis, 5_000);
  const queue = openQueue<StepJob>(queueNames.commands, redis, "{t}");
  queue.on("error", () => undefined);
  const dispatch = createDispatch({
    commands: queue,
    redis,
    ledger: createLedger(redis, "{t}"),
    metrics: createMetrics(),
    log: createLog("silent"),
  });

  const before = await dispatch(invocation);
  await server[Symbol.asyncDispose]();
  const after = await dispatch({ ...invocation, key: "other" });

  expect([before.status, after.status]).toEqual(["working", "not_taken"]);
  await queue.close();
  await closeRedis(redis);
});

test("waiting for a Redis that accepts and says nothing ends in a sentence with its address", async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  const redis = connectProducer(`redis://127.0.0.1:${port}`, () => undefined);

  await expect(waitForRedis(redis, 300)).rejects.toMatchObject({
    code: "UNREACHABLE",
    say: expect.stringContaining(`127.0.0.1:${port}`),
  });

  redis.disconnect();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));
});
