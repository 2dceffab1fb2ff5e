import { expect, test } from "vitest";
import { createRunningWork } from "../../src/store/running.ts";
import { useTestRedis } from "../support/redis-client.ts";

const store = useTestRedis();
const [ann, bob] = [
  { conversation: "slack:T1/C1", person: "U1" },
  { conversation: "slack:T1/C1", person: "U2" },
];
const command = "0".repeat(32);

test("whoever asked stops it and an admin does, there alone; the others learn whose it is", async () => {
  const work = createRunningWork(store.redis, "{a}");
  await work.open(command, { ...ann, name: "ann" }, 60_000);

  expect(await work.stop(command, { ...bob, admin: false })).toEqual({ is: "refused", name: "ann" });
  expect(await work.stop(command, { conversation: ann.conversation, admin: false })).toMatchObject({ is: "refused" });
  expect(await work.stop(command, { ...ann, conversation: "slack:T1/C2", admin: true })).toEqual({ is: "nothing" });
  expect(await work.isStopped(command)).toBe(false);
  expect(await work.stop(command, { ...bob, admin: true })).toEqual({ is: "stopping" });
  expect(await work.isStopped(command)).toBe(true);

  await work.open("1".repeat(32), ann, 60_000);
  expect(await work.stop("1".repeat(32), { ...bob, admin: false })).toEqual({ is: "refused", name: undefined });
  expect(await work.stop("1".repeat(32), { ...ann, admin: false })).toEqual({ is: "stopping" });
});

test("in a terminal nobody says who asked: what runs there is whoever's who sits there", async () => {
  const work = createRunningWork(store.redis, "{b}");
  await work.open(command, { conversation: "terminal:1" }, 60_000);
  expect(await work.stop(command, { conversation: "terminal:1", admin: false })).toEqual({ is: "stopping" });
});

test("who asked is known as long as it may run, and no longer", async () => {
  const work = createRunningWork(store.redis, "{c}");
  await work.open(command, { ...ann, name: "ann" }, 60_000);
  expect(await store.redis.pttl(`{c}:running:${command}`)).toBeGreaterThan(50_000);
  await work.open(command, ann, 1);
  await expect.poll(() => store.redis.keys("{c}:*"), { timeout: 5_000 }).toEqual([]);

  await work.open(command, ann, 60_000);
  await work.close(command);
  expect(await work.stop(command, { ...ann, admin: true })).toEqual({ is: "nothing" });
  expect(await store.redis.keys("{c}:*")).toEqual([]);
});
