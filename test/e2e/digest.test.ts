/** Digests in Slack: people subscribe at the wire, the program is stopped and started as its own process. The cluster has no sources, so that every answer comes at once. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeRedis, connectProducer, type Redis, waitForRedis } from "../../src/store/redis.ts";
import { answerTo, type BotProcess, type Chat, startChatWith, waitFor } from "../support/chat.ts";
import { startTestRedis } from "../support/redis.ts";
import type { Message } from "../support/slack/state/messages.ts";

interface Cluster {
  config(): Record<string, unknown>;
  close(): Promise<void>;
}

const prefix = "{digest-e2e}";
let url = "";
let chat: Chat<Cluster>;
let bot: BotProcess;
let redis: Redis;

beforeAll(async () => {
  const server = await startTestRedis();
  url = server.url;
  redis = connectProducer(url, () => undefined);
  await waitForRedis(redis, 5_000);
  const cluster = async (): Promise<Cluster> => ({
    config: () => ({ redis: { url, prefix }, clusters: [{ name: "lab" }] }),
    close: async () => await server[Symbol.asyncDispose](),
  });
  chat = await startChatWith(cluster as never, { mode: "http" });
  bot = await chat.startBot();
  chat.slack.deliverTo({ url: bot.events });
}, 90_000);
afterAll(async () => {
  await closeRedis(redis);
  await chat[Symbol.asyncDispose]();
}, 30_000);

async function restart(config: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await bot.stop();
  bot = await chat.startBot({ config });
  chat.slack.deliverTo({ url: bot.events });
}

const type = async (text: string) => {
  const { slack, alice: user, incidents: channel } = chat;
  return await answerTo(slack, channel, (await slack.slashCommand({ text, user, channel })).key);
};
const shown = (message: Message) => `${message.text} ${JSON.stringify(message.blocks)}`;
const below = ({ ts }: Message) =>
  chat.slack.messages(chat.incidents).filter((message) => message.threadTs === ts && message.ts !== ts);
const why = () => `${JSON.stringify(chat.slack.messages(chat.incidents).map(({ text }) => text))} ${bot.log()}`;

test("a digest of now is a headline in the channel, and the rest in its thread", async () => {
  const answer = await type("digest now");

  expect(answer).toMatchObject({ threadTs: null, text: expect.stringContaining("nobody answered") });
  await waitFor(() => below(answer).length > 0, 20_000, why);
  expect(below(answer)[0]?.text).toContain("lab: ");
}, 60_000);

test("subscribe, list, unsubscribe by a button; what was missed while nobody ran comes once; what the configuration declares stays", async () => {
  const { slack, bob } = chat;
  const hourAgo = new Date(Date.now() - 3_600_000);
  const at = hourAgo.toISOString().slice(11, 16);

  const subscribed = await type(`digest subscribe ${at} UTC --namespace default`);
  expect(subscribed.text).toContain(`Subscribed: the digest comes here every day at ${at} UTC`);
  const [id = ""] = /[0-9a-f]{8}(?=")/.exec(JSON.stringify(subscribed.blocks)) ?? [];
  expect(shown(await type("digest list"))).toContain(id);

  await bot.stop();
  expect(below(subscribed)).toEqual([]);
  // As if it had been due while nothing ran: a minute before that moment nobody had looked.
  await redis.zadd(`${prefix}:digests-due`, Math.floor(hourAgo.getTime() / 60_000) * 60_000 - 60_000, id);
  await restart();
  const digests = () =>
    chat.slack.messages(chat.incidents).filter((message) => shown(message).includes("the bot was down"));
  await waitFor(() => digests().length > 0, 30_000, why);
  const [digest] = digests();
  if (!digest) throw new Error("no digest");
  await waitFor(() => below(digest).length > 0, 20_000, why);
  // Once more, and now the configuration declares one too.
  const channel = `slack:${chat.incidents.id}`;
  await restart({ digests: [{ channel, at: "07:30", zone: "Asia/Seoul", weekdays: true }] });
  await waitFor(async () => (await redis.hlen(`${prefix}:digests`)) === 2, 20_000, why);
  const listed = await type("digest list");
  expect(shown(listed)).toContain("Monday to Friday at 07:30 Asia/Seoul");
  expect(digests()).toHaveLength(1);
  expect(digest.threadTs).toBeNull();
  expect(shown(digest)).toContain(`Due ${at}, sent `);

  const pressed = await slack.pressButton(listed, "command:0", { user: bob });
  expect((await answerTo(slack, chat.incidents, pressed.key)).text).toContain("Unsubscribed");
  const refused = await type("digest unsubscribe");
  expect(refused.text).toContain("stands in the configuration and cannot be unsubscribed here");
  expect(shown(refused)).toContain("digests[0]");
}, 180_000);
