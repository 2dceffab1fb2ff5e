import { expect, test } from "vitest";
import { section, startTestSlack } from "./service.ts";

test("a posted message is seen by everybody, with who posted it", async () => {
  await using service = await startTestSlack();
  const { slack, incidents } = service;
  const answer = await service.call("chat.postMessage", { channel: incidents.id, text: "hello" });
  const [message] = slack.messages(incidents);
  expect(answer).toMatchObject({ ok: true, channel: incidents.id, ts: message?.ts, message: { text: "hello" } });
  expect(message).toMatchObject({ text: "hello", botId: slack.workspace.bot.botId, threadTs: null, deleted: false });
});

test("timestamps are different and in order, also of messages posted at the same time", async () => {
  await using service = await startTestSlack();
  const { slack, incidents } = service;
  const posts = Array.from({ length: 50 }, (_, index) =>
    service.call("chat.postMessage", { channel: incidents.id, text: String(index) }),
  );
  const answered = (await Promise.all(posts)).map((answer) => answer["ts"]);
  const stored = slack.messages(incidents).map((message) => message.ts);
  expect(new Set(stored).size).toBe(50);
  expect(stored).toEqual(stored.toSorted());
  expect([...answered].sort()).toEqual(stored);
  expect(stored.every((ts) => /^\d{10}\.\d{6}$/.test(ts))).toBe(true);
});

test("where the bot has not joined, a public conversation is not_in_channel and a private one not found", async () => {
  await using service = await startTestSlack();
  const { workspace } = service.slack;
  const outside = workspace.addChannel({ name: "outside", bot: false });
  const hidden = workspace.addChannel({ name: "hidden", kind: "private", bot: false });
  const post = async (channel: string) => (await service.call("chat.postMessage", { channel, text: "x" }))["error"];
  expect(await post(outside.id)).toBe("not_in_channel");
  expect(await post(hidden.id)).toBe("channel_not_found");
  expect(await post("C404")).toBe("channel_not_found");
});

test("chat:write.public lets the bot post in public conversations it has not joined", async () => {
  await using service = await startTestSlack({ scopes: ["chat:write", "chat:write.public"] });
  const outside = service.slack.workspace.addChannel({ name: "outside", bot: false });
  expect(await service.call("chat.postMessage", { channel: "#outside", text: "x" })).toMatchObject({
    ok: true,
    channel: outside.id,
  });
});

test("an archived conversation takes nothing", async () => {
  await using service = await startTestSlack();
  service.incidents.archived = true;
  expect(await service.call("chat.postMessage", { channel: service.incidents.id, text: "x" })).toEqual({
    ok: false,
    error: "is_archived",
  });
});

test("posting to a person posts in the conversation with them", async () => {
  await using service = await startTestSlack();
  const { slack, alice } = service;
  const im = slack.workspace.openIm(alice.id);
  expect(await service.call("chat.postMessage", { channel: alice.id, text: "x" })).toMatchObject({ channel: im.id });
  expect(slack.messages(im)).toHaveLength(1);
});

test("a message without text, blocks or attachments is refused, one with blocks alone is taken", async () => {
  await using service = await startTestSlack();
  const post = (args: object) => service.call("chat.postMessage", { channel: service.incidents.id, ...args });
  expect(await post({})).toMatchObject({ error: "no_text" });
  expect(await post({ text: "" })).toMatchObject({ error: "no_text" });
  expect(await post({ blocks: [section("x")] })).toMatchObject({ ok: true });
  expect(await post({ attachments: [{ color: "#ff0000", blocks: [section("x")] }] })).toMatchObject({ ok: true });
});

test("chat.postMessage cuts text at 40,000 characters, chat.update refuses more than 4,000", async () => {
  await using service = await startTestSlack();
  const { slack, incidents } = service;
  const channel = incidents.id;
  const { ts } = await service.call("chat.postMessage", { channel, text: "x".repeat(40_001) });
  expect(slack.messages(incidents)[0]?.text).toHaveLength(40_000);
  expect(await service.call("chat.update", { channel, ts, text: "x".repeat(4_001) })).toMatchObject({
    error: "msg_too_long",
  });
  expect(await service.call("chat.update", { channel, ts, text: "x".repeat(4_000) })).toMatchObject({ ok: true });
});

test("markdown_text stands alone and has 12,000 characters at most", async () => {
  await using service = await startTestSlack();
  const post = (args: object) => service.call("chat.postMessage", { channel: service.incidents.id, ...args });
  expect(await post({ markdown_text: "x", text: "y" })).toMatchObject({ error: "markdown_text_conflict" });
  expect(await post({ markdown_text: "x".repeat(12_001) })).toMatchObject({ error: "msg_too_long" });
  expect(await post({ markdown_text: "x".repeat(12_000) })).toMatchObject({ ok: true });
});

test("&, < and > are stored escaped, control sequences are not", async () => {
  await using service = await startTestSlack();
  const { slack, incidents } = service;
  const text = "a & b &amp; <c> 1 > 0 <!here> <https://x.test|x> <@U1>";
  await service.call("chat.postMessage", { channel: incidents.id, text });
  expect(slack.messages(incidents)[0]?.text).toBe(
    "a &amp; b &amp; &lt;c&gt; 1 &gt; 0 <!here> <https://x.test|x> <@U1>",
  );
});

test("whom a message calls is known, by text and by blocks, and plain text calls nobody", async () => {
  await using service = await startTestSlack();
  const { slack, incidents } = service;
  const post = (args: object) => service.call("chat.postMessage", { channel: incidents.id, ...args });
  await post({ text: "<!channel> and <@U1|al>", blocks: [section("<!subteam^S1>")] });
  await post({ blocks: [{ type: "header", text: { type: "plain_text", text: "<!channel>" } }] });
  await post({ text: "&lt;!channel&gt;" });
  await post({
    blocks: [
      {
        type: "rich_text",
        elements: [{ type: "rich_text_section", elements: [{ type: "broadcast", range: "here" }] }],
      },
    ],
  });
  expect(slack.messages(incidents).map(({ rings }) => rings)).toEqual([
    ["!channel", "@U1", "!subteam^S1"],
    [],
    [],
    ["!here"],
  ]);
});

test("an edit keeps what the message said before", async () => {
  await using service = await startTestSlack();
  const { slack, incidents } = service;
  const channel = incidents.id;
  const { ts } = await service.call("chat.postMessage", { channel, text: "working" });
  expect(await service.call("chat.update", { channel, ts, text: "done" })).toMatchObject({
    ok: true,
    ts,
    text: "done",
  });
  const [message] = slack.messages(incidents);
  expect(message?.versions.map(({ text }) => text)).toEqual(["working", "done"]);
  expect(message).toMatchObject({ text: "done", edited: true });
});

test("an edit with text alone takes the blocks away, one with blocks shows no edited mark", async () => {
  await using service = await startTestSlack();
  const { slack, incidents } = service;
  const channel = incidents.id;
  const { ts } = await service.call("chat.postMessage", { channel, text: "x", blocks: [section("a")] });
  await service.call("chat.update", { channel, ts, text: "y", blocks: [section("b")] });
  expect(slack.messages(incidents)[0]).toMatchObject({ edited: false, blocks: [{ text: { text: "b" } }] });
  await service.call("chat.update", { channel, ts, text: "z" });
  expect(slack.messages(incidents)[0]).toMatchObject({ edited: true, blocks: [] });
});

test("metadata survives an edit that says nothing of it, and goes when it is emptied", async () => {
  await using service = await startTestSlack();
  const { slack, incidents } = service;
  const channel = incidents.id;
  const metadata = { event_type: "intent", event_payload: { id: "7", parts: ["a", { b: 1 }] } };
  const { ts } = await service.call("chat.postMessage", { channel, text: "x", metadata });
  await service.call("chat.update", { channel, ts, text: "y" });
  expect(slack.messages(incidents)[0]?.metadata).toEqual(metadata);
  await service.call("chat.update", { channel, ts, text: "z", metadata: {} });
  expect(slack.messages(incidents)[0]?.metadata).toBeNull();
});

test.each([
  ["no payload", { event_type: "t" }, "invalid_metadata_format"],
  ["not an object", "text", "invalid_metadata_format"],
  ["nested too deep", { event_type: "t", event_payload: { a: { b: { c: 1 } } } }, "invalid_metadata_schema"],
  ["more than 8 KB", { event_type: "t", event_payload: { a: "x".repeat(8_200) } }, "metadata_too_large"],
])("metadata with %s is refused", async (_, metadata, error) => {
  await using service = await startTestSlack();
  const post = await service.call("chat.postMessage", { channel: service.incidents.id, text: "x", metadata });
  expect(post).toMatchObject({ ok: false, error });
});

test("only the bot's own messages can be edited or deleted, and only those that are there", async () => {
  await using service = await startTestSlack();
  const { slack, incidents, alice } = service;
  const said = slack.say({ text: "hi", user: alice, channel: incidents });
  const at = (ts: string) => ({ channel: incidents.id, ts, text: "x" });
  expect(await service.call("chat.update", at(said.ts))).toMatchObject({ error: "cant_update_message" });
  expect(await service.call("chat.delete", at(said.ts))).toMatchObject({ error: "cant_delete_message" });
  expect(await service.call("chat.update", at("1.000001"))).toMatchObject({ error: "message_not_found" });
  expect(await service.call("chat.update", { ...at(said.ts), channel: "#incidents" })).toMatchObject({
    error: "channel_not_found",
  });
});

test("a deleted message is gone for the people and kept for the test", async () => {
  await using service = await startTestSlack();
  const { slack, incidents } = service;
  const { ts } = await service.call("chat.postMessage", { channel: incidents.id, text: "x" });
  expect(await service.call("chat.delete", { channel: incidents.id, ts })).toMatchObject({ ok: true });
  expect(slack.messages(incidents)).toEqual([]);
  expect(slack.messages(incidents, { deleted: true })).toMatchObject([{ ts, deleted: true }]);
  expect(await service.call("chat.delete", { channel: incidents.id, ts })).toMatchObject({
    error: "message_not_found",
  });
});

test("an answer in a thread belongs to its root, also when it answers an answer", async () => {
  await using service = await startTestSlack();
  const { slack, incidents, alice } = service;
  const root = slack.say({ text: "why?", user: alice, channel: incidents });
  const first = await service.call("chat.postMessage", { channel: incidents.id, text: "1", thread_ts: root.ts });
  await service.call("chat.postMessage", { channel: incidents.id, text: "2", thread_ts: first["ts"] });
  expect(slack.messages(incidents).map(({ threadTs }) => threadTs)).toEqual([root.ts, root.ts, root.ts]);
  const lost = await service.call("chat.postMessage", { channel: incidents.id, text: "3", thread_ts: "1.000001" });
  expect(lost).toMatchObject({ error: "thread_not_found" });
});

test("an ephemeral message is for one member of the conversation and in no history", async () => {
  await using service = await startTestSlack();
  const { slack, incidents, alice } = service;
  const args = { channel: incidents.id, user: alice.id, text: "psst" };
  const { message_ts: ts } = await service.call("chat.postEphemeral", args);
  expect(slack.ephemerals()).toMatchObject([{ ts, user: alice.id, text: "psst", via: "chat.postEphemeral" }]);
  expect(slack.messages(incidents)).toEqual([]);
  const carol = slack.workspace.addUser({ name: "carol" });
  expect(await service.call("chat.postEphemeral", { ...args, user: carol.id })).toMatchObject({
    error: "user_not_in_channel",
  });
});

test("a reaction is added once", async () => {
  await using service = await startTestSlack();
  const { slack, incidents, alice } = service;
  const said = slack.say({ text: "hi", user: alice, channel: incidents });
  const args = { channel: incidents.id, timestamp: said.ts, name: "eyes" };
  expect(await service.call("reactions.add", args)).toEqual({ ok: true });
  expect(await service.call("reactions.add", args)).toEqual({ ok: false, error: "already_reacted" });
  expect(slack.messages(incidents)[0]?.reactions).toEqual(["eyes"]);
});
