import { afterAll, beforeAll, expect, test } from "vitest";
import { type Conversations, createConversations, type Reference } from "../../src/store/conversations.ts";
import { closeRedis, connectProducer, type Redis, waitForRedis } from "../../src/store/redis.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let conversations: Conversations;
beforeAll(async () => {
  server = await startTestRedis();
  redis = connectProducer(server.url, () => undefined);
  await waitForRedis(redis, 5_000);
  conversations = createConversations(redis, "{test}");
});
afterAll(async () => {
  await closeRedis(redis);
  await server[Symbol.asyncDispose]();
});

const at = (serviceUrl: string, group?: string): Reference => ({
  ...{ serviceUrl, bot: "28:b", kind: "channel" },
  ...(group !== undefined && { group }),
});

test("the newest contact counts, for good", async () => {
  await conversations.keep("teams:t1/19:a", at("https://one"));
  await conversations.keep("teams:t1/19:a", at("https://two"));

  expect(await conversations.find("teams:t1/19:a")).toEqual(at("https://two"));
  expect(await redis.pttl("{test}:conversation:teams:t1/19:a")).toBe(-1);
  expect(await conversations.find("teams:t1/19:b")).toBeUndefined();
});

test("what is near is of the same tenant", async () => {
  await conversations.keep("teams:t1/19:a", at("https://one"));
  expect(await conversations.findNear("teams:t1/19:other")).toEqual(at("https://one"));
  expect(await conversations.findNear("teams:t10/19:other")).toBeUndefined();
});

test("a team goes with its channels, and nobody else's", async () => {
  await conversations.keep("teams:t1/19:a", at("https://one", "team-1"));
  await conversations.keep("teams:t1/19:b", at("https://one", "team-1"));
  await conversations.keep("teams:t1/19:c", at("https://one", "team-2"));
  await conversations.keep("teams:t2/19:d", at("https://one", "team-1"));

  await conversations.dropGroup("teams:t1/19:a", "team-1");
  await conversations.drop("teams:t1/19:nothing");

  const left = await Promise.all(
    ["t1/19:a", "t1/19:b", "t1/19:c", "t2/19:d"].map(
      async (name) => (await conversations.find(`teams:${name}`)) !== undefined,
    ),
  );
  expect(left).toEqual([false, false, true, true]);
});
