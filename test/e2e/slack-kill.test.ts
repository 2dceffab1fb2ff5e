/**
 * Processes are killed with -9 at random points of commands while a third of Slack's replies is lost or a 429. Six runs unless KILL_RUNS says more; SEED begins
 * another series.
 */
import { expect, test } from "vitest";
import { type Random, randomFrom } from "../fixtures/random.ts";
import { about, type BotProcess, type Chat, isPlaceholder, startChat, waitFor } from "../support/chat.ts";
import { lossy } from "../support/slack/faults.ts";
import type { Channel } from "../support/slack/state/workspace.ts";

const runs = Number(process.env["KILL_RUNS"] ?? 6);
const firstSeed = Number(process.env["SEED"] ?? 1);

interface Asked {
  readonly channel: Channel;
  readonly key: string;
  /** The person saw that it was accepted; otherwise Slack told that it failed, and it may be answered or not. */
  readonly accepted: boolean;
}

test(`${runs} kills: every accepted command has one answer, and no more strays than kills`, async () => {
  await using chat = await startChat({ mode: "http" });
  const channels = [1, 2, 3].map((n) => boundChannel(chat, n));
  const config = { channels: [{ match: "slack:*", clusters: ["*"], namespaces: ["*"], commands: ["*"] }] };
  let victim = await chat.startBot({ config });
  let next = await chat.startBot({ config });
  const asked: Asked[] = [];

  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = randomFrom(seed);
    const calm = chat.slack.faults.add(lossy(seed));
    asked.push(...(await askAndKill(chat, victim, channels, random)));
    const replacement = await chat.startBot({ config });
    calm();
    [victim, next] = [next, replacement];
  }

  const accepted = asked.filter((each) => each.accepted);
  const answersTo = ({ channel, key }: Asked) =>
    about(chat.slack, channel, key).filter((message) => !isPlaceholder(message));
  await waitFor(
    () => accepted.every((each) => answersTo(each).length > 0),
    90_000,
    () => [...accepted.filter((each) => answersTo(each).length === 0).map(({ key }) => key), chat.logs()].join("\n"),
  );
  const shown = asked.flatMap(({ channel, key }) => about(chat.slack, channel, key));
  const counts = accepted.map((each) => answersTo(each).length);
  const figures = {
    kills: runs,
    asked: asked.length,
    accepted: accepted.length,
    answeredOnce: counts.filter((count) => count === 1).length,
    answeredTwice: counts.filter((count) => count > 1).length,
    strayPlaceholders: shown.filter(isPlaceholder).length,
    acknowledgementLost: asked.length - accepted.length,
    ofThoseAnswered: asked.filter((each) => !each.accepted && answersTo(each).length === 1).length,
    callsSpoilt: chat.slack.calls().filter(({ fault }) => fault !== null).length,
    calls: chat.slack.calls().length,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);

  expect(figures.accepted).toBeGreaterThan(runs);
  expect(counts).toEqual(Array(accepted.length).fill(1));
  expect(asked.filter((each) => answersTo(each).length > 1)).toEqual([]);
  expect(figures.strayPlaceholders).toBeLessThanOrEqual(runs);
}, 1_800_000);

/** Three requests at about the same time, and the end of whoever took them at some point on the way. */
async function askAndKill(
  { slack, alice, bob }: Chat,
  victim: BotProcess,
  channels: readonly Channel[],
  random: Random,
): Promise<Asked[]> {
  slack.deliverTo({ url: victim.events });
  const work = channels.map(async (channel, at): Promise<Asked> => {
    await pause(random.below(200));
    const text = ["drops deathstar --since 10m", "help drops", "drops xwing"][at] ?? "help";
    const user = random.pick([alice, bob]);
    const sent = await (random.chance(0.7)
      ? slack.slashCommand({ text, user, channel })
      : slack.mention({ text, user, channel }));
    return { channel, key: sent.key, accepted: sent.outcome === "acked" };
  });
  await pause(random.pick([0, 150, 400, 800]) + random.below(400));
  await victim.stop("SIGKILL");
  return await Promise.all(work);
}

function boundChannel({ slack, alice, bob }: Chat, n: number): Channel {
  return slack.workspace.addChannel({ name: `team-${n}`, members: [alice.id, bob.id] });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
