import { expect, test } from "vitest";
import { fails, postForm, postJson, startTestSlack } from "./service.ts";

test("a call without a token is not authed, with a wrong one invalid", async () => {
  await using service = await startTestSlack();
  const { slack } = service;
  const bare = await fetch(`${slack.apiUrl}auth.test`, { method: "POST" });
  expect(await bare.json()).toEqual({ ok: false, error: "not_authed" });
  const wrong = await postForm(slack, "auth.test", {}, "xoxb-other");
  expect(wrong.status).toBe(200);
  expect(await wrong.json()).toEqual({ ok: false, error: "invalid_auth" });
});

test("the token may be a field of the form but not of a JSON body", async () => {
  await using service = await startTestSlack();
  const url = `${service.slack.apiUrl}auth.test`;
  const form = await fetch(url, { method: "POST", body: new URLSearchParams({ token: "xoxb-bot" }) });
  expect(await form.json()).toMatchObject({ ok: true, team_id: "T0000000001" });
  const body = await postJson(url, { token: "xoxb-bot" });
  expect(await body.json()).toEqual({ ok: false, error: "not_authed" });
  expect(JSON.stringify(service.slack.calls())).not.toContain("xoxb-bot");
});

test("auth.test says who the bot is, and the header what it may do", async () => {
  await using service = await startTestSlack({ scopes: ["chat:write", "commands"] });
  const response = await postForm(service.slack, "auth.test");
  expect(response.headers.get("x-oauth-scopes")).toBe("chat:write,commands");
  const { userId, botId } = service.slack.workspace.bot;
  expect(await response.json()).toMatchObject({ ok: true, user_id: userId, bot_id: botId });
});

test("a missing scope is named, together with those there are", async () => {
  await using service = await startTestSlack({ scopes: ["commands", "im:read"] });
  expect(await service.call("chat.postMessage", { channel: service.incidents.id, text: "x" })).toEqual({
    ok: false,
    error: "missing_scope",
    needed: "chat:write",
    provided: "commands,im:read",
  });
  const info = await service.call("conversations.info", { channel: service.incidents.id });
  expect(info).toMatchObject({ error: "missing_scope", needed: "channels:read" });
});

test("the app token opens connections and does nothing else, the bot token everything but that", async () => {
  await using service = await startTestSlack();
  const posting = await postForm(service.slack, "chat.postMessage", { channel: "x", text: "x" }, "xapp-app");
  expect(await posting.json()).toEqual({ ok: false, error: "not_allowed_token_type" });
  expect(await service.call("apps.connections.open")).toEqual({ ok: false, error: "not_allowed_token_type" });
  const opened = await postForm(service.slack, "apps.connections.open", {}, "xapp-app");
  expect(await opened.json()).toMatchObject({
    ok: true,
    url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/link\//),
  });
});

test("apps.connections.open wants its token in the header of a POST", async () => {
  await using service = await startTestSlack();
  const url = `${service.slack.apiUrl}apps.connections.open`;
  const inForm = await fetch(url, { method: "POST", body: new URLSearchParams({ token: "xapp-app" }) });
  expect(await inForm.json()).toEqual({ ok: false, error: "not_authed" });
  const get = await fetch(url, { headers: { authorization: "Bearer xapp-app" } });
  expect(await get.json()).toEqual({ ok: false, error: "insecure_request" });
});

test.each([
  ["text/csv", "a,b", "invalid_post_type"],
  ["application/json", "{", "invalid_json"],
  ["application/json; charset=latin-9", "{}", "invalid_charset"],
])("a body of %s with %s is %s", async (type, body, error) => {
  await using service = await startTestSlack();
  const headers = { "content-type": type, authorization: "Bearer xoxb-bot" };
  const response = await fetch(`${service.slack.apiUrl}auth.test`, { method: "POST", headers, body });
  expect(await response.json()).toEqual({ ok: false, error });
});

test("the same call means the same as a form and as JSON", async () => {
  await using service = await startTestSlack();
  const { slack, incidents } = service;
  const args = { channel: incidents.id, text: "x", metadata: { event_type: "t", event_payload: { id: 1 } } };
  await service.call("chat.postMessage", args);
  await postJson(`${slack.apiUrl}chat.postMessage`, args, { authorization: "Bearer xoxb-bot" });
  const [first, second] = slack.messages(incidents);
  expect(first?.metadata).toEqual(args.metadata);
  expect(second?.metadata).toEqual(args.metadata);
});

test("an unknown method is refused and left over", async () => {
  await using service = await startTestSlack();
  expect(await service.call("chat.shout")).toMatchObject({ ok: false, error: "unknown_method" });
  expect(service.slack.leftovers()).toEqual(["the service does not know chat.shout"]);
});

test("api.test gives back what it is given, an error when asked", async () => {
  await using service = await startTestSlack();
  expect(await service.call("api.test", { a: "1" })).toEqual({ ok: true, args: { a: "1" } });
  expect(await service.call("api.test", { error: "my_error" })).toMatchObject({ ok: false, error: "my_error" });
});

test("users.info knows the time zone", async () => {
  await using service = await startTestSlack();
  const user = service.slack.workspace.addUser({ name: "carol", tz: "Asia/Tokyo", tzOffset: 32_400 });
  const answer = await service.call("users.info", { user: user.id });
  expect(answer).toMatchObject({
    ok: true,
    user: { name: "carol", tz: "Asia/Tokyo", tz_offset: 32_400, is_bot: false },
  });
  expect(await service.call("users.info", { user: "U404" })).toEqual({ ok: false, error: "user_not_found" });
});

test("conversations.open finds the same conversation again", async () => {
  await using service = await startTestSlack();
  const first = await service.call("conversations.open", { users: service.alice.id });
  const second = await service.call("conversations.open", { users: service.alice.id });
  expect(first).toEqual({ ok: true, channel: { id: service.slack.workspace.openIm(service.alice.id).id } });
  expect(second).toEqual(first);
  expect(await service.call("conversations.open")).toMatchObject({ error: "users_list_not_supplied" });
});

test("conversations.info shows whether the bot has joined, and hides private ones it has not", async () => {
  await using service = await startTestSlack();
  const { workspace } = service.slack;
  const outside = workspace.addChannel({ name: "outside", bot: false });
  const hidden = workspace.addChannel({ name: "hidden", kind: "private", bot: false });
  const info = (channel: string) => service.call("conversations.info", { channel });
  expect(await info(service.incidents.id)).toMatchObject({ channel: { is_member: true, is_private: false } });
  expect(await info(outside.id)).toMatchObject({ channel: { is_member: false } });
  expect(await info(hidden.id)).toEqual({ ok: false, error: "channel_not_found" });
});

test("views.open exchanges a trigger once, within three seconds", async () => {
  await using service = await startTestSlack({ ackMs: 50 });
  const { slack, alice, incidents } = service;
  slack.deliverTo({ url: "http://127.0.0.1:9/" });
  const view = { type: "modal", title: { type: "plain_text", text: "Drops" }, blocks: [] };
  const trigger = async () => (await slack.slashCommand({ text: "", user: alice, channel: incidents })).key;
  const first = await trigger();
  expect(await service.call("views.open", { trigger_id: first, view })).toMatchObject({
    ok: true,
    view: { id: expect.stringMatching(/^V/) },
  });
  expect(await service.call("views.open", { trigger_id: first, view })).toMatchObject({
    error: "exchanged_trigger_id",
  });
  const second = await trigger();
  slack.advance(3_001);
  expect(await service.call("views.open", { trigger_id: second, view })).toMatchObject({ error: "expired_trigger_id" });
  expect(await service.call("views.open", { trigger_id: "1.2.3", view })).toMatchObject({
    error: "invalid_trigger_id",
  });
});

test("a request of more than a megabyte is cut off", async () => {
  await using service = await startTestSlack();
  const text = "x".repeat(2_000_000);
  const outcome = await postForm(service.slack, "api.test", { text }).catch(() => null);
  expect(outcome === null || outcome.status === 413).toBe(true);
  expect(service.slack.calls()).toEqual([]);
});

test("after close nobody listens", async () => {
  const service = await startTestSlack();
  await service.slack.close();
  expect(await fails(service.call("api.test"))).toBe(true);
});
