/** A storm's thread: what was dropped, and at its end a file with every group. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Member } from "../../src/alerts/storm.ts";
import type { Delivery } from "../../src/message/delivery.ts";
import { type AlertJob, alertQueue } from "../../src/queue/alerts-jobs.ts";
import { type StormOptions, showStorm } from "../../src/queue/alerts-storm.ts";
import type { Invocation } from "../../src/queue/dispatch.ts";
import { openQueue } from "../../src/queue/jobs.ts";
import { createFiles } from "../../src/store/artifacts.ts";
import { createStorms } from "../../src/store/storms.ts";
import { cluster, startQueue } from "../support/queue.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const conversation = "slack:T1/C1";
const everything = { match: "slack:C1", clusters: ["*"], namespaces: ["*"], commands: ["*"] };
const member = (n: number): Member => ({
  ...{ title: "Drops", where: `shop/pod-${n}`, cluster, severity: "critical", firing: n % 2 === 0, alerts: 1 },
  ...{ since: 1_000, endedAt: 0 },
});

test.each([
  ["what was dropped is asked once and in its thread", [everything], 1],
  ["a channel that may not ask gets the table alone", [{ ...everything, commands: ["help"] }], 0],
])("%s; the file comes with its end", async (_, bindings, asks) => {
  await using bench = await startQueue(redis.url, {});
  const { redis: store, prefix } = bench;
  const [storms, files] = [createStorms(store, prefix), createFiles({ redis: store, prefix })];
  const queue = openQueue<AlertJob>(alertQueue, store, prefix);
  const delivered: Delivery[] = [];
  const asked: Invocation[] = [];
  const options: StormOptions = {
    ...{ queue, storms, files, fileTtlMs: 60_000, bindings, contact: "#platform", clusters: [cluster] },
    deliver: async (delivery) => void delivered.push(delivery),
    dispatch: async (invocation) => {
      asked.push(invocation);
      return await bench.send(invocation);
    },
  };
  for (let n = 0; n <= 3; n++) await storms.open(conversation, `thread-${n}`, 2);
  const storm = await storms.open(conversation, "thread-3", 2);
  for (let n = 0; n < 5; n++) await storms.put(conversation, storm, `key-${n}`, JSON.stringify(member(n)));
  const job = { kind: "storm", conversation, storm } as const;

  await showStorm(job, options);
  await showStorm(job, options);
  const subject = delivered[0]?.subject;
  expect(new Set(delivered.map((one) => one.message.title))).toEqual(
    new Set(["Alert storm: 5 groups of alerts, 3 firing, 2 resolved"]),
  );
  expect(new Set(asked.map(({ key }) => key)).size).toBe(asks);
  for (const { text, place } of asked) {
    expect(text).toMatch(/^drops ns\/shop --since \S+ --cluster lab$/);
    expect(place).toEqual({ under: subject });
  }

  await store.del(`${prefix}:storm:${conversation}`);
  await showStorm(job, options);
  const [root, line] = delivered.slice(-2);
  expect(root?.message.title).toBe("Alert storm, over: 5 groups of alerts, 3 firing, 2 resolved");
  expect(line?.place).toEqual({ under: subject });
  const [file] = line?.answer?.files ?? [];
  expect(file?.name).toMatch(/^alert-storm-.*\.csv$/);
  const csv = (await files.find(file?.id ?? ""))?.body.toString("utf8") ?? "";
  expect(csv.trim().split("\r\n")).toHaveLength(6);
  await queue.close();
});
