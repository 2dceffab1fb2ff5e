/** An alert's buttons, pressed by people in Slack: what each may do, what the first message shows then, and what stands in a real Alertmanager. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../src/lab/programs/start.ts";
import { type GivenNotification, payload } from "../alerts/payloads.ts";
import { startTestAlertmanager, type TestAlertmanager } from "../support/alertmanager.ts";
import { type Chat, startChatWith, waitFor } from "../support/chat.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { elementsOf } from "../support/slack/blocks/check.ts";
import type { Json } from "../support/slack/json.ts";
import type { Message } from "../support/slack/state/messages.ts";
import type { User } from "../support/slack/state/workspace.ts";

const token = randomBytes(20).toString("hex");
let alertmanager: TestAlertmanager;
let redis: TestRedis;
let chat: Chat<Awaited<ReturnType<typeof cluster>>>;
let webhook: string;

/** No lab: nothing here asks for flows. */
async function cluster() {
  alertmanager = await startTestAlertmanager();
  redis = await startTestRedis();
  const clusters = [{ name: "lab", alertmanager: { url: alertmanager.url } }];
  return {
    config: () => ({ clusters, redis: { url: redis.url } }),
    async close() {
      await redis[Symbol.asyncDispose]();
      await alertmanager[Symbol.asyncDispose]();
    },
  };
}

beforeAll(async () => {
  const port = await freePort();
  webhook = `http://127.0.0.1:${port}/alertmanager`;
  chat = await startChatWith(cluster, { mode: "http" });
  const alerts = { token, routes: [{ channel: `slack:${chat.incidents.id}` }], silencers: [`slack:${chat.alice.id}`] };
  const http = { host: "127.0.0.1", port, adminPort: 0, publicUrl: "http://127.0.0.1:1" };
  const bot = await chat.startBot({ config: { http, alerts } });
  chat.slack.deliverTo({ url: bot.events });
}, 60_000);
afterAll(() => chat[Symbol.asyncDispose](), 30_000);

const messages = () => chat.slack.messages(chat.incidents);
const root = () =>
  messages().find(({ ts, threadTs, text }) => (threadTs ?? ts) === ts && text.includes("default/deathstar"));
const thread = () => messages().filter(({ ts, threadTs }) => threadTs === root()?.ts && ts !== threadTs);
const shown = (message: Message | undefined) => `${message?.text} ${JSON.stringify(message?.blocks)}`;
const why = () => `${JSON.stringify(messages().map(({ text, threadTs }) => [threadTs, text]))} ${chat.logs()}`;
const says = (text: string) => thread().some((message) => message.text.includes(text));

async function post(given: GivenNotification): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response = await fetch(webhook, { method: "POST", headers, body: JSON.stringify(payload(given)) });
  expect(response.status).toBe(200);
}

/** By what it says, as a person finds it. Undefined where there is none. */
function buttonOf(message: Message | undefined, label: string): string | undefined {
  const elements = (message?.blocks ?? []).flatMap((block) => elementsOf(block as Json));
  const button = elements.find(({ text }) => (text as { text?: string } | undefined)?.text === label);
  return button?.["action_id"] as string | undefined;
}

async function press(label: string, user: User): Promise<void> {
  await waitFor(
    () => buttonOf(root(), label) !== undefined,
    30_000,
    () => `no button ${label}: ${shown(root())} ${why()}`,
  );
  const delivery = await chat.slack.pressButton(root() as Message, buttonOf(root(), label) as string, { user });
  expect(delivery.outcome).toBe("acked");
}

test("acknowledge, silence by those who may alone, end it, mute, explain and close, all in the thread", async () => {
  const { alice, bob } = chat;
  const alert = { labels: { namespace: "default", workload: "deathstar" }, startsAt: Date.now() };
  await post({ groupKey: "one", alerts: [alert] });
  await waitFor(() => root() !== undefined, 30_000, why);

  await press("acknowledge", bob);
  await waitFor(() => says("Acknowledged by bob"), 30_000, why);

  await press("silence for 2h", bob);
  await waitFor(() => says(`"slack:${bob.id}" in alerts.silencers`), 30_000, why);
  expect(await alertmanager.silences()).toEqual([]);

  await press("silence for 2h", alice);
  await waitFor(() => says("Silenced in Alertmanager until"), 30_000, why);
  expect(await alertmanager.silences()).toMatchObject([
    {
      createdBy: `alice (slack:${alice.id})`,
      status: { state: "active" },
      comment: expect.stringContaining(chat.incidents.id),
    },
  ]);
  await waitFor(() => /silenced.*by alice/s.test(shown(root())), 40_000, why);
  expect(shown(root())).toMatch(/acknowledged.*by bob/s);
  expect(buttonOf(root(), "acknowledge")).toBeUndefined();

  await press("end the silence", alice);
  await waitFor(() => says("The silence was ended by alice"), 30_000, why);
  expect((await alertmanager.silences()).map(({ status }) => status.state)).toEqual(["expired"]);

  await press("mute here for 8h", bob);
  await waitFor(() => says("Muted here until"), 30_000, why);
  await press("explain", bob);
  await waitFor(() => says("No verdict yet") || says("Cannot tell"), 30_000, why);
  await press("close", bob);
  await waitFor(() => says("Closed by bob"), 30_000, why);
  await waitFor(() => root()?.text.includes("Closed: ") ?? false, 40_000, why);

  // A typed id does the same, and what is not here is said.
  await chat.slack.slashCommand({ text: "ack 00000000", user: alice, channel: chat.incidents });
  await waitFor(
    () => messages().some(({ text }) => text.includes("No incident of this channel has that id")),
    30_000,
    why,
  );
}, 240_000);
