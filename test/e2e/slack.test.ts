/** People in Slack and the program as its own process: what they type, what they see, and that they see it once. */

import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { about, answerTo, type BotProcess, type Chat, startChat, waitFor } from "../support/chat.ts";
import { tampers } from "../support/slack/inbound/request.ts";

describe.each(["http", "socket"] as const)("over %s", (mode) => {
  let chat: Chat;
  let bot: BotProcess;
  beforeAll(async () => {
    chat = await startChat({ mode });
    bot = await chat.startBot();
    chat.slack.deliverTo(mode === "http" ? { url: bot.events } : "socket-mode");
  }, 60_000);
  afterAll(async () => {
    const code = await bot.stop();
    const left = chat.slack.leftovers();
    await chat[Symbol.asyncDispose]();
    expect([code, left]).toEqual([0, []]);
  }, 30_000);

  test("a command is acknowledged, announced, and answered in the place of its announcement", async () => {
    const { slack, incidents: channel, alice: user } = chat;

    const sent = await slack.slashCommand({ text: "drops deathstar --since 10m", user, channel });
    const answer = await answerTo(slack, channel, sent.key);

    expect(sent.outcome).toBe("acked");
    expect(ephemeralsOf(chat, "ack").at(-1)?.text).toContain("Working on it: drops deathstar --since 10m.");
    expect(answer.versions.map((version) => version.text.includes("Working on: drops deathstar"))).toEqual([
      true,
      false,
    ]);
    expect(answer.text).toMatch(/deathstar.*\d+ packets/);
    expect(answer.blocks.length).toBeGreaterThan(3);
    expect(about(slack, channel, sent.key)).toHaveLength(1);
  });

  test("the same request twice is one answer", async () => {
    const { slack, incidents: channel, alice: user } = chat;
    const command = await slack.slashCommand({ text: "drops xwing --since 10m", user, channel });
    const mention = await slack.mention({ text: "help", user, channel });

    await Promise.all([slack.again(command), slack.again(mention)]);
    await answerTo(slack, channel, command.key);
    await answerTo(slack, channel, mention.key);
    await slack.again(command);
    await new Promise((resolve) => setTimeout(resolve, 500));

    expect(about(slack, channel, command.key)).toHaveLength(1);
    expect(about(slack, channel, mention.key)).toHaveLength(1);
  });

  test("a mention is answered in its thread, a direct message where it was said", async () => {
    const { slack, incidents, alice: user } = chat;
    const root = slack.say({ text: "deathstar does not answer", user, channel: incidents });

    const inThread = await slack.mention({ text: "drops deathstar", user, channel: incidents, thread: root });
    const direct = await slack.messageIm({ text: "drops deathstar", user });
    const im = slack.workspace.openIm(user.id);

    expect((await answerTo(slack, incidents, inThread.key)).threadTs).toBe(root.ts);
    expect(await answerTo(slack, im, direct.key)).toMatchObject({ threadTs: null });
  });

  test("a button asks again in the thread of its answer, for another person too", async () => {
    const { slack, incidents: channel, alice, bob } = chat;
    const asked = await slack.slashCommand({ text: "help", user: alice, channel });
    const answer = await answerTo(slack, channel, asked.key);

    const pressed = await slack.pressButton(answer, "command:0", { user: bob });

    expect((await answerTo(slack, channel, pressed.key)).threadTs).toBe(answer.ts);
  });

  test("a button is refused in another channel, and once it is too old", async () => {
    const { slack, incidents, outside, alice: user } = chat;
    const asked = await slack.slashCommand({ text: "help", user, channel: incidents });
    const answer = await answerTo(slack, incidents, asked.key);

    const elsewhere = await slack.pressButton(answer, "command:0", { user, channel: outside });
    await forgetButtons(chat);
    const late = await slack.pressButton(answer, "command:0", { user });

    expect([elsewhere.outcome, late.outcome]).toEqual(["acked", "acked"]);
    await waitFor(() => ephemeralsOf(chat, "response_url").length >= 2, 5_000);
    const said = ephemeralsOf(chat, "response_url").map(({ text }) => text);
    expect(said).toContainEqual(expect.stringContaining("belongs to another channel"));
    expect(said).toContainEqual(expect.stringContaining("too old"));
    expect([about(slack, outside, elsewhere.key), about(slack, incidents, late.key)]).toEqual([[], []]);
  });

  test("a channel that the bot has not joined gets the answer, and how to invite the bot", async () => {
    const { slack, outside: channel, alice: user } = chat;

    await slack.slashCommand({ text: "drops deathstar --since 10m", user, channel });
    await waitFor(() => slack.messages(channel).some(({ via }) => via === "response_url"), 20_000);

    const said = slack.messages(channel).filter(({ via }) => via === "response_url");
    expect(said).toHaveLength(1);
    expect(said[0]?.text).toMatch(/deathstar/);
    expect(JSON.stringify(said[0]?.blocks)).toContain("/invite @");
  });

  test("who asks privately is answered privately", async () => {
    const { slack, incidents: channel, bob: user } = chat;
    const before = slack.messages(channel).length;

    await slack.slashCommand({ text: "drops deathstar --private", user, channel });
    await waitFor(() => ephemeralsOf(chat, "response_url", user.id).length > 0, 20_000);

    expect(ephemeralsOf(chat, "response_url", user.id).map(({ text }) => text)).toEqual([
      expect.stringMatching(/deathstar/),
    ]);
    expect(slack.messages(channel)).toHaveLength(before);
  });

  test("where no binding is, the person learns whom to ask and nobody else learns anything", async () => {
    const { slack, unbound: channel, alice: user } = chat;

    const command = await slack.slashCommand({ text: "drops deathstar", user, channel });
    const mention = await slack.mention({ text: "drops deathstar", user, channel });
    const refused = () => slack.ephemerals().filter((ephemeral) => ephemeral.channel === channel.id);
    await waitFor(() => refused().length >= 2, 5_000);

    expect(refused().map(({ text, user: to }) => [text.includes("#platform"), to])).toEqual(
      Array(2).fill([true, user.id]),
    );
    expect(slack.messages(channel).filter(({ via }) => via !== "person")).toEqual([]);
    expect(
      audited(bot)
        .filter(({ reason }) => reason === "no_binding")
        .map(({ kind }) => kind),
    ).toEqual(["command", "mention"]);
    expect([command.outcome, mention.outcome]).toEqual(["acked", "acked"]);
  });

  test("each accepted and refused request is one audit line", async () => {
    const { slack, incidents: channel, alice: user } = chat;
    const before = audited(bot).length;

    await slack.slashCommand({ text: "drops deathstar", user, channel });
    await slack.slashCommand({ text: "dorps", user, channel });

    await waitFor(() => audited(bot).length >= before + 2, 5_000);
    expect(audited(bot).slice(before)).toEqual([
      expect.objectContaining({ decision: "accepted", reason: "ok", command: "drops", person: user.id }),
      expect.objectContaining({ decision: "refused", reason: "bad_command", text: "dorps" }),
    ]);
  });

  test("an answer that is too long for a message goes along as a file in its thread", async () => {
    const { slack, incidents: channel, alice: user } = chat;

    const sent = await slack.slashCommand({ text: "observe --last 200 --since 10m", user, channel });
    const answer = await answerTo(slack, channel, sent.key);
    const inThread = () =>
      slack.messages(channel).filter(({ threadTs, files }) => threadTs === answer.ts && files.length > 0);
    await waitFor(() => inThread().length > 0, 20_000);

    expect(inThread()).toHaveLength(1);
    const text = slack.files().at(-1)?.bytes?.toString("utf8") ?? "";
    expect(text.split("\n").filter((line) => /^\s*\w{3} \d\d \d\d:\d\d:\d\d\.\d{3}: /.test(line))).toHaveLength(200);
  });

  test("no secret of ours and none of a flow is anywhere but where it is needed", async () => {
    const { slack, incidents: channel, alice: user, lab, secrets } = chat;
    const sent = await slack.slashCommand({ text: "observe -t l7 --last 100 --since 10m", user, channel });
    await answerTo(slack, channel, sent.key);

    const places = {
      log: bot.log(),
      metrics: await (await fetch(`${bot.admin}/metrics`)).text(),
      redis: await everythingIn(lab.config().redis?.url ?? ""),
      messages: JSON.stringify([
        slack.messages(channel),
        slack.ephemerals(),
        slack.files().map(({ bytes }) => bytes?.toString("utf8")),
      ]),
    };

    expect(places.redis.length).toBeGreaterThan(10_000);
    expect(places.messages).toContain("/v1/exhaust-port");
    for (const [place, text] of Object.entries(places)) {
      const found = Object.entries(secrets).filter(([, secret]) => text.includes(secret));
      expect({ place, found, flows: /user_id=\d/.exec(text)?.[0] }).toEqual({ place, found: [], flows: undefined });
    }
    expect(places.log).not.toContain("/commands/T"); // a response_url
  });
});

test("what is not from Slack, or not from now, starts nothing", async () => {
  await using chat = await startChat({ mode: "http" });
  const bot = await chat.startBot();
  const { slack, incidents: channel, alice: user } = chat;
  slack.deliverTo({ url: bot.events });
  const first = await slack.slashCommand({ text: "help", user, channel });
  await answerTo(slack, channel, first.key);
  const jobs = await countJobs(chat);

  const outcomes: string[] = [];
  for (const [name, tamper] of Object.entries(tampers)) {
    const sent = await slack.slashCommand({ text: "drops", user, channel, tamper });
    outcomes.push(`${name} ${sent.outcome} ${sent.attempts[0]?.status}`);
  }
  const replayed = await slack.replay(first);

  // Whoever sends a megabyte may be cut off before the 413 is read.
  expect(outcomes.filter((outcome) => !/ refused 4\d\d$|^oversized unreachable/.test(outcome))).toEqual([]);
  expect(await countJobs(chat)).toBe(jobs);
  expect(about(slack, channel, replayed.key)).toHaveLength(1);
  expect(audited(bot).filter(({ kind }) => kind === "unknown")).toHaveLength(Object.keys(tampers).length);
}, 60_000);

test("a stop in the middle of a command: the process ends in order, and another one answers once", async () => {
  await using chat = await startChat({ mode: "socket" });
  const first = await chat.startBot();
  const { slack, lab, incidents: channel, alice: user } = chat;
  slack.deliverTo("socket-mode");
  await lab.faults.relay.setFaults({ hang: true });

  const sent = await slack.slashCommand({ text: "drops deathstar", user, channel });
  await waitFor(() => about(slack, channel, sent.key).length === 1, 10_000);
  const stopping = first.stop();
  await lab.faults.relay.setFaults({ hang: false });
  expect(await stopping).toBe(0);
  await chat.startBot();

  const answer = await answerTo(slack, channel, sent.key);
  expect(about(slack, channel, sent.key)).toEqual([answer]);
}, 90_000);

async function countJobs({ lab }: Chat): Promise<number> {
  const redis = new Redis(lab.config().redis?.url ?? "");
  const keys = await redis.keys("*:commands:*");
  redis.disconnect();
  return keys.filter((key) => /:[0-9a-f]{32}$/.test(key)).length;
}

/** Every key and every value, each read in one step: a key may end or change its type between two. */
async function everythingIn(url: string): Promise<string> {
  const redis = new Redis(url);
  const texts = (await redis.eval(readEachKey, 0)) as string[];
  redis.disconnect();
  return texts.join("\n");
}

const readEachKey = `
  local read = {
    string = function(key) return { redis.call('GET', key) } end,
    hash = function(key) return redis.call('HGETALL', key) end,
    list = function(key) return redis.call('LRANGE', key, 0, -1) end,
    set = function(key) return redis.call('SMEMBERS', key) end,
    zset = function(key) return redis.call('ZRANGE', key, 0, -1) end,
    stream = function(key)
      local texts = {}
      for _, entry in ipairs(redis.call('XRANGE', key, '-', '+')) do table.insert(texts, table.concat(entry[2], ' ')) end
      return texts
    end,
  }
  local texts = {}
  for _, key in ipairs(redis.call('KEYS', '*')) do
    local of = redis.call('TYPE', key).ok
    if of ~= 'none' then table.insert(texts, key .. ' ' .. table.concat(read[of](key), ' ')) end
  end
  return texts`;

function ephemeralsOf({ slack }: Chat, via: string, user?: string) {
  return slack.ephemerals().filter((ephemeral) => ephemeral.via === via && (!user || ephemeral.user === user));
}

function audited(bot: BotProcess): Record<string, unknown>[] {
  return bot
    .log()
    .split("\n")
    .filter((line) => line.includes('"audit"'))
    .map((line) => (JSON.parse(line) as { audit: Record<string, unknown> }).audit);
}

async function forgetButtons({ lab }: Chat): Promise<void> {
  const redis = new Redis(lab.config().redis?.url ?? "");
  const keys = await redis.keys("*:button:*");
  if (keys.length > 0) await redis.del(keys);
  redis.disconnect();
}
