import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { type ChangeBounds, type Commit, changeBounds, createChangeStore } from "../../src/store/changes.ts";
import { useTestRedis } from "../support/redis-client.ts";

const server = useTestRedis();
const now = 1_790_000_000_000;

function start(bounds: Partial<ChangeBounds> = {}) {
  const prefix = `{test-${randomUUID().slice(0, 8)}}`;
  const store = createChangeStore(server.redis, prefix, { ...changeBounds, ...bounds });
  const put = (key: string, more: Partial<Commit> = {}) =>
    store.commit("c", { key, expected: "", head: `head of ${key}`, gone: false, text: null, now, ...more });
  return { prefix, store, put };
}
const change = (id: string, at = now, kind = "policy") => ({ id, kind, at, body: Buffer.from(`body of ${id}`) });

test("who expects another head writes nothing and learns which there is", async () => {
  const { store, put } = start();
  const [first, second] = await Promise.all([
    put("a", { change: change("1") }),
    put("a", { head: "x", change: change("2") }),
  ]);

  expect([first, second]).toEqual([null, "head of a"]);
  expect((await store.changes("c", "policy", 0, 10)).map(String)).toEqual(["body of 1"]);
  expect(await put("gone", { expected: "something" })).toBe("");
});

test("texts are bounded in bytes, the oldest go first; a head stays", async () => {
  const { store, put } = start({ textBytes: 10_000 });
  for (let at = 0; at < 30; at++) await put(`k${at}`, { text: Buffer.alloc(900, at), now: now + at });

  expect(await store.bytes("c")).toBeLessThanOrEqual(10_000);
  expect(await store.bytes("c")).toBeGreaterThan(8_000);
  expect(await store.text("c", "k0")).toBeNull();
  expect(await store.text("c", "k29")).toEqual(Buffer.alloc(900, 29));
  expect((await store.heads("c")).size).toBe(30);
  await put("k29", { expected: "head of k29", head: "next", text: Buffer.alloc(9_900, 1), now: now + 40 });
  expect(await store.text("c", "k28")).toBeNull();
});

test("changes are bounded by kind and age, so that one kind never pushes out another", async () => {
  const { store, put } = start({ keepMs: 1_000, changes: { policy: 5, workload: 3 } });
  await put("p", { change: change("p") });
  for (let at = 0; at < 10; at++) await put(`w${at}`, { change: change(`w${at}`, now + at, "workload") });
  const ids = async (kind: string, since = 0) =>
    (await store.changes("c", kind, since, 10)).map((body) => String(body).replace("body of ", ""));

  expect(await ids("workload")).toEqual(["w9", "w8", "w7"]);
  expect(await ids("workload", now + 9)).toEqual(["w9"]);
  expect(await ids("policy")).toEqual(["p"]);
  await put("q", { now: now + 2_000, change: change("q", now + 2_000) });
  expect(await ids("policy")).toEqual(["q"]);
});

test("no more objects than are allowed, and graves are forgotten after a day", async () => {
  const { store, put } = start({ heads: 3 });
  for (const key of ["a", "b", "c", "d"]) await put(key, { gone: key === "a" });

  expect([...(await store.heads("c")).keys()].sort()).toEqual(["a", "b", "c"]);
  await put("b", { expected: "head of b", head: "next", now: now + 25 * 3_600_000 });
  expect([...(await store.heads("c")).keys()].sort()).toEqual(["b", "c"]);
});

test("signs of life: since when, until when, and the newest five breaks", async () => {
  const { prefix, store } = start();
  for (const minutes of [0, 0.5, 10, 20, 20.5, 30, 40, 50, 60])
    await store.watched("c", "nodes", now + minutes * 60_000);
  // A watcher whose clock is behind.
  await store.watched("c", "nodes", now + 59 * 60_000);
  const reach = (await store.reach("c")).get("nodes");

  expect(reach).toMatchObject({ since: now, until: now + 3_600_000 });
  expect(reach?.gaps.map(({ from, to }) => [(from - now) / 60_000, (to - now) / 60_000])).toEqual([
    [50, 60],
    [40, 50],
    [30, 40],
    [20.5, 30],
    [10, 20],
  ]);
  const left = await server.redis.pttl(`${prefix}:changes:watch:c`);
  expect(left).toBeGreaterThan(changeBounds.keepMs);
});
