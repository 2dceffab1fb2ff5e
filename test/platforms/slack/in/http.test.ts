import { expect, test } from "vitest";
import { secrets } from "../../../slack-service/service.ts";
import { signedRequest } from "../../../support/slack/inbound/request.ts";
import { buttonId, type Listening, notTaken, post, refused, row, startListening, until, working } from "./harness.ts";

const overHttp = (options: Partial<Parameters<typeof startListening>[0]> = {}) =>
  startListening({ mode: "http", ...options });

const minutes = (from: number, to: number | undefined) => Math.round(((to ?? 0) - from) / 60_000);

/** What the bot has shown in the channel, with buttons. */
async function showButtons({ service }: Listening, thread?: string) {
  const { incidents, slack } = service;
  await service.call("chat.postMessage", {
    ...{ channel: incidents.id, text: "x", blocks: [row] },
    ...(thread !== undefined && { thread_ts: thread }),
  });
  const message = slack.messages(incidents).at(-1);
  if (!message) throw new Error("nothing was posted");
  return message;
}

test("a slash command is asked and its acknowledgement says what became of it, to that person alone", async () => {
  await using bot = await overHttp();
  const { slack, alice, incidents } = bot.service;
  const delivery = await slack.slashCommand({ text: " drops a&amp;b ", user: alice, channel: incidents });
  expect(delivery).toMatchObject({ outcome: "acked", attempts: [{ status: 200 }] });
  const [ask] = bot.asks;
  expect(ask).toEqual({
    key: `slack:T0000000001:${delivery.key}`,
    kind: "command",
    conversation: `slack:T0000000001/${incidents.id}`,
    place: { person: alice.id, name: "alice", reply: { url: delivery.responseUrl, until: expect.any(Number) } },
    direct: false,
    asked: { text: "drops a&b" },
    receivedAt: expect.any(Number),
    repeats: false,
  });
  expect(minutes(ask?.receivedAt ?? 0, ask?.place.reply?.until)).toBe(29);
  expect(Math.abs(Date.now() - (ask?.receivedAt ?? 0))).toBeLessThan(10_000);
  expect(slack.ephemerals()).toMatchObject([{ text: "Working on it.", user: alice.id, via: "ack" }]);
  expect(bot.audits).toEqual([]);
  expect(slack.leftovers()).toEqual([]);
});

test("a command in a conversation of two is direct", async () => {
  await using bot = await overHttp();
  const { slack, alice } = bot.service;
  await slack.slashCommand({ text: "help", user: alice, channel: slack.workspace.openIm(alice.id) });
  expect(bot.asks).toMatchObject([{ direct: true, kind: "command" }]);
});

test("a refusal and a request that was not taken are said in the acknowledgement of the command, and ring nobody", async () => {
  await using bot = await overHttp({ take: (_, count) => (count === 1 ? refused : notTaken) });
  const { slack, alice, incidents } = bot.service;
  await slack.slashCommand({ text: "x", user: alice, channel: incidents });
  await slack.slashCommand({ text: "x", user: alice, channel: incidents });
  expect(slack.ephemerals().map(({ text, rings }) => ({ text, rings }))).toEqual([
    { text: "Ask &lt;#C1&gt; &amp; co.", rings: [] },
    { text: "Ask again in a moment.", rings: [] },
  ]);
  expect(slack.messages(incidents)).toEqual([]);
});

test("a mention opens a thread, or stays in the one it stands in", async () => {
  await using bot = await overHttp();
  const { slack, alice, incidents } = bot.service;
  const first = await slack.mention({ text: "drops &lt;x&gt;", user: alice, channel: incidents });
  const [root] = slack.messages(incidents);
  const second = await slack.mention({ text: "why", user: alice, channel: incidents, ...(root && { thread: root }) });
  const common = {
    ...{ kind: "mention", conversation: `slack:T0000000001/${incidents.id}`, direct: false, repeats: true },
    ...{ place: { person: alice.id, thread: root?.ts }, receivedAt: expect.any(Number) },
  };
  expect(bot.asks).toEqual([
    { ...common, key: `slack:T0000000001:${first.key}`, asked: { text: "drops <x>" } },
    { ...common, key: `slack:T0000000001:${second.key}`, asked: { text: "why" } },
  ]);
  expect(first.attempts).toMatchObject([{ outcome: "acked", status: 200, body: "" }]);
});

test("a direct message is asked where it was said", async () => {
  await using bot = await overHttp();
  const { slack, alice } = bot.service;
  await slack.messageIm({ text: "drops", user: alice });
  const im = slack.workspace.openIm(alice.id);
  const [root] = slack.messages(im);
  await slack.messageIm({ text: "why", user: alice, ...(root && { thread: root }) });
  expect(bot.asks).toMatchObject([
    { kind: "message", conversation: `slack:T0000000001/${im.id}`, direct: true, asked: { text: "drops" } },
    { kind: "message", place: { thread: root?.ts }, direct: true, repeats: true },
  ]);
  expect(bot.asks[0]?.place).toEqual({ person: alice.id });
});

test("a pressed button is asked in the thread of its message, and its acknowledgement says nothing", async () => {
  await using bot = await overHttp();
  const { slack, bob, incidents } = bot.service;
  const message = await showButtons(bot);
  const delivery = await slack.pressButton(message, "command:0", { user: bob });
  const answer = await showButtons(bot, message.ts);
  await slack.pressButton(answer, "command:0", { user: bob });
  expect(bot.asks).toMatchObject([
    {
      key: `slack:T0000000001:${delivery.key}`,
      kind: "button",
      conversation: `slack:T0000000001/${incidents.id}`,
      place: { person: bob.id, thread: message.ts, reply: { url: delivery.responseUrl } },
      direct: false,
      asked: { button: buttonId },
      repeats: false,
    },
    { place: { thread: message.ts } },
  ]);
  expect(bot.asks[0]?.place.private).toBeUndefined();
  expect(delivery.attempts).toMatchObject([{ status: 200, body: "" }]);
  expect(slack.calls("response_url")).toEqual([]);
});

test("a button on a private message is asked privately", async () => {
  await using bot = await overHttp();
  const { slack, alice, incidents } = bot.service;
  await bot.service.call("chat.postEphemeral", { channel: incidents.id, user: alice.id, text: "x", blocks: [row] });
  const [ephemeral] = slack.ephemerals();
  if (!ephemeral) throw new Error("nothing was shown");
  await slack.pressButton(ephemeral, "command:0", { user: alice });
  expect(bot.asks[0]?.place).toEqual({ person: alice.id, name: "alice", private: true, reply: expect.anything() });
});

test("why a button did nothing is said to who pressed it, and the message stays", async () => {
  await using bot = await overHttp({ take: () => refused });
  const { slack, bob, incidents } = bot.service;
  const message = await showButtons(bot);
  expect(await slack.pressButton(message, "command:0", { user: bob })).toMatchObject({ outcome: "acked" });
  await until(() => slack.ephemerals().length === 1);
  expect(slack.ephemerals()).toMatchObject([{ text: "Ask &lt;#C1&gt; &amp; co.", user: bob.id, via: "response_url" }]);
  expect(slack.messages(incidents)).toMatchObject([{ text: "x" }]);

  // In a thread it is said there.
  await slack.pressButton(await showButtons(bot, message.ts), "command:0", { user: bob });
  await until(() => slack.ephemerals().length === 2);
  expect(slack.ephemerals().at(-1)).toMatchObject({ threadTs: message.ts });
  expect(slack.leftovers()).toEqual([]);
});

test("a private line that cannot be said is logged without its address", async () => {
  await using bot = await overHttp({ take: () => notTaken });
  const { slack, bob } = bot.service;
  const message = await showButtons(bot);
  slack.faults.add({ methods: ["response_url"], faults: [{ fault: "status", status: 500 }] });
  const delivery = await slack.pressButton(message, "command:0", { user: bob });
  expect(delivery.outcome).toBe("acked");
  await until(() => bot.logged().includes("not shown"));
  expect(bot.logged()).toContain("response_url answered 500");
  expect(bot.logged()).not.toContain(delivery.responseUrl?.split("/").at(-1));
});

test("a button that does not carry an id of ours is refused, one of another app is nothing", async () => {
  await using bot = await overHttp();
  const { slack, bob } = bot.service;
  const message = await showButtons(bot);
  expect(await slack.pressButton(message, "command:1", { user: bob })).toMatchObject({ outcome: "acked" });
  await until(() => slack.ephemerals().length === 1);
  expect(slack.ephemerals()).toMatchObject([{ text: expect.stringContaining("Type the command"), user: bob.id }]);
  expect(await slack.pressButton(message, "other", { user: bob })).toMatchObject({ outcome: "acked" });
  expect(bot.asks).toEqual([]);
  expect(bot.audits).toMatchObject([{ kind: "button", decision: "refused", reason: "malformed", person: bob.id }]);
});

test("a refused mention is acknowledged and the sentence handed over", async () => {
  await using bot = await overHttp({ take: () => refused, slack: { retriesMs: [0] } });
  const { slack, alice, incidents } = bot.service;
  const delivery = await slack.mention({ text: "drops", user: alice, channel: incidents });
  expect(delivery.attempts).toMatchObject([{ outcome: "acked" }]);
  await until(() => bot.notices.length === 1);
  expect(bot.notices).toEqual([{ ask: bot.asks[0], say: refused.say }]);
});

test("a mention that was not taken comes again, with the same key", async () => {
  await using bot = await overHttp({
    take: (_, count) => (count < 3 ? notTaken : working),
    slack: { retriesMs: [0, 20, 20] },
  });
  const { slack, alice, incidents } = bot.service;
  const delivery = await slack.mention({ text: "drops", user: alice, channel: incidents });
  expect(delivery.attempts.map(({ status }) => status)).toEqual([503, 503, 200]);
  expect(bot.asks.map(({ key }) => key)).toEqual(Array(3).fill(`slack:T0000000001:${delivery.key}`));
  expect(bot.notices).toEqual([]);
  expect(slack.leftovers()).toEqual([]);
});

test("nothing is acknowledged before it was taken", async () => {
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  await using bot = await overHttp({ take: () => gate.then(() => working) });
  const { slack, alice, incidents } = bot.service;
  const sending = Promise.all([
    slack.slashCommand({ text: "x", user: alice, channel: incidents }),
    slack.mention({ text: "x", user: alice, channel: incidents }),
    slack.pressButton(await showButtons(bot), "command:0", { user: alice }),
  ]);
  await until(() => bot.asks.length === 3);
  expect(slack.acks()).toEqual([]);
  go();
  expect((await sending).map(({ outcome }) => outcome)).toEqual(["acked", "acked", "acked"]);
});

test("a take that breaks its promise is a request not taken", async () => {
  await using bot = await overHttp({
    take: () => {
      throw new Error("drops secret-pod");
    },
  });
  const { slack, alice, incidents } = bot.service;
  expect(await slack.mention({ text: "x", user: alice, channel: incidents })).toMatchObject({
    attempts: [{ status: 503 }],
  });
  await slack.slashCommand({ text: "x", user: alice, channel: incidents });
  expect(slack.ephemerals()).toMatchObject([{ text: expect.stringContaining("Ask again") }]);
  expect(bot.logged()).not.toContain("secret-pod");
});

test("what nobody asked is acknowledged and ignored", async () => {
  await using bot = await overHttp();
  const { slack, alice, incidents } = bot.service;
  const im = slack.workspace.openIm(alice.id).id;
  const ts = "1760000000.000100";
  const said = { user: alice.id, text: "drops", ts, channel: im, channel_type: "im" };
  const events = [
    { type: "reaction_added", user: alice.id, reaction: "eyes", item: { type: "message", channel: incidents.id, ts } },
    { type: "app_home_opened", user: alice.id, channel: im, tab: "home" },
    { type: "message", subtype: "message_changed", ts, channel: im, channel_type: "im", message: said },
    { type: "message", subtype: "message_deleted", ts, channel: im, channel_type: "im", deleted_ts: ts },
    { ...said, type: "message", subtype: "bot_message", bot_id: "B0000000009" },
    { ...said, type: "message", bot_id: "B0000000009" },
    { ...said, type: "message", user: slack.workspace.bot.userId },
    { ...said, type: "message", edited: { user: alice.id, ts } },
    { ...said, type: "message", channel: incidents.id, channel_type: "channel" },
    // In a direct message Slack sends the message itself too.
    { ...said, type: "app_mention", text: `<@${slack.workspace.bot.userId}> drops` },
  ];
  for (const event of events) expect(await slack.event(event)).toMatchObject({ attempts: [{ status: 200 }] });
  expect(bot.asks).toEqual([]);
  expect(bot.audits).toEqual([]);
  expect(slack.calls().map(({ method }) => method)).toEqual(["auth.test"]);
});

test("a message with a file and one that is also sent to the channel are new messages", async () => {
  await using bot = await overHttp();
  const { slack, alice } = bot.service;
  const said = { type: "message", user: alice.id, text: "drops", ts: "1760000000.000100", channel_type: "im" };
  const channel = slack.workspace.openIm(alice.id).id;
  await slack.event({ ...said, channel, subtype: "file_share" });
  await slack.event({ ...said, channel, subtype: "thread_broadcast", thread_ts: "1750000000.000100" });
  expect(bot.asks.map(({ place }) => place.thread)).toEqual([undefined, "1750000000.000100"]);
});

test("a form and JSON with a charset are read", async () => {
  await using bot = await overHttp();
  const { slack, alice, incidents } = bot.service;
  const form = "application/x-www-form-urlencoded; charset=utf-8";
  await slack.slashCommand({ text: "größer", user: alice, channel: incidents, tamper: { contentType: form } });
  const json = "Application/JSON;charset=UTF-8";
  await slack.mention({ text: "x", user: alice, channel: incidents, tamper: { contentType: json } });
  expect(bot.asks.map(({ asked }) => asked)).toEqual([{ text: "größer" }, { text: "x" }]);
});

test("an event that cannot be read is acknowledged and noted", async () => {
  await using bot = await overHttp();
  const { slack, alice, incidents } = bot.service;
  const event = {
    type: "app_mention",
    user: alice.id,
    channel: [incidents.id],
    text: "drops",
    ts: "1760000000.000100",
  };
  expect(await slack.event(event)).toMatchObject({ attempts: [{ status: 200 }] });
  expect(bot.audits).toEqual([{ platform: "slack", kind: "mention", decision: "refused", reason: "malformed" }]);
  expect(bot.asks).toEqual([]);
});

test("Slack's own checks of the address are answered", async () => {
  await using bot = await overHttp();
  const form = new URLSearchParams({ ssl_check: "1", command: "/cilium", text: "drops", payload: "{}" });
  expect((await fetch(bot.url, { method: "POST", body: form })).status).toBe(200);
  const check = { type: "url_verification", challenge: "abc" };
  expect(await post(bot.url, signedRequest("event", check, secrets))).toEqual({
    status: 200,
    body: JSON.stringify({ challenge: "abc" }),
  });
  expect(bot.asks).toEqual([]);
});
