import { expect, test } from "vitest";
import type { Json } from "../support/slack/json.ts";
import { startTestBot } from "./bot.ts";
import { postJson, section, startTestSlack, type TestSlack } from "./service.ts";

const button = { type: "button", action_id: "again", value: "id-1", text: { type: "plain_text", text: "Again" } };
const actions = { type: "actions", block_id: "row", elements: [button] };

async function command(service: TestSlack, body = "") {
  await using bot = await startTestBot(() => ({ body }));
  const { slack, alice, incidents } = service;
  slack.deliverTo({ url: bot.url });
  const { responseUrl } = await slack.slashCommand({ text: "drops", user: alice, channel: incidents });
  return async (answer: Json) => {
    const response = await postJson(String(responseUrl), answer);
    return { status: response.status, text: await response.text() };
  };
}

test("an answer is private unless it says in_channel", async () => {
  await using service = await startTestSlack();
  const respond = await command(service);
  expect(await respond({ text: "for you" })).toEqual({ status: 200, text: "ok" });
  await respond({ text: "for all", response_type: "in_channel" });
  expect(service.slack.ephemerals()).toMatchObject([{ text: "for you", user: service.alice.id, via: "response_url" }]);
  expect(service.slack.messages(service.incidents)).toMatchObject([{ text: "for all", via: "response_url" }]);
});

test("it works where the bot has not joined", async () => {
  await using service = await startTestSlack();
  await using bot = await startTestBot();
  const { slack, alice } = service;
  const outside = slack.workspace.addChannel({ name: "outside", kind: "private", bot: false, members: [alice.id] });
  slack.deliverTo({ url: bot.url });
  const { responseUrl } = await slack.slashCommand({ text: "drops", user: alice, channel: outside });
  await postJson(String(responseUrl), { text: "invite me", response_type: "in_channel" });
  expect(slack.messages(outside)).toMatchObject([{ text: "invite me" }]);
});

test("it works five times", async () => {
  await using service = await startTestSlack();
  const respond = await command(service);
  for (let count = 0; count < 5; count++) expect((await respond({ text: "x" })).status).toBe(200);
  expect(await respond({ text: "x" })).toEqual({ status: 404, text: '{"ok":false,"error":"used_url"}' });
  expect(service.slack.ephemerals()).toHaveLength(5);
  expect(service.slack.leftovers()).toEqual(["a response_url was used 1 times too often"]);
});

test("it works for thirty minutes", async () => {
  await using service = await startTestSlack();
  const respond = await command(service);
  service.slack.advance(29 * 60_000);
  expect((await respond({ text: "x" })).status).toBe(200);
  service.slack.advance(61_000);
  expect(await respond({ text: "x" })).toEqual({ status: 404, text: '{"ok":false,"error":"expired_url"}' });
});

test("a private answer can be replaced and taken away", async () => {
  await using service = await startTestSlack();
  const respond = await command(service);
  await respond({ text: "working" });
  await respond({ text: "done", replace_original: true });
  const [ephemeral] = service.slack.ephemerals();
  expect(ephemeral?.versions.map(({ text }) => text)).toEqual(["working", "done"]);
  await respond({ delete_original: true });
  expect(service.slack.ephemerals()).toEqual([]);
});

test("blocks are checked, but not the sum of their text", async () => {
  await using service = await startTestSlack();
  const respond = await command(service);
  const long = Array.from({ length: 5 }, () => section("x".repeat(3_000)));
  expect((await respond({ blocks: long })).status).toBe(200);
  const refused = await respond({ blocks: [section("")] });
  expect(refused.status).toBe(400);
  expect(JSON.parse(refused.text)).toMatchObject({ error: "invalid_blocks" });
  expect((await respond({})).text).toContain("no_text");
});

test("what is not JSON is an invalid payload", async () => {
  await using service = await startTestSlack();
  await using bot = await startTestBot();
  service.slack.deliverTo({ url: bot.url });
  const { responseUrl } = await service.slack.slashCommand({
    text: "",
    user: service.alice,
    channel: service.incidents,
  });
  const response = await fetch(String(responseUrl), { method: "POST", body: "text=x" });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ ok: false, error: "invalid_payload" });
});

test.each([
  ["plain text", "on it", "on it"],
  ["JSON", '{"text":"on it","response_type":"ephemeral"}', "on it"],
])("an acknowledgement with %s is a private answer", async (_, body, text) => {
  await using service = await startTestSlack();
  const respond = await command(service, body);
  expect(service.slack.ephemerals()).toMatchObject([{ text, via: "ack", user: service.alice.id }]);
  await respond({ text: "done", replace_original: true });
  expect(service.slack.ephemerals()).toMatchObject([{ text: "done" }]);
});

test("the same command once more, acknowledged with a body once more, is seen twice", async () => {
  await using service = await startTestSlack();
  await using bot = await startTestBot(() => ({ body: "on it" }));
  const { slack, alice, incidents } = service;
  slack.deliverTo({ url: bot.url });
  await slack.again(await slack.slashCommand({ text: "drops", user: alice, channel: incidents }));
  expect(slack.ephemerals().map(({ text }) => text)).toEqual(["on it", "on it"]);
});

test("an acknowledgement that cannot be shown is left over", async () => {
  await using service = await startTestSlack();
  await command(service, JSON.stringify({ blocks: [section("")] }));
  expect(service.slack.ephemerals()).toEqual([]);
  expect(service.slack.leftovers()).toEqual(["an acknowledgement that cannot be shown: invalid_blocks"]);
});

test("an empty acknowledgement shows nothing", async () => {
  await using service = await startTestSlack();
  await command(service);
  expect(service.slack.ephemerals()).toEqual([]);
});

test("a button's URL replaces the message with the button", async () => {
  await using service = await startTestSlack();
  await using bot = await startTestBot();
  const { slack, incidents, bob } = service;
  slack.deliverTo({ url: bot.url });
  await service.call("chat.postMessage", { channel: incidents.id, text: "x", blocks: [actions] });
  const [message] = slack.messages(incidents);
  if (!message) throw new Error("nothing was posted");
  const { responseUrl } = await slack.pressButton(message, "again", { user: bob });
  await postJson(String(responseUrl), { text: "pressed", replace_original: true });
  expect(slack.messages(incidents)).toMatchObject([{ ts: message.ts, text: "pressed", blocks: [] }]);
  await postJson(String(responseUrl), { text: "for bob", replace_original: false });
  expect(slack.ephemerals()).toMatchObject([{ text: "for bob", user: bob.id }]);
});
