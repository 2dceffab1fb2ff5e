/** A follow in a channel: one message that changes, right in what it shows, and gone without a trace when it is over. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeRedis, connectProducer, type Redis, waitForRedis } from "../../src/store/redis.ts";
import { about, type Chat, startChat, waitFor } from "../support/chat.ts";
import type { Message, Version } from "../support/slack/state/messages.ts";
import type { User } from "../support/slack/state/workspace.ts";

let chat: Chat;
let redis: Redis;
beforeAll(async () => {
  // A recorder would hold streams of its own open.
  chat = await startChat({ mode: "http", config: { recorder: { enabled: false } } });
  const bot = await chat.startBot({ config: { access: { admins: [`slack:${chat.bob.id}`] } } });
  chat.slack.deliverTo({ url: bot.events });
  redis = connectProducer(chat.lab.addresses.redis ?? "", () => undefined);
  await waitForRedis(redis, 15_000);
}, 90_000);
afterAll(async () => {
  await closeRedis(redis);
  await chat[Symbol.asyncDispose]();
}, 30_000);

const isInterim = ({ text }: Version) => text.includes("Following ");
const bodyOf = ({ text, blocks, attachments }: Version) => JSON.stringify([text, blocks, attachments]);
const linesIn = (version: Version): string[] =>
  [...JSON.stringify(version.blocks).matchAll(/[A-Z][a-z]{2} [ \d]\d (\d\d:\d\d:\d\d\.\d{3}): /g)].map(
    ([, time = ""]) => time,
  );

interface Run {
  readonly key: string;
  shown(): Message | undefined;
}

async function following(text: string, user: User = chat.alice): Promise<Run> {
  const { slack, incidents: channel } = chat;
  const { key } = await slack.slashCommand({ text, user, channel });
  return { key, shown: () => about(slack, channel, key)[0] };
}

async function ended({ shown }: Run, ms: number): Promise<Message> {
  const answer = () => {
    const message = shown();
    return message && !isInterim(message) && !message.text.includes("Working on:") ? message : undefined;
  };
  await waitFor(
    () => answer() !== undefined,
    ms,
    () => `${shown()?.text} ${chat.logs()}`,
  );
  return answer() as Message;
}

/** What the world made: times of the deathstar's flows on all nodes, oldest first, as lines write them. */
function made(from: number, to: number): string[] {
  const { world } = chat.lab;
  const flows = world.nodes.flatMap(({ name }) => world.flows(name, from, to)).map(({ flow }) => flow);
  const ours = flows.filter((flow) =>
    [flow?.source, flow?.destination].some((end) => end?.podName?.startsWith("deathstar-") === true),
  );
  const times = ours.map((flow) => Number(flow?.time?.seconds) * 1_000 + Math.floor((flow?.time?.nanos ?? 0) / 1e6));
  return times.sort((a, b) => a - b).map((time) => new Date(time).toISOString().slice(11, 23));
}

async function nothingIsLeft(): Promise<void> {
  await expect.poll(() => chat.lab.faults.relay.openCalls(), { timeout: 20_000 }).toBe(0);
  const left = async () => [...(await redis.keys("*:follows")), ...(await redis.keys("*:running:*"))];
  await expect.poll(left, { timeout: 20_000 }).toEqual([]);
}

test("one message that changes, five seconds apart, with the last lines of the world, and ends by itself", async () => {
  const run = await following("follow deathstar --for 14s");
  const answer = await ended(run, 60_000);

  const interim = answer.versions.filter(isInterim);
  expect(interim.length).toBeGreaterThan(0);
  expect(interim.length).toBeLessThanOrEqual(3);
  const times = answer.versions.slice(0, -1).map(({ at }) => at);
  // Handed over further apart than that; a busy machine may show one late and the next in time.
  for (const [index, at] of times.slice(1).entries()) expect(at - (times[index] ?? 0)).toBeGreaterThan(3_500);
  for (const version of interim) expect(bodyOf(version)).toMatch(/so far, [\d.]+\/s now/);

  const body = bodyOf(answer);
  const [, since = "", until = ""] = /--since (\S+Z) --until (\S+Z)/.exec(body) ?? [];
  const truth = made(Date.parse(since), Date.parse(until));
  expect(Date.parse(until) - Date.parse(since)).toBe(14_000);
  expect(truth.length).toBeGreaterThan(20);
  expect(answer.text).toContain(`deathstar: ${truth.length} flows in 14s`);
  expect(linesIn(answer)).toEqual(truth.slice(-10));
  expect(body).toContain("Coverage: ");
  expect(about(chat.slack, chat.incidents, run.key)).toHaveLength(1);
  await nothingIsLeft();
}, 90_000);

test("the button stops it within six seconds for whoever asked; for nobody else, and then it runs on", async () => {
  const { slack, alice, bob } = chat;
  const { run, placeholder } = await longRun(bob);
  await slack.pressButton(placeholder, "command:0", { user: alice });
  const refused = () =>
    slack.ephemerals().find(({ user, text }) => user === alice.id && text.includes("may stop this"));
  await waitFor(() => refused() !== undefined, 20_000, chat.logs);
  expect(refused()?.text).toContain("Only bob or an admin may stop this");
  expect(JSON.stringify(refused()?.blocks)).toContain(`\\"slack:${alice.id}\\"`);
  const edits = run.shown()?.versions.length ?? 0;
  await waitFor(() => (run.shown()?.versions.length ?? 0) > edits, 30_000);
  expect(isInterim(run.shown()?.versions.at(-1) as Version)).toBe(true);

  const { answer, pressedAt } = await stopped(run, placeholder, bob);
  const lines = linesIn(answer);
  const [first, last] = [lines[0] ?? "", lines.at(-1) ?? ""];
  const truth = made(pressedAt - 60_000, answer.at);
  const between = (times: readonly string[]) => times.filter((time) => time !== first && time !== last);
  expect(lines).toHaveLength(10);
  expect(between(lines)).toEqual(between(truth.slice(truth.indexOf(first), truth.lastIndexOf(last) + 1)));
}, 120_000);

test("an admin stops what somebody else asked for", async () => {
  const { run, placeholder } = await longRun(chat.alice);
  await stopped(run, placeholder, chat.bob);
}, 90_000);

async function longRun(user: User): Promise<{ readonly run: Run; readonly placeholder: Message }> {
  const run = await following("follow deathstar --for 10m", user);
  await waitFor(() => run.shown()?.versions.some(isInterim) === true, 40_000);
  expect(chat.lab.faults.relay.openCalls()).toBeGreaterThan(0);
  return { run, placeholder: run.shown() as Message };
}

async function stopped(run: Run, placeholder: Message, user: User): Promise<{ answer: Message; pressedAt: number }> {
  const pressedAt = Date.now();
  await chat.slack.pressButton(placeholder, "command:0", { user });
  const answer = await ended(run, 30_000);
  expect(answer.at - pressedAt).toBeLessThan(6_000);
  expect(bodyOf(answer)).toContain("somebody stopped it");
  await nothingIsLeft();
  return { answer, pressedAt };
}
