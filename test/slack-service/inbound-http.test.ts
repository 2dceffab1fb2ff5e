import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { tampers } from "../support/slack/inbound/request.ts";
import { asObject } from "../support/slack/json.ts";
import { type Got, startTestBot } from "./bot.ts";
import { secrets, section, startTestSlack } from "./service.ts";

/** As a bot checks it, from the page "Verifying requests from Slack". */
function isSigned({ headers, body }: Got): boolean {
  const timestamp = String(headers["x-slack-request-timestamp"]);
  const hex = createHmac("sha256", secrets.signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
  return headers["x-slack-signature"] === `v0=${hex}`;
}

const ageOf = ({ headers }: Got) => Date.now() / 1_000 - Number(headers["x-slack-request-timestamp"]);

test("a slash command is a signed form with all its fields", async () => {
  await using service = await startTestSlack();
  await using bot = await startTestBot();
  const { slack, alice, incidents } = service;
  slack.deliverTo({ url: bot.url });
  const delivery = await slack.slashCommand({ text: "drops death star & co", user: alice, channel: incidents });
  const [got] = bot.got as [Got];
  expect(isSigned(got)).toBe(true);
  expect(Math.abs(ageOf(got))).toBeLessThan(2);
  expect(got.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  expect(Object.fromEntries(new URLSearchParams(got.body))).toEqual({
    token: "verification-token",
    team_id: "T0000000001",
    team_domain: "test-workspace",
    channel_id: incidents.id,
    channel_name: "incidents",
    user_id: alice.id,
    user_name: "alice",
    command: "/cilium",
    text: "drops death star & co",
    api_app_id: slack.workspace.bot.appId,
    is_enterprise_install: "false",
    response_url: delivery.responseUrl,
    trigger_id: delivery.key,
  });
  expect(delivery).toMatchObject({ kind: "slash", outcome: "acked", notice: null });
  expect(slack.acks()).toMatchObject([{ key: delivery.key, via: "http", status: 200, ms: expect.any(Number) }]);
});

test("a mention is a signed event, and the message is in the conversation", async () => {
  await using service = await startTestSlack();
  await using bot = await startTestBot();
  const { slack, alice, incidents } = service;
  slack.deliverTo({ url: bot.url });
  const root = slack.say({ text: "why?", user: alice, channel: incidents });
  const delivery = await slack.mention({ text: "drops x", user: alice, channel: incidents, thread: root });
  const [got] = bot.got as [Got];
  expect(isSigned(got)).toBe(true);
  expect(got.headers["content-type"]).toBe("application/json");
  const message = slack.messages(incidents)[1];
  expect(JSON.parse(got.body)).toMatchObject({
    type: "event_callback",
    event_id: delivery.key,
    team_id: "T0000000001",
    event: {
      type: "app_mention",
      user: alice.id,
      channel: incidents.id,
      text: `<@${slack.workspace.bot.userId}> drops x`,
      ts: message?.ts,
      thread_ts: root.ts,
    },
  });
});

test("Slack tells a bot nothing of conversations it has not joined", async () => {
  await using service = await startTestSlack();
  service.slack.deliverTo({ url: "http://127.0.0.1:9/" });
  const outside = service.slack.workspace.addChannel({ name: "outside", bot: false });
  await expect(service.slack.mention({ text: "x", user: service.alice, channel: outside })).rejects.toThrow(
    "not joined",
  );
});

test("a direct message is an event of channel_type im", async () => {
  await using service = await startTestSlack();
  await using bot = await startTestBot();
  service.slack.deliverTo({ url: bot.url });
  await service.slack.messageIm({ text: "drops", user: service.alice });
  const channel = service.slack.workspace.openIm(service.alice.id).id;
  expect(asObject(JSON.parse(bot.got[0]?.body ?? ""))["event"]).toMatchObject({
    type: "message",
    channel_type: "im",
    channel,
    text: "drops",
  });
});

const row = {
  type: "actions",
  block_id: "row",
  elements: [{ type: "button", action_id: "again", value: "id-1", text: { type: "plain_text", text: "Again" } }],
};

test("a pressed button says which, on what, by whom and where", async () => {
  await using service = await startTestSlack();
  await using bot = await startTestBot();
  const { slack, incidents, bob } = service;
  slack.deliverTo({ url: bot.url });
  await service.call("chat.postMessage", { channel: incidents.id, text: "x", blocks: [section("x"), row] });
  const [message] = slack.messages(incidents);
  if (!message) throw new Error("nothing was posted");
  const delivery = await slack.pressButton(message, "again", { user: bob });
  const [got] = bot.got as [Got];
  expect(isSigned(got)).toBe(true);
  expect(JSON.parse(new URLSearchParams(got.body).get("payload") ?? "")).toMatchObject({
    type: "block_actions",
    team: { id: "T0000000001" },
    user: { id: bob.id },
    channel: { id: incidents.id },
    container: { type: "message", message_ts: message.ts, channel_id: incidents.id, is_ephemeral: false },
    message: { ts: message.ts, text: "x" },
    actions: [{ type: "button", action_id: "again", block_id: "row", value: "id-1" }],
    trigger_id: delivery.key,
    response_url: delivery.responseUrl,
  });
});

test("a button on a private message is pressed by the person who sees it, and the message is not sent along", async () => {
  await using service = await startTestSlack();
  await using bot = await startTestBot();
  const { slack, incidents, alice, bob } = service;
  slack.deliverTo({ url: bot.url });
  await service.call("chat.postEphemeral", { channel: incidents.id, user: alice.id, text: "x", blocks: [row] });
  const [ephemeral] = slack.ephemerals();
  if (!ephemeral) throw new Error("nothing was shown");
  await expect(slack.pressButton(ephemeral, "again", { user: bob })).rejects.toThrow("nobody else");
  await slack.pressButton(ephemeral, "again", { user: alice });
  const payload = asObject(JSON.parse(new URLSearchParams(bot.got[0]?.body).get("payload") ?? ""));
  expect(payload).toMatchObject({ container: { is_ephemeral: true, message_ts: ephemeral.ts } });
  expect(payload).not.toHaveProperty("message");
});

test("a press can claim another conversation than is true", async () => {
  await using service = await startTestSlack();
  await using bot = await startTestBot();
  const { slack, incidents, alice } = service;
  const other = slack.workspace.addChannel({ name: "other" });
  slack.deliverTo({ url: bot.url });
  await service.call("chat.postMessage", { channel: incidents.id, text: "x", blocks: [row] });
  const [message] = slack.messages(incidents);
  if (!message) throw new Error("nothing was posted");
  await slack.pressButton(message, "again", { user: alice, channel: other });
  const payload = JSON.parse(new URLSearchParams(bot.got[0]?.body).get("payload") ?? "");
  expect(payload).toMatchObject({ channel: { id: other.id }, container: { channel_id: other.id } });
});

test("a command that is not acknowledged in time is given up and not sent again", async () => {
  await using service = await startTestSlack({ ackMs: 60, retriesMs: [0, 0] });
  await using bot = await startTestBot(() => ({ delayMs: 200 }));
  const { slack, alice, incidents } = service;
  slack.deliverTo({ url: bot.url });
  const delivery = await slack.slashCommand({ text: "x", user: alice, channel: incidents });
  expect(delivery).toMatchObject({ outcome: "timeout", notice: "operation_timeout", attempts: [{ ms: null }] });
  expect(bot.got).toHaveLength(1);
  expect(slack.leftovers()).toEqual([`slash ${delivery.key}, attempt 1: timeout`]);
});

test("an answer that is not 2xx and a bot that is away are a failed dispatch", async () => {
  await using service = await startTestSlack();
  const { slack, alice, incidents } = service;
  const said = { text: "x", user: alice, channel: incidents };
  const bot = await startTestBot(() => ({ status: 503 }));
  slack.deliverTo({ url: bot.url });
  expect(await slack.slashCommand(said)).toMatchObject({ outcome: "refused", notice: "dispatch_failed" });
  await bot[Symbol.asyncDispose]();
  expect(await slack.slashCommand(said)).toMatchObject({ outcome: "unreachable", notice: "dispatch_failed" });
});

test("an event comes again with the reason, until it is acknowledged", async () => {
  await using service = await startTestSlack({ ackMs: 60, retriesMs: [0, 20, 20] });
  await using bot = await startTestBot((count) => [{}, { status: 500 }, { delayMs: 200 }, {}][count] ?? {});
  const { slack, alice, incidents } = service;
  slack.deliverTo({ url: bot.url });
  const delivery = await slack.mention({ text: "x", user: alice, channel: incidents });
  expect(delivery.attempts.map(({ outcome }) => outcome)).toEqual(["refused", "timeout", "acked"]);
  expect(bot.got.map(({ headers }) => [headers["x-slack-retry-num"], headers["x-slack-retry-reason"]])).toEqual([
    [undefined, undefined],
    ["1", "http_error"],
    ["2", "http_timeout"],
  ]);
  expect(new Set(bot.got.map(({ body }) => asObject(JSON.parse(body))["event_id"])).size).toBe(1);
  expect(slack.leftovers()).toEqual([]);
  expect(bot.got.every(isSigned)).toBe(true);
});

test("a retry goes to where the bot is by then", async () => {
  await using service = await startTestSlack({ retriesMs: [100] });
  const { slack, alice, incidents } = service;
  slack.deliverTo({ url: "http://127.0.0.1:9/" });
  const sending = slack.mention({ text: "x", user: alice, channel: incidents });
  await using bot = await startTestBot();
  slack.deliverTo({ url: bot.url });
  expect((await sending).attempts.map(({ outcome }) => outcome)).toEqual(["unreachable", "acked"]);
});

test("retries end after the last, and with X-Slack-No-Retry at once", async () => {
  await using service = await startTestSlack({ retriesMs: [0, 0, 0] });
  const { slack, alice, incidents } = service;
  await using failing = await startTestBot(() => ({ status: 500 }));
  slack.deliverTo({ url: failing.url });
  await slack.mention({ text: "x", user: alice, channel: incidents });
  expect(failing.got).toHaveLength(4);
  await using refusing = await startTestBot(() => ({ status: 500, headers: { "X-Slack-No-Retry": "1" } }));
  slack.deliverTo({ url: refusing.url });
  await slack.mention({ text: "x", user: alice, channel: incidents });
  expect(refusing.got).toHaveLength(1);
});

test("what was spoilt is spoilt and the rest is right", async () => {
  await using service = await startTestSlack();
  await using bot = await startTestBot(() => ({ status: 401 }));
  const { slack, alice, incidents } = service;
  slack.deliverTo({ url: bot.url });
  for (const tamper of Object.values(tampers))
    await slack.slashCommand({ text: "x", user: alice, channel: incidents, tamper });
  const seen = Object.fromEntries(
    Object.keys(tampers).map((name, index) => {
      const got = bot.got[index] as Got;
      const { "content-type": type, "x-slack-signature": signature } = got.headers;
      return [
        name,
        {
          signed: isSigned(got),
          sent: signature !== undefined,
          age: Math.round(ageOf(got) / 10),
          type,
          long: got.body.length > 4 * 1_048_576,
        },
      ];
    }),
  );
  const right = { signed: true, sent: true, age: 0, type: "application/x-www-form-urlencoded", long: false };
  expect(seen).toEqual({
    unsigned: { ...right, signed: false, sent: false },
    wrongSecret: { ...right, signed: false },
    garbledSignature: { ...right, signed: false },
    stale: { ...right, age: 30 },
    future: { ...right, age: -30 },
    changedBody: { ...right, signed: false },
    wrongContentType: { ...right, type: "text/plain" },
    oversized: { ...right, long: true },
  });
  expect(slack.leftovers()).toEqual([]);
});

test("a replay is the same request byte for byte, sending again is the same thing signed anew", async () => {
  await using service = await startTestSlack();
  await using bot = await startTestBot();
  const { slack, alice, incidents } = service;
  slack.deliverTo({ url: bot.url });
  const first = await slack.slashCommand({ text: "x", user: alice, channel: incidents });
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await slack.replay(first);
  await slack.again(first);
  const [a, b, c] = bot.got as [Got, Got, Got];
  expect(b.body).toBe(a.body);
  expect(b.headers["x-slack-signature"]).toBe(a.headers["x-slack-signature"]);
  expect(c.body).toBe(a.body);
  expect(c.headers["x-slack-signature"]).not.toBe(a.headers["x-slack-signature"]);
  expect(isSigned(c)).toBe(true);
});

test("what is waited for is pending, and close ends the wait", async () => {
  await using bot = await startTestBot(() => ({ delayMs: 2_000 }));
  const service = await startTestSlack();
  const { slack, alice, incidents } = service;
  slack.deliverTo({ url: bot.url });
  const delivery = slack.slashCommand({ text: "x", user: alice, channel: incidents });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(slack.pending()).toMatchObject([{ kind: "slash", outcome: "pending" }]);
  await slack.close();
  expect((await delivery).outcome).toBe("unreachable");
  expect(slack.pending()).toEqual([]);
});

test("nothing is sent before the test said where the bot is", async () => {
  await using service = await startTestSlack();
  await expect(service.slack.event({ type: "app_mention" })).rejects.toThrow("deliverTo");
});
