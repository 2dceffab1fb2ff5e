import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createAnswers } from "../../src/store/answers.ts";
import { useTestRedis } from "../support/redis-client.ts";

const server = useTestRedis();
let count = 0;
const open = (limits: { ttlMs?: number; mostBytes?: number; mostHere?: number; mostBytesOfAll?: number } = {}) => {
  const prefix = `{test-${count++}}`;
  const answers = createAnswers<unknown>({ redis: server.redis, prefix, ttlMs: 60_000, ...limits });
  return { prefix, ...answers };
};
const here = "slack:T1/C1";

test("an answer is found by a short id, in its team and nowhere else", async () => {
  const { keep, find } = open();
  const kept = { packets: 3, names: ["ü"] };

  const id = (await keep("command", here, kept)) ?? "";

  expect(id).toMatch(/^[2-9bcdfghjkmnpqrstvwxyz]{4}$/);
  expect(await find(id, here)).toEqual(kept);
  expect(await find(id, "slack:T1/C2")).toEqual(kept);
  expect(await find(id, "slack:T2/C1")).toBeUndefined();
  expect(await find(id, "teams:T1/C1")).toBeUndefined();
  expect(await find("zzzz", here)).toBeUndefined();
});

test("kept twice it is one, and stays as it was", async () => {
  const { prefix, keep, find } = open();

  const first = await keep("command", here, 1);
  const second = await keep("command", here, 2);

  expect(second).toBe(first);
  expect(await find(first ?? "", here)).toBe(1);
  expect(await server.redis.zcard(`${prefix}:answers`)).toBe(1);
});

test("where another answer has the id, it is a letter longer; in another team the id is free", async () => {
  const { prefix, keep, find } = open();
  const short = (await keep("command", here, "other")) ?? "";
  await server.redis.hset(`${prefix}:answer:slack:T1/${short}`, "command", "another command");

  const long = (await keep("command", here, "own")) ?? "";

  expect(long).toMatch(new RegExp(`^${short}.$`));
  expect(await find(long, here)).toBe("own");
  expect(await find(short, here)).toBe("other");
  expect(await keep("command", "slack:T2/C1", "own")).toBe(short);
});

test("expires, with all that is known of it", async () => {
  const { prefix, keep, find } = open({ ttlMs: 300 });
  const id = (await keep("command", here, 1)) ?? "";

  await expect.poll(() => find(id, here), { timeout: 15_000 }).toBeUndefined();
  await expect.poll(() => server.redis.keys(`${prefix}:answer*`), { timeout: 15_000 }).toEqual([]);
});

test("one that is too large is not kept", async () => {
  const { prefix, keep } = open({ mostBytes: 2_000 });

  expect(await keep("large", here, randomBytes(4_000).toString("hex"))).toBeUndefined();
  expect(await keep("deflates well", here, "x".repeat(4_000))).toBeDefined();
  expect(await server.redis.zcard(`${prefix}:answers`)).toBe(1);
});

test("of one conversation the last ones stay, whatever others keep", async () => {
  const { keep, find } = open({ mostHere: 3 });
  const other = (await keep("other", "slack:T1/C2", "other")) ?? "";
  const ids: string[] = [];
  for (let at = 0; at < 5; at++) {
    ids.push((await keep(`command-${at}`, here, at)) ?? "");
    await new Promise((resolve) => setTimeout(resolve, 3)); // by Redis' clock, in milliseconds
  }

  expect(await Promise.all(ids.map((id) => find(id, here)))).toEqual([undefined, undefined, 2, 3, 4]);
  expect(await find(other, here)).toBe("other");
});

test("all together take no more than they may; the oldest go first, and the count stays right", async () => {
  const most = 20_000;
  const { prefix, keep, find } = open({ mostBytesOfAll: most });
  const ids: string[] = [];
  for (let at = 0; at < 30; at++) {
    ids.push((await keep(`command-${at}`, `slack:T1/C${at}`, randomBytes(1_000).toString("base64"))) ?? "");
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  const found = await Promise.all(ids.map((id) => find(id, here)));
  const left = found.filter((kept) => kept !== undefined).length;
  const held = await server.redis.zrange(`${prefix}:answers`, 0, "-1");
  const bytes = held.reduce((sum, member) => sum + Number(member.slice(member.lastIndexOf(":") + 1)), 0);

  expect(left).toBeGreaterThan(10);
  expect(left).toBeLessThan(30);
  expect(found.slice(-left).every((kept) => kept !== undefined)).toBe(true);
  expect(held).toHaveLength(left);
  expect(bytes).toBeLessThanOrEqual(most);
  expect(await server.redis.get(`${prefix}:answers-bytes`)).toBe(String(bytes));
  expect((await server.redis.keys(`${prefix}:answer:*`)).length).toBe(left);
});
