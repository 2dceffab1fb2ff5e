import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createShown } from "../../src/store/shown.ts";
import { useTestRedis } from "../support/redis-client.ts";

const store = useTestRedis();

test("nothing is known of a name at first", async () => {
  const shown = createShown(store.redis, "{a}");

  expect(await shown.read("s")).toEqual({
    ...{ id: undefined, attempts: 0, firstAt: 0, lastAt: 0, notes: {} },
    now: expect.any(Number),
  });
  expect(await store.redis.keys("{a}*")).toEqual([]);
});

test("attempts are counted until they are taken back, with the time of the first and the last", async () => {
  const shown = createShown(store.redis, "{b}");

  await shown.intend("s");
  const once = await shown.read("s");
  await sleep(5);
  await shown.intend("s");
  const twice = await shown.read("s");
  await shown.withdraw("s");
  const back = await shown.read("s");
  await shown.withdraw("s");

  expect(Math.abs(once.now - Date.now())).toBeLessThan(60_000);
  expect(once).toMatchObject({ attempts: 1, firstAt: once.lastAt });
  expect(twice).toMatchObject({ attempts: 2, firstAt: once.firstAt });
  expect(twice.lastAt).toBeGreaterThan(once.lastAt);
  expect(back).toMatchObject({ attempts: 1, firstAt: once.firstAt, lastAt: twice.lastAt });
  expect(await shown.read("s")).toMatchObject({ attempts: 0, firstAt: 0, lastAt: 0 });
});

test("the first id stays, and another name knows nothing of it", async () => {
  const shown = createShown(store.redis, "{c}");

  await shown.record("s", "1.1");
  await shown.record("s", "2.2");

  expect((await shown.read("s")).id).toBe("1.1");
  expect((await shown.read("s:again")).id).toBeUndefined();
});

test("notes are kept beside, whatever their names", async () => {
  const shown = createShown(store.redis, "{d}");

  await shown.note("s", { id: "x", attempts: "9" });
  await shown.note("s", { id: "y" });

  expect(await shown.read("s")).toMatchObject({ id: undefined, attempts: 0, notes: { id: "y", attempts: "9" } });
});

test("everything is forgotten after a day", async () => {
  const shown = createShown(store.redis, "{e}");
  await Promise.all([shown.intend("a"), shown.record("b", "1.1"), shown.note("c", { x: "1" })]);

  const left = await Promise.all((await store.redis.keys("{e}*")).map((key) => store.redis.ttl(key)));

  expect(left).toHaveLength(3);
  for (const seconds of left) expect(seconds).toBeGreaterThan(86_000);
});
