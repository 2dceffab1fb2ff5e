import { expect, test } from "vitest";
import { startListening, until } from "./harness.ts";

const connecting = "The bot is still connecting to Slack; ask again in a moment.";

test("once Slack has said who we are, HTTP is connected", async () => {
  await using bot = await startListening({ mode: "http" });
  const { team, bot: member } = bot.service.slack.workspace;
  expect(bot.slackIn.status()).toBe("connected");
  expect(bot.slackIn.ready()).toBe(true);
  expect(bot.slackIn.team()).toEqual({ team: team.id, botUserId: member.userId, botId: member.botId });
  expect(bot.service.slack.calls()).toHaveLength(1);
});

test("before Slack has said who we are nothing is taken, and events come again", async () => {
  await using bot = await startListening({
    mode: "http",
    slack: { retriesMs: Array(200).fill(50) },
    before: ({ slack }) => slack.faults.add({ methods: ["auth.test"], faults: [{ fault: "status", status: 503 }] }),
  });
  const { slack, alice, incidents } = bot.service;
  expect(bot.slackIn.team()).toBeUndefined();
  expect(bot.slackIn.ready()).toBe(false);
  expect(bot.slackIn.status()).toBe("connecting: HTTP 503");

  expect(await slack.slashCommand({ text: "x", user: alice, channel: incidents })).toMatchObject({ outcome: "acked" });
  expect(slack.ephemerals()).toMatchObject([{ text: connecting, user: alice.id }]);
  const mentioning = slack.mention({ text: "x", user: alice, channel: incidents });
  await until(() => slack.acks().some(({ status }) => status === 503));
  expect(bot.asks).toEqual([]);
  expect(bot.audits.slice(0, 2)).toEqual([
    { platform: "slack", kind: "command", decision: "not_taken", reason: "connecting" },
    { platform: "slack", kind: "mention", decision: "not_taken", reason: "connecting" },
  ]);

  slack.faults.clear();
  expect((await mentioning).outcome).toBe("acked");
  expect(bot.asks).toHaveLength(1);
  expect(bot.slackIn.status()).toBe("connected");
});

for (const mode of ["http", "socket"] as const) {
  test(`starting does not wait for a Slack that is away, and finds it when it is back (${mode})`, async () => {
    await using bot = await startListening({ mode, before: ({ slack }) => slack.refuse() });
    expect(bot.slackIn.status()).toBe("connecting: Slack cannot be reached");
    await bot.service.slack.listen();
    await until(() => bot.slackIn.ready());
    const { slack, alice, incidents } = bot.service;
    await slack.slashCommand({ text: "drops", user: alice, channel: incidents });
    expect(bot.asks).toHaveLength(1);
  });
}

test("a Slack that hangs is not waited for", async () => {
  const before = Date.now();
  await using bot = await startListening({
    mode: "socket",
    before: ({ slack }) => slack.faults.add({ faults: [{ fault: "hang" }] }),
  });
  expect(Date.now() - before).toBeLessThan(8_000);
  expect(bot.slackIn.status()).toBe("connecting");
});

test("a token that Slack refuses is named by its error", async () => {
  await using bot = await startListening({ mode: "http", botToken: "xoxb-old" });
  expect(bot.slackIn.status()).toBe("auth failed: invalid_auth");
  expect(bot.logged()).toContain("invalid_auth");
  expect(bot.logged()).not.toContain("xoxb-old");
});

test("as long as Slack asks for a pause, it is not asked", async () => {
  await using bot = await startListening({
    mode: "http",
    before: ({ slack }) =>
      slack.faults.add({ methods: ["auth.test"], times: 1, faults: [{ fault: "rate-limited", retryAfter: 1 }] }),
  });
  await until(() => bot.slackIn.ready());
  const [first, second] = bot.service.slack.calls("auth.test").map(({ at }) => at);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(990);
});

test("after close HTTP answers 503 and events come again elsewhere", async () => {
  await using bot = await startListening({ mode: "http" });
  const { slack, alice, incidents } = bot.service;
  await bot.slackIn.close();
  expect(bot.slackIn.status()).toBe("closed");
  const said = { text: "x", user: alice, channel: incidents };
  expect(await slack.mention(said)).toMatchObject({ attempts: [{ status: 503 }] });
  expect(await slack.slashCommand(said)).toMatchObject({ attempts: [{ status: 503 }], notice: "dispatch_failed" });
  expect(bot.asks).toEqual([]);
});

test("close waits for what is being acknowledged", async () => {
  await using bot = await startListening({
    mode: "http",
    take: async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { status: "working", say: "On it." };
    },
  });
  const { slack, alice, incidents } = bot.service;
  const sending = slack.slashCommand({ text: "x", user: alice, channel: incidents });
  await until(() => bot.asks.length === 1);
  await bot.slackIn.close();
  expect((await sending).outcome).toBe("acked");
});

test("close is bounded while Slack is away", async () => {
  await using bot = await startListening({ mode: "socket", before: ({ slack }) => slack.refuse() });
  const before = Date.now();
  await bot.slackIn.close();
  expect(Date.now() - before).toBeLessThan(5_000);
  expect(bot.slackIn.status()).toBe("closed");
});
