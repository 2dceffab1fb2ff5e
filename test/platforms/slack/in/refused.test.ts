import { request } from "node:http";
import { expect, test } from "vitest";
import { secrets } from "../../../slack-service/service.ts";
import { signedRequest, type Tamper, tampers } from "../../../support/slack/inbound/request.ts";
import { asObject, type Json } from "../../../support/slack/json.ts";
import { post, row, signed, startListening, until } from "./harness.ts";

const refusals: readonly (readonly [name: string, tamper: Tamper, status: number, reason: string])[] = [
  ["unsigned", tampers.unsigned, 401, "bad_signature"],
  ["signed with another secret", tampers.wrongSecret, 401, "bad_signature"],
  ["with half a signature", tampers.garbledSignature, 401, "bad_signature"],
  ["changed on the way", tampers.changedBody, 401, "bad_signature"],
  ["six minutes old", tampers.stale, 401, "stale"],
  ["five minutes ahead", tampers.future, 401, "future"],
  ["ninety seconds ahead", { shiftSeconds: 90 }, 401, "future"],
  ["of another content type", tampers.wrongContentType, 415, "content_type"],
  ["of five megabytes", tampers.oversized, 413, "too_large"],
  ["of one byte more than a megabyte", { padBytes: 1_048_576 }, 413, "too_large"],
];

for (const [name, tamper, status, reason] of refusals) {
  test(`a request ${name} goes no further and is one audit line`, async () => {
    await using bot = await startListening({ mode: "http" });
    const { slack, alice, incidents } = bot.service;
    const said = { text: "drops canary-in-body", user: alice, channel: incidents, tamper };
    const deliveries = [await slack.slashCommand(said), await slack.mention(said)];
    expect(deliveries.map(({ attempts }) => attempts[0]?.status)).toEqual([status, status]);
    const line = { platform: "slack", kind: "unknown", decision: "refused", reason };
    expect(bot.audits).toEqual([line, line]);
    expect(bot.asks).toEqual([]);
    expect(bot.logged()).not.toContain("canary-in-body");
    expect(slack.leftovers()).toEqual([]);
  });
}

test("a clock that is half a minute ahead and a request of four minutes are taken", async () => {
  await using bot = await startListening({ mode: "http" });
  const { slack, alice, incidents } = bot.service;
  const said = { text: "drops", user: alice, channel: incidents };
  for (const shiftSeconds of [30, -240]) await slack.slashCommand({ ...said, tamper: { shiftSeconds } });
  expect(bot.asks).toHaveLength(2);
});

test("a timestamp that is no number, and one without end, are refused", async () => {
  await using bot = await startListening({ mode: "http" });
  const { headers, body } = signedRequest("event", { type: "event_callback" }, secrets);
  for (const time of ["soon", "Infinity", ""]) {
    expect(await post(bot.url, { body, headers: { ...headers, "x-slack-request-timestamp": time } })).toMatchObject({
      status: 401,
    });
  }
  expect(bot.audits.map(({ reason }) => reason)).toEqual(["bad_signature", "future", "stale"]);
});

test("another method and another path are refused", async () => {
  await using bot = await startListening({ mode: "http" });
  const events = signedRequest("event", { type: "event_callback" }, secrets);
  expect((await fetch(bot.url)).status).toBe(405);
  expect((await post(bot.url.replace("events", "install"), events)).status).toBe(404);
  expect((await post(bot.url.replace("/slack/", "//slack/"), events)).status).toBe(404);
  expect(bot.audits.map(({ reason }) => reason)).toEqual(["method", "path", "path"]);
});

test("signed bodies that are no object end nothing", async () => {
  await using bot = await startListening({ mode: "http" });
  const statuses: Record<string, number> = {};
  for (const body of ["null", "1", '"x"', "", "{", "[]", "{}", '{"event":null}', '{"event":"x"}', '{"actions":null}']) {
    statuses[body] = (await post(bot.url, signed(body))).status;
  }
  expect(statuses).toEqual({
    ...{ null: 400, "1": 400, '"x"': 400, "": 400, "{": 400, "[]": 200, "{}": 200 },
    ...{ '{"event":null}': 500, '{"event":"x"}': 500, '{"actions":null}': 500 },
  });
  expect(bot.asks).toEqual([]);
  expect(bot.slackIn.status()).toBe("connected");
});

test("a body that stops on the way is given up after three seconds", async () => {
  await using bot = await startListening({ mode: "http" });
  const { headers } = signedRequest("event", {}, secrets);
  const ended = new Promise<void>((resolve) => {
    const sending = request(bot.url, { method: "POST", agent: false, headers: { ...headers, "content-length": 100 } });
    sending.on("error", () => resolve());
    sending.on("close", () => resolve());
    sending.write("{");
  });
  await ended;
  await until(() => bot.audits.length === 1);
  expect(bot.audits).toMatchObject([{ reason: "incomplete" }]);
});

test("the command of another name is told the right one", async () => {
  await using bot = await startListening({ mode: "http", slack: { command: "/hubble" } });
  const { slack, alice, incidents } = bot.service;
  expect(await slack.slashCommand({ text: "drops", user: alice, channel: incidents })).toMatchObject({
    outcome: "acked",
  });
  expect(slack.ephemerals()).toMatchObject([{ text: "This bot answers /cilium and not /hubble. Type: /cilium help" }]);
  expect(bot.asks).toEqual([]);
  expect(bot.audits).toMatchObject([{ kind: "command", reason: "other_command", person: alice.id }]);
});

/** What was sent, from another workspace: each field that says so, one at a time. */
const strangers: readonly (readonly [name: string, change: (payload: Json) => Json])[] = [
  ["the payload's", (payload) => ({ ...payload, team_id: "T9" })],
  ["the context's", (payload) => ({ ...payload, context_team_id: "T9" })],
  ["the message's", (payload) => ({ ...payload, event: { ...asObject(payload["event"]), team: "T9" } })],
  ["the person's", (payload) => ({ ...payload, event: { ...asObject(payload["event"]), user_team: "T9" } })],
  ["the sender's", (payload) => ({ ...payload, event: { ...asObject(payload["event"]), source_team: "T9" } })],
];

for (const [name, change] of strangers) {
  test(`a mention is not taken from another workspace, when it is ${name}`, async () => {
    await using bot = await startListening({ mode: "http" });
    const { slack, alice, incidents } = bot.service;
    const { payload } = await slack.mention({ text: "drops", user: alice, channel: incidents });
    expect(bot.asks).toHaveLength(1);
    expect((await post(bot.url, signedRequest("event", change(payload), secrets))).status).toBe(200);
    expect(bot.asks).toHaveLength(1);
    expect(bot.audits).toMatchObject([
      { kind: "mention", decision: "refused", reason: "other_team", person: alice.id },
    ]);
    expect(bot.notices).toEqual([]);
  });
}

test("a command and a button from another workspace are refused in private", async () => {
  await using bot = await startListening({ mode: "http" });
  const { slack, alice, incidents } = bot.service;
  const { payload } = await slack.slashCommand({ text: "drops", user: alice, channel: incidents });
  const answer = await post(bot.url, signedRequest("slash", { ...payload, team_id: "T9" }, secrets));
  expect(JSON.parse(answer.body)).toEqual({
    response_type: "ephemeral",
    text: expect.stringContaining("another Slack workspace"),
  });

  await bot.service.call("chat.postMessage", { channel: incidents.id, text: "x", blocks: [row] });
  const [message] = slack.messages(incidents);
  if (!message) throw new Error("nothing was posted");
  const press = await slack.pressButton(message, "command:0", { user: alice });
  const foreign = { ...press.payload, user: { id: "U9", team_id: "T9" } };
  expect(await post(bot.url, signedRequest("interactive", foreign, secrets))).toEqual({ status: 200, body: "" });
  await until(() => slack.calls("response_url").length === 1);
  expect(bot.asks).toHaveLength(2);
  expect(bot.audits).toMatchObject([
    { kind: "command", reason: "other_team" },
    { kind: "button", reason: "other_team", person: "U9" },
  ]);
});

test("no token, header or response_url is logged", async () => {
  await using bot = await startListening({ mode: "http" });
  const { slack, alice, incidents } = bot.service;
  const { responseUrl } = await slack.slashCommand({ text: "canary-text", user: alice, channel: incidents });
  await slack.slashCommand({ text: "canary-text", user: alice, channel: incidents, tamper: tampers.changedBody });
  await post(bot.url, signed('{"canary-text'));
  const noted = bot.logged() + JSON.stringify(bot.audits);
  for (const secret of [secrets.botToken, secrets.signingSecret, "canary-text", "v0=", responseUrl ?? ""]) {
    expect(noted).not.toContain(secret);
  }
});
