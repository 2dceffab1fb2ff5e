/** Alertmanager on one side, Slack on the other, the program as its own processes between them. */
import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../src/lab/programs/start.ts";
import { startLab } from "../../src/lab/start.ts";
import { type GivenNotification, payload } from "../alerts/payloads.ts";
import { type BotProcess, type Chat, startChatWith, waitFor } from "../support/chat.ts";
import type { Message } from "../support/slack/state/messages.ts";

const token = randomBytes(20).toString("hex");
let chat: Chat;
let bot: BotProcess;
let webhook: string;

beforeAll(async () => {
  const port = await freePort();
  webhook = `http://127.0.0.1:${port}/alertmanager`;
  const cluster = () => startLab({ say: () => undefined, steps: [], webhook: { url: webhook, bearerToken: token } });
  chat = await startChatWith(cluster, { mode: "http" });
  const routes = [{ channel: `slack:${chat.incidents.id}` }];
  const http = { host: "127.0.0.1", port, adminPort: 0, publicUrl: "http://127.0.0.1:1" };
  bot = await chat.startBot({ config: { http, alerts: { token, routes } } });
  chat.slack.deliverTo({ url: bot.events });
}, 90_000);
afterAll(() => chat[Symbol.asyncDispose](), 30_000);

const messages = () => chat.slack.messages(chat.incidents);
const roots = (word: string) =>
  messages().filter(({ ts, threadTs, text }) => (threadTs ?? ts) === ts && text.includes(word));
const below = ({ ts }: Message) => messages().filter((message) => message.threadTs === ts && message.ts !== ts);
const shown = (message: Message) => `${message.text} ${JSON.stringify(message.blocks)}`;
const why = () => `${JSON.stringify(messages().map(({ text, threadTs }) => [threadTs, text]))} ${bot.log()}`;

async function post(given: GivenNotification): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response = await fetch(webhook, { method: "POST", headers, body: JSON.stringify(payload(given)) });
  return response.status;
}

test("an alert's thread holds what was dropped, a file and a verdict; its end turns the first message good", async () => {
  chat.lab.world.setStep("l3-l4", Date.now());
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  const labels = { severity: "critical", namespace: "default", workload: "deathstar" };
  const startsAt = Date.now();
  const alert = { labels, startsAt, annotations: { summary: "<!channel> deathstar is unreachable" } };

  expect(await post({ groupKey: "one", alerts: [alert] })).toBe(200);
  await waitFor(() => roots("default/deathstar").length === 1, 10_000, why);
  const [root] = roots("default/deathstar");
  if (!root) throw new Error("no root");
  expect(root.text).toContain("Firing: Drops · default/deathstar");
  expect(root.text).toContain("&lt;!channel&gt;");
  await waitFor(() => below(root).some(({ text }) => /deathstar.*\d+ packets?/.test(text)), 20_000, why);
  const captureOf = () =>
    below(root)
      .flatMap(({ files }) => files)
      .map((id) => chat.slack.files().find((file) => file.id === id))
      .find((file) => file?.filename.endsWith(".jsonl.gz"));
  await waitFor(() => captureOf() !== undefined, 50_000, why);
  await waitFor(() => /Real|Probably noise|Cannot tell/.test(shown(roots("deathstar")[0] as Message)), 20_000, why);

  const lines = gunzipSync(captureOf()?.bytes ?? Buffer.alloc(0))
    .toString("utf8")
    .trim()
    .split("\n");
  const times = lines.map((line) => Date.parse((JSON.parse(line) as { flow: { time: string } }).flow.time));
  expect(Math.min(...times)).toBeLessThan(startsAt);

  expect(await post({ groupKey: "one", alerts: [{ ...alert, status: "resolved", endsAt: startsAt + 9_000 }] })).toBe(
    200,
  );
  await waitFor(() => roots("Resolved after 9s: Drops").length === 1, 20_000, why);
  const ends = () => below(root).filter(({ text }) => text.includes("Resolved after 9s"));
  await waitFor(() => ends().length > 0, 10_000, why);
  expect(ends()).toHaveLength(1);
  expect(roots("deathstar")).toHaveLength(1);
}, 120_000);

test("Prometheus and Alertmanager: a policy, its drops, the alert, its thread, and the end in the same place", async () => {
  const began = Date.now();
  const timeline: string[] = [];
  const note = (what: string) => timeline.push(`${((Date.now() - began) / 1_000).toFixed(1)} s ${what}`);
  const isOver = (message: Message) => message.text.includes("Resolved after");
  const named = () => roots("CiliumPolicyDrops");

  // The policy stands since the test above.
  await waitFor(() => named().length > 0, 120_000, why);
  note("the alert's first message");
  const [root] = named();
  if (!root) throw new Error("no root");
  await waitFor(() => below(root).some(({ text }) => /\d+ packets?/.test(text)), 60_000, why);
  note("what was dropped, in its thread");
  await waitFor(() => /Real|Probably noise|Cannot tell/.test(shown(named()[0] as Message)), 60_000, why);
  note("a verdict in the first message");
  chat.lab.world.setStep("deleted", Date.now());
  note("the policy is deleted");
  await waitFor(() => named().length > 0 && named().every(isOver), 240_000, why);
  note("every first message says that it is resolved");
  process.stdout.write(`${timeline.join("\n")}\n`);

  const subjects = named().map(({ metadata }) => metadata?.event_payload["subject"]);
  expect(new Set(subjects).size).toBe(subjects.length);
  // The first message is edited before the line in its thread is posted.
  await waitFor(() => below(root).some(isOver), 30_000, why);
  expect(below(root).filter(isOver)).toHaveLength(1);
}, 420_000);
