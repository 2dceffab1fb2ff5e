import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BotError, type ErrorCode } from "../../src/errors.ts";
import { answerId, type Delivery } from "../../src/message/delivery.ts";
import type { Platform } from "../../src/platforms/platform.ts";
import { startQueue } from "../support/queue.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

/** A platform that shows what it is given, and fails where `failures` still has something for that message's title. */
function createBoard(failures: Record<string, BotError[]> = {}) {
  const shown: { readonly at: number; readonly delivery: Delivery }[] = [];
  const platform: Platform = {
    name: "board",
    async post(delivery) {
      const failure = failures[delivery.message.title]?.shift();
      if (failure) throw failure;
      shown.push({ at: Date.now(), delivery });
    },
  };
  return { platform, shown, titles: () => shown.map(({ delivery }) => delivery.message.title) };
}

const delivery = (title: string, options: Partial<Delivery> = {}): Delivery => ({
  id: randomUUID(),
  conversation: "board:a",
  place: {},
  subject: randomUUID(),
  kind: "answer",
  at: Date.now(),
  message: { tone: "info", title, blocks: [] },
  answer: null,
  ...options,
});

async function until(holds: () => boolean, ms = 10_000) {
  const end = Date.now() + ms;
  while (!holds() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
}

const failure = (code: ErrorCode, retryAfterMs?: number) =>
  new BotError(code, "on purpose", retryAfterMs === undefined ? {} : { retryAfterMs });

test("a person in a chat sees that work has begun, then the answer, about the same subject", async () => {
  const { platform, shown } = createBoard();
  await using queue = await startQueue(redis.url, {}, { platforms: [platform] });

  await queue.dispatch("drops deathstar", { conversation: "board:a", place: { person: "U1", thread: "1.2" } });
  await until(() => shown.length >= 2);

  const [placeholder, answer] = shown.map((entry) => entry.delivery);
  expect([placeholder?.kind, answer?.kind]).toEqual(["placeholder", "answer"]);
  expect(placeholder?.message.title).toBe("Working on: drops deathstar");
  expect(answer?.subject).toBe(placeholder?.subject);
  expect([placeholder?.place, answer?.place]).toEqual(Array(2).fill({ person: "U1", thread: "1.2" }));
});

test("who asks privately has been told at once and gets the answer alone", async () => {
  const { platform, shown } = createBoard();
  await using queue = await startQueue(redis.url, {}, { platforms: [platform] });

  await queue.dispatch("help --private", { conversation: "board:a", place: { person: "U1" } });
  await until(() => shown.length >= 1);
  await new Promise((resolve) => setTimeout(resolve, 200));

  expect(shown.map((entry) => [entry.delivery.kind, entry.delivery.place.private])).toEqual([["answer", true]]);
});

test("a placeholder that comes after its answer is not shown", async () => {
  const { platform, titles } = createBoard();
  await using queue = await startQueue(redis.url, {}, { platforms: [platform] });
  const subject = randomUUID();

  await queue.deliver(delivery("answer", { subject, id: answerId(subject) }));
  await queue.deliver(delivery("late placeholder", { subject, kind: "placeholder" }));
  await queue.deliver(delivery("next"));
  await until(() => titles().includes("next"));

  expect(titles()).toEqual(["answer", "next"]);
});

test("of a subject's progress only the newest waits, and none behind its answer", async () => {
  await using queue = await startQueue(redis.url, {});
  const { outbox } = queue;
  const subject = randomUUID();
  const progress = (title: string) => delivery(title, { subject, kind: "progress", conversation: "quiet:a" });
  const waiting = async () => {
    const texts = await queue.redis.lrange(`${queue.prefix}:outbox:quiet:a`, 0, -1);
    return texts.map((text) => (JSON.parse(text) as Delivery).message.title);
  };

  await outbox.append(progress("1"));
  await outbox.append(delivery("other", { conversation: "quiet:a" }));
  await outbox.append(progress("2"));
  await outbox.append(progress("3"));
  expect(await waiting()).toEqual(["other", "3"]);

  await outbox.append(delivery("answer", { subject, id: answerId(subject), conversation: "quiet:a" }));
  expect(await outbox.append(progress("4"))).toBe(false);
  expect(await waiting()).toEqual(["other", "answer"]);
});

test("progress that a platform refuses holds up nothing and is not tried again", async () => {
  const { platform, titles } = createBoard({ "10 %": [failure("OVERLOADED", 60_000)] });
  await using queue = await startQueue(redis.url, {}, { platforms: [platform] });

  await queue.deliver(delivery("10 %", { kind: "progress" }));
  await queue.deliver(delivery("next"));
  await until(() => titles().includes("next"));
  await new Promise((resolve) => setTimeout(resolve, 200));

  expect(titles()).toEqual(["next"]);
});

test("a conversation waits as long as the platform said, in order, and holds up no other", async () => {
  const { platform, shown, titles } = createBoard({ first: [failure("OVERLOADED", 1_500)] });
  await using queue = await startQueue(redis.url, {}, { platforms: [platform] });
  const asked = Date.now();

  await queue.deliver(delivery("first"));
  await queue.deliver(delivery("second"));
  await queue.deliver(delivery("elsewhere", { conversation: "board:b" }));
  await until(() => shown.length === 3);

  expect(titles()).toEqual(["elsewhere", "first", "second"]);
  expect((shown[1]?.at ?? 0) - asked).toBeGreaterThanOrEqual(1_500);
});

test("a conversation that two jobs drain at once is shown once and in order", async () => {
  const { platform, titles } = createBoard();
  const slow: Platform = {
    ...platform,
    async post(delivery, signal) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await platform.post(delivery, signal);
    },
  };
  await using queue = await startQueue(redis.url, {}, { platforms: [slow] });
  const numbers = Array.from({ length: 10 }, (_, n) => String(n));

  for (const title of numbers) await queue.outbox.append(delivery(title));
  // What is left of a job whose lock ended while it ran, and the same job begun again.
  await Promise.all([1, 2, 3].map(() => queue.drains.add("drain", { conversation: "board:a" })));
  await until(() => titles().length >= numbers.length);
  await new Promise((resolve) => setTimeout(resolve, 500));

  expect(titles()).toEqual(numbers);
});

test("a conversation whose holder died is free after a moment", async () => {
  await using queue = await startQueue(redis.url, {});
  const first = (holder: string) => queue.outbox.first("board:z", holder);

  expect(await first("died")).toEqual({ held: true, delivery: undefined });
  expect(await first("next")).toEqual({ held: false });
  await expect.poll(async () => (await first("next")).held, { timeout: 10_000 }).toBe(true);
  await queue.outbox.release("board:z", "died");
  expect(await first("died")).toEqual({ held: false });
  await queue.outbox.release("board:z", "next");
  expect(await first("died")).toEqual({ held: true, delivery: undefined });
});

test("what a platform could not do it is asked again, what it refuses for good it is not", async () => {
  const { platform, titles } = createBoard({
    shaky: [failure("UNREACHABLE"), failure("TIMEOUT"), failure("INTERNAL")],
    refused: [failure("FORBIDDEN")],
  });
  await using queue = await startQueue(redis.url, {}, { platforms: [platform] });

  for (const title of ["shaky", "refused", "next"]) await queue.deliver(delivery(title));
  await until(() => titles().includes("next"), 15_000);

  expect(titles()).toEqual(["shaky", "next"]);
}, 20_000);

test("what goes wrong again and again inside is given up after ten minutes, an unreachable platform is not", async () => {
  const broken = Array.from({ length: 5 }, () => failure("INTERNAL"));
  const away = [failure("UNREACHABLE"), failure("UNREACHABLE")];
  const { platform, titles } = createBoard({ broken, away });
  await using queue = await startQueue(redis.url, {}, { platforms: [platform] });
  const at = Date.now() - 11 * 60_000;

  for (const title of ["broken", "away", "next"]) await queue.deliver(delivery(title, { at }));
  await until(() => titles().includes("next"), 15_000);

  expect([titles(), broken.length]).toEqual([["away", "next"], 4]);
}, 20_000);
