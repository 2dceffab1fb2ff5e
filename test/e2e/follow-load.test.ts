/**
 * Follows of 5,000 flows a second, through Slack: one ends by itself, one by its button. What is shown is compared with what the world made.
 * FOLLOW_LOAD_SECONDS: how long the first goes on.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeRedis, connectProducer, type Redis, waitForRedis } from "../../src/store/redis.ts";
import { about, type BotProcess, type Chat, startChat, waitFor } from "../support/chat.ts";
import type { Message, Version } from "../support/slack/state/messages.ts";

const seconds = Number(process.env["FOLLOW_LOAD_SECONDS"] ?? 5);
/** SYNs that are denied: two flows each. */
const load = { perSecond: 2_500, sources: 2_000 };
/** Seconds that one burst of the lab may have. */
const longestBurst = 40;

let chat: Chat;
let bot: BotProcess;
let redis: Redis;
/** When the load that was begun is over. */
let overAt = 0;
beforeAll(async () => {
  // A recorder would hold streams of its own open.
  chat = await startChat({ mode: "http", config: { recorder: { enabled: false } } });
  bot = await chat.startBot();
  chat.slack.deliverTo({ url: bot.events });
  redis = connectProducer(chat.lab.addresses.redis ?? "", () => undefined);
  await waitForRedis(redis, 15_000);
}, 90_000);
afterAll(async () => {
  await closeRedis(redis);
  await chat[Symbol.asyncDispose]();
}, 30_000);

test(
  "ends by itself with every flow counted and the last lines, or says that there were more",
  async () => {
    const before = megabytesOf(bot, "VmRSS");
    const run = await following(`follow deathstar --for ${seconds}s`);
    await loadFor(seconds);
    const answer = await answerOf(run, (seconds + 40) * 1_000);

    const { from, to } = windowOf(answer);
    expect(to - from).toBe(seconds * 1_000);
    const truth = made(from, to);
    expect(made(to - 2_000, to).length).toBeGreaterThan(9_800);
    const flows = flowsOf(answer);
    // A machine may be too busy for the lab, the program and Slack together.
    const isWhole = !bodyOf(answer).includes("reading stopped before the end");
    const memory = { before, peak: megabytesOf(bot, "VmHWM") };
    say({ seconds, made: truth.length, flows, isWhole, memory });
    if (isWhole) {
      expect(flows).toBe(truth.length);
      expect(linesIn(answer)).toEqual(truth.slice(-10));
    } else {
      expect(answer.text).toContain("deathstar: at least ");
      expect(flows).toBeLessThan(truth.length);
    }
    await nothingIsLeft();
  },
  120_000 + seconds * 2_000,
);

test("edits in budget, stopped by its button in time, and all that it shows is what the world had made by then", async () => {
  const { slack, alice } = chat;
  const before = megabytesOf(bot, "VmRSS");
  const beganAt = Date.now();
  const run = await following("follow deathstar --for 10m");
  await loadFor(40);
  const interim = () => run.shown()?.versions.filter(isInterim) ?? [];
  await waitFor(() => interim().length > 1, 60_000, chat.logs);
  const pressedAt = Date.now();
  await slack.pressButton(run.shown() as Message, "command:0", { user: alice });
  const answer = await answerOf(run, 90_000);

  expect(bodyOf(answer)).toContain("somebody stopped it");
  // A second or less, and on a busy machine more: in any case long before its ten minutes are over.
  expect(answer.at - pressedAt).toBeLessThan(90_000);
  const truth = made(windowOf(answer).from, answer.at);
  expect(flowsOf(answer)).toBeGreaterThan(0);
  // However busy the machine is, whatever is counted and shown was made, once and in its order. Relay sorts a hundred flows at a time: where more come at
  // once, some that later ones overtook are still to come.
  const overtaken = [...interim(), answer].map((version) => {
    const shown = linesIn(version);
    expect(shown.length).toBe(Math.min(10, flowsOf(version)));
    expect(isWithin(shown, truth)).toBe(true);
    return truth.lastIndexOf(shown.at(-1) ?? "") + 1 - flowsOf(version);
  });
  expect(Math.min(...overtaken)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...overtaken)).toBeLessThan(truth.length / 2);

  const edits = slack.calls("chat.update").filter(({ at }) => at >= beganAt).length;
  // Slack allows fifty a minute to a workspace. The answer is one too.
  expect(edits).toBeLessThanOrEqual((Date.now() - beganAt) / 5_000 + 1);
  const memory = { before, peak: megabytesOf(bot, "VmHWM") };
  say({ flows: flowsOf(answer), overtaken, edits, stopMs: answer.at - pressedAt, memory });
  await nothingIsLeft();
  expect(slack.leftovers()).toEqual([]);
}, 240_000);

const isInterim = ({ text }: Version) => text.includes("Following ");
const bodyOf = ({ text, blocks, attachments }: Version) => JSON.stringify([text, blocks, attachments]);
const flowsOf = ({ text }: Version) => Number(/([\d,]+) flows (?:in|so far)/.exec(text)?.[1]?.replaceAll(",", ""));
const linesIn = (version: Version): string[] =>
  [...JSON.stringify(version.blocks).matchAll(/[A-Z][a-z]{2} [ \d]\d (\d\d:\d\d:\d\d\.\d{3}): /g)].map(
    ([, time = ""]) => time,
  );
/** In this order, others between them or not. */
const isWithin = (some: readonly string[], all: readonly string[]): boolean =>
  some.length === all.reduce((found, each) => (each === some[found] ? found + 1 : found), 0);
const say = (figures: object) => process.stdout.write(`${JSON.stringify(figures)}\n`);

interface Run {
  shown(): Message | undefined;
}

async function following(text: string): Promise<Run> {
  await waitFor(() => Date.now() > overAt, 120_000);
  const { slack, incidents: channel, alice: user } = chat;
  const { key } = await slack.slashCommand({ text, user, channel });
  return { shown: () => about(slack, channel, key)[0] };
}

async function answerOf({ shown }: Run, ms: number): Promise<Message> {
  const isOver = (message: Message) => !isInterim(message) && !message.text.includes("Working on:");
  await waitFor(
    () => shown() !== undefined && isOver(shown() as Message),
    ms,
    () => `${shown()?.text} ${chat.logs()}`,
  );
  return shown() as Message;
}

function windowOf(answer: Version): { readonly from: number; readonly to: number } {
  const [, since = ""] = /--since (\S+Z)/.exec(bodyOf(answer)) ?? [];
  const [, until = ""] = /--until (\S+Z)/.exec(bodyOf(answer)) ?? [];
  return { from: Date.parse(since), to: Date.parse(until) };
}

async function nothingIsLeft(): Promise<void> {
  await expect.poll(() => chat.lab.faults.relay.openCalls(), { timeout: 20_000 }).toBe(0);
  const left = async () => [...(await redis.keys("*:follows")), ...(await redis.keys("*:running:*"))];
  await expect.poll(left, { timeout: 20_000 }).toEqual([]);
}

/** Not before Relay is asked: what its rings held and no longer hold when it is asked late would not be counted. */
async function loadFor(wanted: number): Promise<void> {
  const { world, faults } = chat.lab;
  await waitFor(() => faults.relay.openCalls() > 0, 20_000, chat.logs);
  for (let at = Date.now() + 500, left = wanted; left > 0; left -= longestBurst) {
    const burst = world.burst({ ...load, at, seconds: Math.min(left, longestBurst) });
    at = burst.at + burst.seconds * 1_000;
    overAt = at;
  }
}

/** What the world made: times of the deathstar's flows on all nodes, oldest first, as lines write them. Second by second, because there are many. */
function made(from: number, to: number): string[] {
  const { world } = chat.lab;
  const times: number[] = [];
  for (let at = from; at < to; at += 1_000)
    for (const { name } of world.nodes)
      for (const { flow } of world.flows(name, at, Math.min(at + 1_000, to)))
        if ([flow?.source, flow?.destination].some((end) => end?.podName?.startsWith("deathstar-") === true))
          times.push(Number(flow?.time?.seconds) * 1_000 + Math.floor((flow?.time?.nanos ?? 0) / 1e6));
  return times.sort((a, b) => a - b).map((time) => new Date(time).toISOString().slice(11, 23));
}

function megabytesOf({ child }: BotProcess, field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const [, kilobytes = ""] = new RegExp(`${field}:\\s+(\\d+) kB`).exec(status) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}
