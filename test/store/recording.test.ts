import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRecordingStore, type Entry, entryOverhead, type RecordingStore } from "../../src/store/recording.ts";
import { closeRedis, connectProducer, type Redis, waitForRedis } from "../../src/store/redis.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let store: RecordingStore;
beforeAll(async () => {
  server = await startTestRedis();
  redis = connectProducer(server.url, () => undefined);
  await waitForRedis(redis, 5_000);
  store = createRecordingStore(redis, "{test}");
});
afterAll(async () => {
  await closeRedis(redis);
  await server[Symbol.asyncDispose]();
});
beforeEach(() => redis.flushall());

const bounds = { keepMs: 60_000, maxBytes: 1_000_000 };
const said = { ...bounds, reach: undefined, shed: 0 };
const leaseMs = 3_000;

function entry(from: number, more: Partial<Entry> = {}): Entry {
  return { kind: "flows", from, to: from + 10, count: 3, payload: Buffer.from(`payload ${from}`), ...more };
}

async function takenBy(holder: string) {
  const lease = await store.take("lab", holder, leaseMs);
  if (lease === undefined) throw new Error(`${holder} did not get the lease`);
  return lease;
}

test("one holds the lease; the next one's token is higher", async () => {
  const first = await takenBy("a");
  expect(await store.take("lab", "b", leaseMs)).toBeUndefined();
  expect((await store.state("lab")).leader).toBe("a");
  expect((await store.take("other", "b", leaseMs))?.token).toBe(1);
  await store.release("lab", { token: 9, holder: "b" });
  expect(await store.take("lab", "b", leaseMs)).toBeUndefined();
  await store.release("lab", first);
  expect((await takenBy("b")).token).toBeGreaterThan(first.token);
});

test("after its lease was taken, a leader neither writes nor renews", async () => {
  const stale = await takenBy("a");
  expect(await store.append("lab", stale, 1, [entry(1)], bounds)).toBe(true);
  await redis.del("{test}:recording-lease:lab"); // it ran out
  const fresh = await takenBy("b");
  expect(await store.append("lab", stale, 2, [entry(2)], bounds)).toBe(false);
  expect(await store.renew("lab", stale, leaseMs, said)).toBe(false);
  expect((await store.state("lab")).leader).toBe("b");
  expect(await store.append("lab", fresh, 1, [entry(3)], bounds)).toBe(true);
  expect((await store.page("lab", 0, 10)).map(({ from }) => from)).toEqual([1, 3]);
});

test("the same token of another holder, as after Redis lost its memory, writes nothing", async () => {
  const before = await takenBy("a");
  await redis.flushall();
  const after = await takenBy("b");
  expect(after.token).toBe(before.token);
  expect(await store.append("lab", before, 1, [entry(1)], bounds)).toBe(false);
});

test("a lease that ran out while nobody wanted it goes on", async () => {
  const lease = await takenBy("a");
  await redis.del("{test}:recording-lease:lab");
  expect(await store.renew("lab", lease, leaseMs, said)).toBe(true);
  expect(await store.take("lab", "b", leaseMs)).toBeUndefined();
});

test("an append that is repeated is stored once", async () => {
  const lease = await takenBy("a");
  for (const sequence of [1, 1, 2, 1, 2]) await store.append("lab", lease, sequence, [entry(sequence)], bounds);
  expect((await store.page("lab", 0, 10)).map(({ from }) => from)).toEqual([1, 2]);
  expect((await store.state("lab")).flows).toBe(6);
});

test("entries come back as they were, page by page, in both directions", async () => {
  const lease = await takenBy("a");
  const payload = Buffer.from([0, 255, 10, 13, 128, 0]);
  const entries = [entry(5, { payload }), entry(6, { kind: "notes", count: 1 }), entry(7)];
  await store.append("lab", lease, 1, entries, bounds);
  const [first, second] = await store.page("lab", 0, 2);
  expect(first).toEqual({ id: first?.id, ...entries[0] });
  expect(second).toEqual({ id: second?.id, ...entries[1] });
  expect((await store.page("lab", second?.id ?? "", 2)).map(({ from }) => from)).toEqual([7]);
  const back = await store.pageBack("lab", undefined, 2);
  expect(back.map(({ from }) => from)).toEqual([7, 6]);
  expect((await store.pageBack("lab", back[1]?.id, 2)).map(({ from }) => from)).toEqual([5]);
  expect(await store.page("lab", Date.now() + 60_000, 2)).toEqual([]);
});

test("bytes are counted exactly and never above their bound; what went is remembered", async () => {
  const lease = await takenBy("a");
  const payload = Buffer.alloc(900);
  const maxBytes = 10 * (900 + entryOverhead);
  for (let at = 1; at <= 30; at++)
    await store.append("lab", lease, at, [entry(at * 100, { payload })], { ...bounds, maxBytes });
  const kept = await store.page("lab", 0, 100);
  expect(kept.map(({ from }) => from)).toEqual(Array.from({ length: 10 }, (_, at) => (21 + at) * 100));
  expect(await store.state("lab")).toMatchObject({ bytes: maxBytes, trimmed: 2_010, flows: 90 });
  expect(await store.memory("lab")).toBeGreaterThan(9_000);
});

test("what is too old goes, also when nothing new comes", async () => {
  const lease = await takenBy("a");
  await store.append("lab", lease, 1, [entry(100)], bounds);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(await store.renew("lab", lease, leaseMs, { ...said, keepMs: 20 })).toBe(true);
  expect(await store.page("lab", 0, 10)).toEqual([]);
});

test("what a leader says of itself is read; an empty recording says nothing", async () => {
  expect(await store.state("lab")).toEqual({
    reach: undefined,
    trimmed: 0,
    bytes: 0,
    flows: 0,
    shed: 0,
    leader: undefined,
  });
  const lease = await takenBy("a");
  await store.renew("lab", lease, leaseMs, { ...said, reach: "text", shed: 7 });
  await store.renew("lab", lease, leaseMs, { ...said, shed: 8 });
  expect(await store.state("lab")).toMatchObject({ reach: "text", shed: 8, leader: "a" });
});

test("keys go with their last entry's age", async () => {
  const lease = await takenBy("a");
  await store.append("lab", lease, 1, [entry(1)], bounds);
  for (const key of ["recording", "recording-state"]) {
    const ttl = await redis.pttl(`{test}:${key}:lab`);
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(bounds.keepMs);
  }
});
