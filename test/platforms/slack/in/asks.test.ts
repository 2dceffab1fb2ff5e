import { expect, test } from "vitest";
import { type Hearing, hearButton, hearCommand, hearEvent } from "../../../../src/platforms/slack/in/asks.ts";
import type { Identity } from "../../../../src/platforms/slack/in/identity.ts";
import { replyUrl } from "../../../../src/platforms/slack/in/reply-url.ts";

const us: Identity = {
  ...{ team: "T1", enterprise: undefined, orgWide: false, botUserId: "U0", botId: "B0", appId: undefined },
};
const apiUrl = "https://slack.com/api/";
const as = (identity: Partial<Identity> = {}): Hearing => ({
  ...{ identity: { ...us, ...identity }, command: "/cilium", apiUrl, now: 1_000 },
});

const command = {
  ...{ team_id: "T1", channel_id: "C1", user_id: "U1", command: "/cilium", text: "help", trigger_id: "1.2.a" },
};
const press = {
  ...{ team: { id: "T1" }, user: { id: "U1", team_id: "T1" }, channel: { id: "C1" }, trigger_id: "1.2.a" },
  ...{ container: { message_ts: "1.2", channel_id: "C1" }, actions: [{ value: "AAAAAAAAAAAAAAAAAAAAAA" }] },
};
const said = { type: "app_mention", user: "U1", channel: "C1", text: "<@U0> drops", ts: "1.2" };
const mention = { team_id: "T1", event_id: "Ev1", event: said };

test("without a response_url, or with a wrong one, there is no other way to answer", () => {
  expect(hearCommand(command, as())).toMatchObject({ kind: "ask", ask: { place: { person: "U1" } } });
  const heard = hearCommand({ ...command, response_url: "https://evil.example/hook" }, as());
  expect(heard).toHaveProperty("ask.place", { person: "U1" });
});

test("a person's name goes along where there is one; what is no name is no reason to refuse", () => {
  expect(hearCommand({ ...command, user_name: "ann" }, as())).toHaveProperty("ask.place.name", "ann");
  const named = { ...press, user: { ...press.user, username: "ann", name: "other" } };
  expect(hearButton(named, as())).toHaveProperty("ask.place.name", "ann");
  expect(hearCommand({ ...command, user_name: 7 }, as())).toMatchObject({
    kind: "ask",
    ask: { place: { person: "U1" } },
  });
});

test.each([
  ["https://hooks.slack.com/commands/T1/1/x", true],
  ["https://hooks.slack-gov.com/actions/T1/1/x", true],
  ["http://hooks.slack.com/commands/T1/1/x", false],
  ["https://hooks.slack.com.evil.example/x", false],
  ["https://evilslack.com/x", false],
  ["https://hooks.slack.com:x@evil.example/x", false],
  ["https://user:secret@hooks.slack.com/x", false],
  ["https://169.254.169.254/latest/meta-data", false],
  ["file:///etc/passwd", false],
  ["no address", false],
  ["", false],
])("%s is Slack's: %s", (url, isSlack) => {
  expect(replyUrl(url, { apiUrl, now: 0 }) !== undefined).toBe(isSlack);
});

test("where the Web API is, response_urls are too", () => {
  const proxied = { apiUrl: "http://127.0.0.1:9/api/", now: 0 };
  expect(replyUrl("http://127.0.0.1:9/commands/x", proxied)).toEqual({
    url: "http://127.0.0.1:9/commands/x",
    until: 29 * 60_000,
  });
  expect(replyUrl("http://127.0.0.1:10/commands/x", proxied)).toBeUndefined();
});

test.each([
  ["a key", { trigger_id: "a b" }],
  ["a channel", { channel_id: "C1/../x" }],
  ["a person", { user_id: "U1:x" }],
  ["no person", { user_id: undefined }],
])("a command with %s that is none cannot be read", (_, change) => {
  expect(hearCommand({ ...command, ...change }, as())).toMatchObject({ kind: "refused", reason: "malformed" });
});

test("an app of another id is another app, where Slack told us ours", () => {
  expect(hearCommand({ ...command, api_app_id: "A2" }, as({ appId: "A1" }))).toMatchObject({ reason: "other_app" });
  expect(hearCommand({ ...command, api_app_id: "A1" }, as({ appId: "A1" }))).toMatchObject({ kind: "ask" });
  expect(hearCommand({ ...command, api_app_id: "A2" }, as())).toMatchObject({ kind: "ask" });
});

test("a workspace of a Grid organization is ours, another one of it is not", () => {
  const grid = as({ enterprise: "E1" });
  const inGrid = (team_id: string) => hearCommand({ ...command, team_id, enterprise_id: "E1" }, grid);
  expect(inGrid("T1")).toMatchObject({ kind: "ask" });
  expect(inGrid("T2")).toMatchObject({ reason: "other_team" });
  // People of an organization are also named by it.
  expect(hearEvent({ ...mention, event: { ...said, user_team: "E1" } }, grid)).toMatchObject({ kind: "ask" });
  expect(hearEvent({ ...mention, event: { ...said, user_team: "E2" } }, grid)).toMatchObject({ reason: "other_team" });
});

test("installed in a whole Grid organization, all its workspaces are ours, and Slack Connect is not", () => {
  const org = as({ team: "E1", enterprise: "E1", orgWide: true });
  const from = (change: object) => hearEvent({ ...mention, team_id: "T7", enterprise_id: "E1", ...change }, org);
  expect(from({})).toMatchObject({ ask: { conversation: "slack:T7/C1", key: "slack:T7:Ev1" } });
  expect(from({ event: { ...said, user_team: "T9" } })).toMatchObject({ reason: "other_team" });
  expect(from({ enterprise_id: "E2" })).toMatchObject({ reason: "other_team" });
  expect(from({ enterprise_id: null })).toMatchObject({ reason: "other_team" });
  const pressed = { ...press, team: null, enterprise: { id: "E1" }, user: { id: "U1", team_id: "T7" } };
  expect(hearButton(pressed, org)).toMatchObject({ ask: { conversation: "slack:T7/C1" } });
});

test("who presses a button must be ours, whatever the button's workspace", () => {
  expect(hearButton(press, as())).toMatchObject({ ask: { kind: "button", place: { thread: "1.2" } } });
  expect(hearButton({ ...press, user: { id: "U9", team_id: "T9" } }, as())).toMatchObject({ reason: "other_team" });
  expect(hearButton({ ...press, team: { id: "T9" } }, as())).toMatchObject({ reason: "other_team" });
  expect(hearButton({ ...press, team: null, user: { id: "U1" } }, as())).toMatchObject({ reason: "other_team" });
});

test("a direct message that names the bot is read without its name", () => {
  const event = { ...said, type: "message", channel: "D1", channel_type: "im" };
  expect(hearEvent({ ...mention, event }, as())).toMatchObject({ ask: { asked: { text: "drops" }, direct: true } });
});
