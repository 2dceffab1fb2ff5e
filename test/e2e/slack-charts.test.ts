/** A ranking in a channel: numbers at once, its picture in the answer a moment later, drawn and uploaded by the program itself; killed or not. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { about, answerTo, type BotProcess, type Chat, isPlaceholder, startChat, waitFor } from "../support/chat.ts";
import { asObject } from "../support/slack/json.ts";
import type { Message } from "../support/slack/state/messages.ts";

let chat: Chat;
let worker: BotProcess;
beforeAll(async () => {
  chat = await startChat({ mode: "http" });
  const gateway = await chat.startBot({ role: "gateway" });
  worker = await chat.startBot({ role: "worker" });
  chat.slack.deliverTo({ url: gateway.events });
}, 90_000);
afterAll(() => chat[Symbol.asyncDispose](), 30_000);

const command = "top maps 5 --since 10m";
const imagesIn = ({ blocks }: Pick<Message, "blocks">) => blocks.filter(({ type }) => type === "image");

/** Width and height of the PNG that the message shows. */
function sizeOf(message: Message): readonly [number, number] {
  const id = asObject(imagesIn(message)[0]?.["slack_file"])["id"];
  const bytes = chat.slack.files().find((file) => file.id === id)?.bytes ?? Buffer.alloc(24);
  expect(bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

async function pictured(key: string): Promise<Message> {
  const found = () => about(chat.slack, chat.incidents, key).find((message) => imagesIn(message).length > 0);
  await waitFor(
    () => found() !== undefined,
    40_000,
    () =>
      `${JSON.stringify(about(chat.slack, chat.incidents, key).map(({ versions }) => versions.length))} ${chat.logs()}`,
  );
  return found() as Message;
}

test("a placeholder, the answer with its numbers, then the same answer with its picture", async () => {
  const { slack, incidents: channel, alice: user } = chat;

  const sent = await slack.slashCommand({ text: command, user, channel });
  const answer = await pictured(sent.key);

  expect(about(slack, channel, sent.key)).toHaveLength(1);
  const steps = answer.versions.map((version) => [isPlaceholder({ ...answer, ...version }), imagesIn(version).length]);
  expect(steps).toEqual([
    [true, 0],
    [false, 0],
    [false, 1],
  ]);
  for (const { blocks } of answer.versions.slice(1)) expect(JSON.stringify(blocks)).toMatch(/: min [^"]+ops\/s/);
  expect(sizeOf(answer)).toEqual([800, 400]);
  expect(imagesIn(answer)[0]?.["alt_text"]).toMatch(/^BPF map/);
  const metrics = await (await fetch(`${worker.admin}/metrics`)).text();
  expect(metrics).toContain('cilium_chatops_slack_pictures_total{result="shown"} 1');
  expect(slack.leftovers()).toEqual([]);
}, 60_000);

test("who asks privately gets the numbers and a link", async () => {
  const { slack, incidents: channel, bob: user } = chat;
  const before = [slack.messages(channel).length, slack.files().length];

  await slack.slashCommand({ text: `${command} --private`, user, channel });
  const answered = () => slack.ephemerals().find(({ user: to, blocks }) => to === user.id && blocks.length > 2);
  await waitFor(() => answered() !== undefined, 30_000);

  expect(JSON.stringify(answered()?.blocks)).toMatch(/http:\/\/127\.0\.0\.1:1\/artifacts\/[\w-]{22}\.[\w-]{43}/);
  expect([slack.messages(channel).length, slack.files().length]).toEqual(before);
}, 60_000);

test("whoever draws it may be killed: another goes on, and there is one answer with one picture", async () => {
  const { slack, incidents: channel, alice: user } = chat;
  const shared = slack.files().filter(({ step }) => step === "completed").length;
  // The one that has begun hangs before its picture is Slack's.
  const release = slack.faults.add({
    methods: ["files.completeUploadExternal"],
    faults: [{ fault: "slow", ms: 4_000, effect: "after" }],
    times: 1,
  });
  const sent = await slack.slashCommand({ text: command, user, channel });
  await answerTo(slack, channel, sent.key);
  await waitFor(() => slack.calls("files.completeUploadExternal").some(({ fault }) => fault === "slow"), 30_000);

  await worker.stop("SIGKILL");
  release();
  worker = await chat.startBot({ role: "worker" });
  const answer = await pictured(sent.key);

  expect(about(slack, channel, sent.key)).toHaveLength(1);
  expect(imagesIn(answer)).toHaveLength(1);
  expect(sizeOf(answer)).toEqual([800, 400]);
  expect(slack.files().filter(({ step }) => step === "completed")).toHaveLength(shared + 1);
  expect(slack.messages(channel).filter(({ files }) => files.length > 0)).toEqual([]);
}, 120_000);
