import { expect, test } from "vitest";
import { asList, asObject, type Json } from "../support/slack/json.ts";
import { startTestSlack } from "./service.ts";

const texts = (answer: Json) => asList(answer["messages"]).map((message) => asObject(message)["text"]);

test("history is newest first, with threads folded into their roots", async () => {
  await using service = await startTestSlack();
  const { slack, incidents, alice } = service;
  const root = slack.say({ text: "root", user: alice, channel: incidents });
  slack.say({ text: "answer", user: alice, channel: incidents, thread: root });
  slack.say({ text: "later", user: alice, channel: incidents });
  const answer = await service.call("conversations.history", { channel: incidents.id });
  expect(texts(answer)).toEqual(["later", "root"]);
  expect(answer).toMatchObject({ ok: true, has_more: false, messages: [{}, { thread_ts: root.ts, reply_count: 1 }] });
});

test("replies are a thread from its root on, asked by the root or by any answer", async () => {
  await using service = await startTestSlack();
  const { slack, incidents, alice } = service;
  const root = slack.say({ text: "root", user: alice, channel: incidents });
  const first = slack.say({ text: "1", user: alice, channel: incidents, thread: root });
  slack.say({ text: "2", user: alice, channel: incidents, thread: root });
  slack.say({ text: "elsewhere", user: alice, channel: incidents });
  const of = (ts: string) => service.call("conversations.replies", { channel: incidents.id, ts });
  expect(texts(await of(root.ts))).toEqual(["root", "1", "2"]);
  expect(texts(await of(first.ts))).toEqual(["root", "1", "2"]);
  expect(await of("1.000001")).toEqual({ ok: false, error: "thread_not_found" });
});

test("metadata comes whole only when it is asked for", async () => {
  await using service = await startTestSlack();
  const metadata = { event_type: "intent", event_payload: { id: "7" } };
  const channel = service.incidents.id;
  const { ts } = await service.call("chat.postMessage", { channel, text: "x", metadata });
  for (const [method, args] of [
    ["conversations.history", {}],
    ["conversations.replies", { ts }],
  ] as const) {
    const bare = await service.call(method, { channel, ...args });
    expect(bare).toMatchObject({ messages: [{ metadata: { event_type: "intent" } }] });
    expect(JSON.stringify(bare)).not.toContain("event_payload");
    const whole = await service.call(method, { channel, ...args, include_all_metadata: true });
    expect(whole).toMatchObject({ messages: [{ metadata }] });
  }
});

test("pages follow one another without a gap or a repeat", async () => {
  await using service = await startTestSlack();
  const { slack, incidents, alice } = service;
  for (let count = 0; count < 25; count++) slack.say({ text: String(count), user: alice, channel: incidents });
  const seen: unknown[] = [];
  let cursor: unknown = "";
  do {
    const answer = await service.call("conversations.history", { channel: incidents.id, limit: 10, cursor });
    seen.push(...texts(answer));
    cursor = asObject(answer["response_metadata"])["next_cursor"];
  } while (cursor !== undefined);
  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => String(24 - index)));
  expect(await service.call("conversations.history", { channel: incidents.id, cursor: "x" })).toMatchObject({
    error: "invalid_cursor",
  });
});

test("oldest and latest leave their own message out unless inclusive", async () => {
  await using service = await startTestSlack();
  const { slack, incidents, alice } = service;
  const [a, , c] = ["a", "b", "c"].map((text) => slack.say({ text, user: alice, channel: incidents }));
  const range = { channel: incidents.id, oldest: a?.ts, latest: c?.ts };
  expect(texts(await service.call("conversations.history", range))).toEqual(["b"]);
  expect(texts(await service.call("conversations.history", { ...range, inclusive: true }))).toEqual(["c", "b", "a"]);
  expect(await service.call("conversations.history", { ...range, oldest: "yesterday" })).toMatchObject({
    error: "invalid_ts_oldest",
  });
});

test("what the bot has not joined cannot be read", async () => {
  await using service = await startTestSlack();
  const outside = service.slack.workspace.addChannel({ name: "outside", bot: false });
  expect(await service.call("conversations.history", { channel: outside.id })).toEqual({
    ok: false,
    error: "not_in_channel",
  });
});

test("each kind of conversation has its own scope to be read", async () => {
  await using service = await startTestSlack({ scopes: ["channels:history"] });
  const im = service.slack.workspace.openIm(service.alice.id);
  expect(await service.call("conversations.history", { channel: service.incidents.id })).toMatchObject({ ok: true });
  expect(await service.call("conversations.history", { channel: im.id })).toMatchObject({ needed: "im:history" });
});
