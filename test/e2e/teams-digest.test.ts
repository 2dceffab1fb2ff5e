/** A digest in Teams: somebody subscribes in a channel, it comes there by itself once, and the rest as replies to it. */
import { Queue } from "bullmq";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digestQueue } from "../../src/queue/schedules.ts";
import { closeRedis, connectProducer, type Redis, waitForRedis } from "../../src/store/redis.ts";
import { type BotProcess, waitFor } from "../support/chat.ts";
import { answerIn, startTeamsChat, type TeamsChat } from "../support/teams/chat.ts";
import { buttonsOf, type Content, cardOf, type Message, objectsIn, textOf } from "../support/teams/state.ts";

const prefix = "{teams-digest}";
let chat: TeamsChat;
let bot: BotProcess;
let redis: Redis;
let ticks: Queue;
beforeAll(async () => {
  chat = await startTeamsChat();
  const url = `redis://${chat.lab.addresses.redis?.replace(/^redis:\/\//, "")}`;
  bot = await chat.startBot({ config: { redis: { url, prefix } } });
  chat.teams.deliverTo(bot.events);
  redis = connectProducer(url, () => undefined);
  await waitForRedis(redis, 15_000);
  ticks = new Queue(digestQueue, { connection: redis as never, prefix });
}, 90_000);
afterAll(async () => {
  await ticks.close();
  await closeRedis(redis);
  const left = chat.teams.leftovers();
  await chat[Symbol.asyncDispose]();
  expect(left).toEqual([]);
}, 30_000);

const shown = () => chat.teams.messages(chat.channel);
const why = () => `${shown().map(textOf).join("\n---\n")} ${bot.log()}`;

/** Asked in a thread of its own, and answered there. */
async function type(text: string, thread: string): Promise<Message> {
  const earlier = shown();
  await chat.teams.say(text, { in: chat.channel, thread });
  return await answerIn(chat.teams, chat.channel, (message) => message.thread === thread && !earlier.includes(message));
}

test("subscribed in a channel: the headline comes there once, the rest as replies with pictures; listed, and ended by its button", async () => {
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  const at = new Date(minute).toISOString().slice(11, 16);

  const subscribed = await type(`digest subscribe ${at} UTC`, "1700000000001");
  expect(textOf(subscribed)).toContain(`Subscribed: the digest comes here every day at ${at} UTC`);
  const id = /[0-9a-f]{8}/.exec((await redis.hkeys(`${prefix}:digests`)).join())?.[0] ?? "";
  const listed = await type("digest list", "1700000000002");
  expect(textOf(listed)).toContain(id);
  expect(textOf(listed)).toContain(`every day at ${at} UTC`);

  // As if it had been subscribed to before this minute, and the scheduler looked now.
  await redis.zadd(`${prefix}:digests-due`, minute, id);
  await ticks.add("tick", {});
  const heads = () => shown().filter(({ thread }) => thread === null);
  await waitFor(() => heads().length > 0, 30_000, why);
  const [head] = heads();
  if (!head) throw new Error("no digest");
  const replies = () => shown().filter(({ thread }) => thread === head.id);
  const pictures = () => replies().flatMap((reply) => objectsIn(cardOf(reply)).filter(isPicture));
  await waitFor(() => pictures().length > 0, 30_000, why);
  expect(textOf(head)).toContain("lab: ");
  expect(replies().every((reply) => reply.id !== head.id && textOf(reply) !== textOf(head))).toBe(true);

  // The next look finds it sent, and the subscription due tomorrow.
  await ticks.add("tick", {});
  await expect.poll(() => ticks.getJobCountByTypes("wait", "active"), { timeout: 15_000 }).toBe(0);
  expect(Number(await redis.zscore(`${prefix}:digests-due`, id))).toBe(minute + 86_400_000);

  const again = await type("digest list", "1700000000003");
  const button = buttonsOf(again).find(({ title }) => title.startsWith("unsubscribe"));
  const pressed = await chat.teams.press(button?.data ?? {}, {
    in: chat.channel,
    thread: "1700000000003",
    message: again,
  });
  expect(pressed.status).toBe(200);
  const ended = () => shown().find(({ id: is, thread }) => thread === "1700000000003" && is !== again.id);
  await waitFor(() => ended() !== undefined && textOf(ended() as Message).includes("Unsubscribed"), 20_000, why);
  expect(textOf(await type("digest list", "1700000000004"))).not.toContain(id);
  expect(await redis.hkeys(`${prefix}:digests`)).toEqual([]);
  expect(heads()).toHaveLength(1);
}, 90_000);

/** As Teams draws it, or a picture of ours behind a link. */
function isPicture({ type: kind, url }: Content): boolean {
  return String(kind).startsWith("Chart.") || (kind === "Image" && String(url).includes("/artifacts/"));
}
