import { once } from "node:events";
import { existsSync } from "node:fs";
import { createConnection } from "node:net";
import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { startTestRedis } from "../../support/redis.ts";

test("a private Redis answers, keeps nothing on disk and refuses writes before it evicts", async () => {
  await using redis = await startTestRedis();
  const client = new Redis(redis.url);
  try {
    expect(await client.ping()).toBe("PONG");
    expect(await client.config("GET", "save")).toEqual(["save", ""]);
    expect(await client.config("GET", "appendonly")).toEqual(["appendonly", "no"]);
    expect(await client.config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "noeviction"]);
    expect(await client.config("GET", "bind")).toEqual(["bind", "127.0.0.1"]);
  } finally {
    client.disconnect();
  }
});

test("nothing is left of a Redis that was closed", async () => {
  const redis = await startTestRedis();
  const client = new Redis(redis.url);
  const [, directory = ""] = (await client.config("GET", "dir")) as string[];
  expect(existsSync(directory)).toBe(true);
  client.disconnect();
  await redis[Symbol.asyncDispose]();
  expect(existsSync(directory)).toBe(false);
  await expect(connect(Number(new URL(redis.url).port))).rejects.toThrow("ECONNREFUSED");
});

test("two of them do not share anything", async () => {
  await using one = await startTestRedis();
  await using two = await startTestRedis();
  expect(one.url).not.toBe(two.url);
});

async function connect(port: number): Promise<void> {
  const socket = createConnection({ host: "127.0.0.1", port });
  await once(socket, "connect");
  socket.destroy();
}
