/** What alerts have to say in a conversation that refuses the bot. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { BotError } from "../../src/errors.ts";
import type { Delivery } from "../../src/message/delivery.ts";
import { inlineText, messageText } from "../../src/message/text.ts";
import type { Refused } from "../../src/queue/admin.ts";
import { deliveriesMessage } from "../../src/queue/deliveries-text.ts";
import { createDeliveryLog, type DeliveryCounts } from "../../src/store/delivery-log.ts";
import { mostParked } from "../../src/store/outbox.ts";
import { waitFor } from "../support/chat.ts";
import { startQueue } from "../support/queue.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const conversation = "slack:T1/C1";
const given = (id: string, rest: Partial<Delivery> = {}): Delivery => ({
  ...{ id, subject: id, conversation, place: {}, kind: "answer", at: Date.now(), answer: null },
  message: { tone: "info", title: id, blocks: [] },
  ...rest,
});
const root = (version: number) => given(`root-${version}`, { subject: "incident", lasts: true });
const line = (id: string, rest: Partial<Delivery> = {}) => given(id, { place: { under: "incident" }, ...rest });
const sumOf = ({ merged, sent, givenUp, pending, parked }: DeliveryCounts) =>
  merged + sent + givenUp + pending + (parked?.count ?? 0);

/** A Slack whose one channel is archived until it is opened. */
function archived() {
  const shown: string[] = [];
  let isOpen = false;
  const post = async ({ id }: Delivery): Promise<void> => {
    if (!isOpen)
      throw new BotError("FORBIDDEN", "slack chat.postMessage: is_archived", { say: "The conversation is archived." });
    shown.push(id);
  };
  const open = () => {
    isOpen = true;
  };
  return { platform: { name: "slack", post }, shown, open };
}

test("it is kept in order, of a root the newest, and shown once when the channel takes messages again", async () => {
  const { platform, shown, open } = archived();
  const told: Refused[] = [];
  const refused = async (one: Refused) => void told.push(one);
  await using queue = await startQueue(redis.url, {}, { platforms: [platform], posting: { refused } });
  const log = createDeliveryLog(queue.redis, queue.prefix);

  const waiting = [root(1), line("first"), line("w", { kind: "placeholder", subject: "q" }), line("answer"), root(2)];
  for (const delivery of [...waiting, given("of-a-person"), line("last")]) await queue.deliver(delivery);
  await waitFor(async () => (await log.read(conversation)).parked?.count === 4, 15_000);
  await waitFor(async () => (await log.read(conversation)).pending === 0, 15_000);

  const counts = await log.read(conversation);
  expect(counts).toMatchObject({ stored: 7, sent: 0, merged: 2, givenUp: 1, pending: 0 });
  // A root that a newer one replaced while it was refused is no attempt less.
  expect(new Set(told.map(({ answered, everywhere }) => `${answered} ${everywhere}`))).toEqual(
    new Set(["slack chat.postMessage: is_archived false"]),
  );
  const text = messageText(deliveriesMessage(counts, Date.now()));
  expect(text).toContain("In the last week: 0 shown, 0 waiting, 4 kept, 1 given up");
  expect(text).toMatch(/Refused, .* UTC: The conversation is archived\. Next attempt: \d\d:\d\d/);

  open();
  await queue.deliver(given("help"));
  await waitFor(() => shown.length >= 5, 15_000);
  await waitFor(async () => (await log.read(conversation)).parked === null, 15_000);
  expect(shown).toEqual(["help", "root-2", "first", "answer", "last"]);
  const after = await log.read(conversation);
  expect(after).toMatchObject({ stored: 8, sent: 5, merged: 2, givenUp: 1 });
  expect(sumOf(after)).toBe(after.stored);
}, 60_000);

test("it is tried again after a while with nobody asking", async () => {
  const { platform, shown, open } = archived();
  await using queue = await startQueue(redis.url, {}, { platforms: [platform], posting: { parkedAgainMs: 700 } });
  const log = createDeliveryLog(queue.redis, queue.prefix);
  await queue.deliver(root(1));
  await queue.deliver(line("first"));
  await waitFor(async () => (await log.read(conversation)).retried >= 2, 15_000);
  open();

  await waitFor(() => shown.length >= 2, 15_000);
  expect(shown).toEqual(["root-1", "first"]);
}, 40_000);

test("after a day it is given up, and of too many the oldest", async () => {
  const { platform } = archived();
  await using queue = await startQueue(redis.url, {}, { platforms: [platform] });
  const log = createDeliveryLog(queue.redis, queue.prefix);
  await queue.deliver(line("old", { at: Date.now() - 25 * 3_600_000 }));
  await waitFor(async () => (await log.read(conversation)).givenUp === 1, 15_000);

  for (let n = 0; n < mostParked + 3; n++) await queue.outbox.append(line(`line-${n}`));
  await queue.deliver(line("newest"));
  await waitFor(async () => (await log.read(conversation)).pending === 0, 30_000);

  const counts = await log.read(conversation);
  expect([counts.parked?.count, counts.givenUp]).toEqual([mostParked, 5]);
  expect(sumOf(counts)).toBe(counts.stored);
  expect(await queue.redis.lindex(`${queue.prefix}:parked:${conversation}`, 0)).toBe("line-4");
}, 60_000);

test("whoever runs the bot hears of a refused token although no alert is concerned", async () => {
  const told: Refused[] = [];
  const refused = async (one: Refused) => void told.push(one);
  const post = async () => {
    throw new BotError("DENIED", "slack chat.postMessage: token_revoked", { say: "Slack refused the bot's token." });
  };
  const platforms = [{ name: "slack", post }];
  await using queue = await startQueue(redis.url, {}, { platforms, posting: { refused } });

  await queue.deliver(given("of-a-person"));
  await waitFor(() => told.length > 0, 15_000);

  expect(told).toMatchObject([{ conversation, everywhere: true, say: "Slack refused the bot's token." }]);
  const { givenUp, parked } = await createDeliveryLog(queue.redis, queue.prefix).read(conversation);
  expect([givenUp, parked]).toEqual([1, null]);
});

test("what a conversation was told of alerts stands with its deliveries", async () => {
  await using queue = await startQueue(redis.url, {});
  const log = createDeliveryLog(queue.redis, queue.prefix);
  for (const [once, end] of [
    ["n1", "opened"],
    ["n1", "repeated"],
    ["n2", "repeated"],
    ["n3", "stormed"],
  ] as const)
    await log.noteAlert(conversation, once, end);

  const counts = await log.read(conversation);
  expect(counts.alerts).toEqual({ opened: 1, changed: 0, repeated: 1, stormed: 1 });
  const message = deliveriesMessage(counts, Date.now());
  expect(messageText(message)).toMatch(/groups of alerts received: 3[\s\S]*1 opened a thread/);
  expect(inlineText(message.title)).not.toContain("kept");
});
