import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createBuckets } from "../../src/store/bucket.ts";
import { closeRedis, connectProducer, waitForRedis } from "../../src/store/redis.ts";
import { useTestRedis } from "../support/redis-client.ts";

const store = useTestRedis();

test("a burst passes at once, the next one is told how long to wait", async () => {
  const buckets = createBuckets(store.redis, "{a}");
  const rate = { burst: 3, perSecond: 0.1 };

  const waits = [];
  for (let take = 0; take < 5; take++) waits.push(await buckets.take("b", rate));

  expect(waits.slice(0, 3)).toEqual([0, 0, 0]);
  for (const wait of waits.slice(3)) {
    expect(wait).toBeGreaterThan(5_000);
    expect(wait).toBeLessThanOrEqual(10_000);
  }
});

test("a refused one takes nothing: after the wait exactly one passes", async () => {
  const buckets = createBuckets(store.redis, "{b}");
  const rate = { burst: 1, perSecond: 5 };
  await buckets.take("b", rate);
  await buckets.take("b", rate);

  const wait = await buckets.take("b", rate);
  await sleep(wait + 5);

  expect(wait).toBeGreaterThan(0);
  expect(await buckets.take("b", rate)).toBe(0);
});

test("of many at once no more pass than the burst", async () => {
  const other = connectProducer(store.url, () => undefined);
  await waitForRedis(other, 5_000);
  const both = [createBuckets(store.redis, "{c}"), createBuckets(other, "{c}")];

  const waits = await Promise.all(
    Array.from({ length: 60 }, (_, at) => both[at % 2]?.take("b", { burst: 7, perSecond: 0.01 })),
  );
  await closeRedis(other);

  expect(waits.filter((wait) => wait === 0)).toHaveLength(7);
});

test("buckets are separate, and a full one takes no memory", async () => {
  const buckets = createBuckets(store.redis, "{d}");
  await buckets.take("x", { burst: 1, perSecond: 0.01 });

  expect(await buckets.take("y", { burst: 1, perSecond: 100 })).toBe(0);
  await expect.poll(() => store.redis.keys("{d}*"), { timeout: 5_000 }).toEqual(["{d}:bucket:x"]);
});
