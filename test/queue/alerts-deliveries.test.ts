/** The outbox as alerts use it: roots that replace each other, and the log that people ask for. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { BotError } from "../../src/errors.ts";
import type { Delivery } from "../../src/message/delivery.ts";
import { inlineText, messageText } from "../../src/message/text.ts";
import { deliveriesMessage } from "../../src/queue/deliveries-text.ts";
import { createDeliveryLog } from "../../src/store/delivery-log.ts";
import { waitFor } from "../support/chat.ts";
import { startQueue } from "../support/queue.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const conversation = "slack:T1/C1";
const message = (title: string) => ({ tone: "info", title, blocks: [] }) as const;
const given = (id: string, rest: Partial<Delivery>): Delivery => ({
  ...{ id, subject: id, conversation, place: {}, kind: "answer", at: Date.now(), message: message(id), answer: null },
  ...rest,
});
const root = (version: number) => given(`root-${version}`, { subject: "incident", lasts: true });
const line = (id: string) => given(id, { place: { under: "incident" } });

test("of waiting roots only the newest is shown, in front of the lines that need it; a refusal is counted with its reason", async () => {
  const posted: string[] = [];
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const post = async ({ id }: Delivery): Promise<void> => {
    posted.push(id);
    if (posted.length === 1) await gate;
    if (id === "late" && posted.filter((one) => one === id).length === 1)
      throw new BotError("OVERLOADED", "429", { say: "Slack takes no more.", retryAfterMs: 100 });
    if (id === "never") throw new BotError("REFUSED", "too late", { say: "The thread is gone." });
  };
  await using queue = await startQueue(redis.url, {}, { platforms: [{ name: "slack", post }] });
  const log = createDeliveryLog(queue.redis, queue.prefix);

  await queue.deliver(root(1));
  await waitFor(() => posted.length === 1, 5_000);
  for (const delivery of [line("first"), root(2), root(3), root(4), line("late"), line("never"), root(4)])
    await queue.deliver(delivery);
  expect((await log.read(conversation)).pending).toBe(4);
  release();
  await waitFor(async () => (await log.read(conversation)).givenUp === 1, 10_000);

  expect(posted).toEqual(["root-1", "root-4", "first", "late", "late", "never"]);
  const counts = await log.read(conversation);
  expect(counts).toMatchObject({ stored: 7, merged: 2, sent: 4, retried: 1, givenUp: 1 });
  expect(counts.problem).toMatchObject({ say: "The thread is gone.", retryAt: null });
  const text = messageText(deliveriesMessage(counts, Date.now()));
  expect(text).toContain("4 shown");
  expect(text).toContain("The thread is gone.");
}, 20_000);

test("the command tells of the conversation in which it is asked", async () => {
  await using queue = await startQueue(redis.url, {});
  await queue.ask("help");

  const { delivery } = await queue.ask("deliveries");

  expect(inlineText(delivery?.message.title ?? "")).toMatch(/^In the last week: 1 shown, 0 waiting, 0 given up/);
});

test("the state of an incident goes before lines that wait, but never before what is on its way", async () => {
  await using queue = await startQueue(redis.url, {});
  const quiet = "quiet:a";
  const other = given("other-1", { conversation: quiet, subject: "other", lasts: true });
  for (const delivery of [line("a"), line("b"), root(1), line("c"), other, root(2)])
    await queue.outbox.append({ ...delivery, conversation: quiet });

  const texts = await queue.redis.lrange(`${queue.prefix}:outbox:${quiet}`, 0, -1);
  expect(texts.map((text) => (JSON.parse(text) as Delivery).id)).toEqual(["a", "root-2", "other-1", "b", "c"]);
});
