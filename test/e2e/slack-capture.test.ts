/** A capture in a channel: one process takes it, two others work on it, and whichever of them captures, the file comes into the thread once. */
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { about, answerTo, type BotProcess, type Chat, isPlaceholder, startChat, waitFor } from "../support/chat.ts";
import type { Channel, User } from "../support/slack/state/workspace.ts";

let chat: Chat;
const workers: BotProcess[] = [];
beforeAll(async () => {
  chat = await startChat({ mode: "http" });
  const gateway = await chat.startBot({ role: "gateway" });
  for (let n = 0; n < 2; n++) workers.push(await chat.startBot({ role: "worker" }));
  chat.slack.deliverTo({ url: gateway.events });
}, 90_000);
afterAll(() => chat[Symbol.asyncDispose](), 30_000);

const carriers = (channel: Channel) => chat.slack.messages(channel).filter(({ files }) => files.length > 0);

/** The bytes of the one file in this thread, as lines of JSON. */
function linesIn(channel: Channel, thread: string): { readonly flow: { readonly time: string } }[] {
  const [id] = carriers(channel).find(({ threadTs }) => threadTs === thread)?.files ?? [];
  const bytes = chat.slack.files().find((file) => file.id === id)?.bytes ?? Buffer.alloc(0);
  const lines = gunzipSync(bytes).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

test("a placeholder, how far it is, the answer, and the file in its thread, once", async () => {
  const { slack, incidents: channel, alice: user } = chat;

  const sent = await slack.slashCommand({ text: "capture deathstar --since 1m --for 8s", user, channel });
  const answer = await answerTo(slack, channel, sent.key, 40_000);
  await waitFor(() => carriers(channel).some(({ threadTs }) => threadTs === answer.ts), 20_000);

  expect(about(slack, channel, sent.key)).toHaveLength(1);
  const shown = answer.versions.map(({ text, blocks }) => `${text} ${JSON.stringify(blocks)}`);
  expect(shown[0]).toContain("Working on: capture deathstar");
  expect(shown.slice(1, -1).length).toBeGreaterThan(0);
  for (const text of shown.slice(1, -1)) expect(text).toMatch(/\d+ flows of lab so far/);
  const [, flows] = /deathstar: ([\d,]+) flows captured/.exec(answer.text) ?? [];
  expect(linesIn(channel, answer.ts)).toHaveLength(Number(flows?.replace(",", "")));
  expect(carriers(channel).filter(({ threadTs }) => threadTs === answer.ts)).toHaveLength(1);
}, 60_000);

test("nobody else in the channel stops it, whoever asked does, and what it has so far is the answer", async () => {
  const { slack, incidents: channel, alice, bob } = chat;
  const sent = await slack.slashCommand({ text: "capture deathstar --since 1m --for 2m", user: alice, channel });
  await waitFor(() => about(slack, channel, sent.key).length > 0, 20_000);
  const [placeholder] = about(slack, channel, sent.key);
  if (!placeholder) throw new Error("no placeholder");
  await new Promise((resolve) => setTimeout(resolve, 1_000));

  await slack.pressButton(placeholder, "command:0", { user: bob });
  const said = (user: User, words: string) =>
    slack.ephemerals().filter((one) => one.user === user.id && one.text.includes(words));
  await waitFor(() => said(bob, "Only alice may stop this").length > 0, 10_000);
  await slack.pressButton(placeholder, "command:0", { user: alice });
  const answer = await answerTo(slack, channel, sent.key, 20_000);
  await waitFor(() => carriers(channel).some(({ threadTs }) => threadTs === answer.ts), 20_000);

  expect(JSON.stringify(answer.blocks)).toContain("somebody stopped it");
  expect(linesIn(channel, answer.ts).length).toBeGreaterThan(50);
  await waitFor(() => said(alice, "Stopping it").length > 0, 10_000);
  expect(said(bob, "").every(({ channel: where }) => where === channel.id)).toBe(true);
  expect(isPlaceholder(answer)).toBe(false);
}, 60_000);

test("who asks privately gets a link and no file in the channel", async () => {
  const { slack, incidents: channel, bob: user } = chat;
  const before = [slack.messages(channel).length, slack.files().length];

  await slack.slashCommand({ text: "capture deathstar --since 1m --for 1s --private", user, channel });
  const answered = () => slack.ephemerals().find(({ user: to, text }) => to === user.id && text.includes("captured"));
  await waitFor(() => answered() !== undefined, 30_000);

  expect(JSON.stringify(answered()?.blocks)).toMatch(/http:\/\/127\.0\.0\.1:1\/artifacts\/[\w-]{22}\.[\w-]{43}/);
  expect([slack.messages(channel).length, slack.files().length]).toEqual(before);
}, 60_000);

test("who asks privately can stop it, with a button that nobody else sees", async () => {
  const { slack, incidents: channel, alice, bob } = chat;
  const before = slack.messages(channel).length;
  const mine = (word: string) =>
    slack.ephemerals().filter(({ user, text }) => user === alice.id && text.includes(word));

  await slack.slashCommand({ text: "capture deathstar --since 1m --for 2m --private", user: alice, channel });
  const withButton = () =>
    mine("Working on: capture").find(({ blocks }) => JSON.stringify(blocks).includes("command:0"));
  await waitFor(() => withButton() !== undefined, 20_000);
  const notice = withButton();
  if (!notice) throw new Error("no button");
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await slack.pressButton(notice, "command:0", { user: alice });
  await waitFor(() => mine("flows captured").length > 0, 20_000);

  expect(JSON.stringify(mine("flows captured").at(-1)?.blocks)).toContain("somebody stopped it");
  expect(slack.messages(channel)).toHaveLength(before);
  expect(slack.ephemerals().some(({ user, text }) => user === bob.id && text.includes("for 2m --private"))).toBe(false);
}, 60_000);

test("when those who began it die, another goes on with it from the beginning", async () => {
  const { slack, incidents: channel, alice: user } = chat;
  const sent = await slack.slashCommand({ text: "capture deathstar --since 1m --for 20s", user, channel });
  await waitFor(() => about(slack, channel, sent.key).length > 0, 20_000);

  await chat.startBot({ role: "worker" });
  await Promise.all(workers.map((worker) => worker.stop("SIGKILL")));
  const answer = await answerTo(slack, channel, sent.key, 60_000);
  await waitFor(() => carriers(channel).some(({ threadTs }) => threadTs === answer.ts), 20_000);

  expect(about(slack, channel, sent.key)).toHaveLength(1);
  expect(answer.text).toContain("flows captured in 1m20s");
  const times = linesIn(channel, answer.ts).map(({ flow }) => Date.parse(flow.time));
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(70_000);
  expect(carriers(channel).filter(({ threadTs }) => threadTs === answer.ts)).toHaveLength(1);
}, 120_000);
