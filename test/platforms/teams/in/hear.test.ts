import { expect, test } from "vitest";
import { Activity } from "../../../../src/platforms/teams/in/activity.ts";
import { hear } from "../../../../src/platforms/teams/in/hear.ts";

const tenant = "6497b563-6e16-43cf-9271-ee8c53b01128";
const bot = "28:bot";

function activity(over: Readonly<Record<string, unknown>> = {}) {
  return Activity.parse({
    ...{
      type: "message",
      id: "1700000000001",
      channelId: "msteams",
      serviceUrl: "https://smba.trafficmanager.net/emea/",
    },
    from: { id: "29:ann", aadObjectId: "ann" },
    recipient: { id: bot },
    conversation: { id: "a:1x", conversationType: "personal", tenantId: tenant },
    text: "drops x",
    ...over,
  });
}

const heard = (over: Readonly<Record<string, unknown>> = {}) => hear(activity(over), { tenantId: tenant, now: 7 });
const inChannel = {
  conversation: { id: "19:c@thread.tacv2;messageid=1700000000000", conversationType: "channel", tenantId: tenant },
  channelData: { tenant: { id: tenant }, team: { id: "19:t@thread.tacv2" } },
};
const mention = (text: string) => [{ type: "mention", text, mentioned: { id: bot } }];

test("a message in a personal chat", () => {
  expect(heard()).toMatchObject({
    kind: "ask",
    ask: {
      key: "teams:1700000000001:a:1x",
      kind: "message",
      conversation: `teams:${tenant}/a:1x`,
      place: { person: "ann" },
      direct: true,
      asked: { text: "drops x" },
      receivedAt: 7,
      repeats: false,
    },
    where: { reference: { serviceUrl: "https://smba.trafficmanager.net/emea/", bot, kind: "personal" } },
  });
});

test("a person's name goes along where there is one, and no page of it", () => {
  const from = { id: "29:ann", aadObjectId: "ann" };
  expect(heard({ from: { ...from, name: " Ann Lee " } })).toHaveProperty("ask.place.name", "Ann Lee");
  expect(heard({ from: { ...from, name: "x".repeat(200) } })).toHaveProperty("ask.place.name", `${"x".repeat(79)}…`);
  for (const name of [undefined, null, "", " ", 7])
    expect(heard({ from: { ...from, name } })).not.toHaveProperty("ask.place.name");
});

test("a person's clock goes along where it is one", () => {
  expect(heard({ localTimezone: "Asia/Seoul" })).toHaveProperty("ask.place.zone", "Asia/Seoul");
  for (const localTimezone of [undefined, null, "", "Mars/Olympus", "<b>"])
    expect(heard({ localTimezone })).not.toHaveProperty("ask.place.zone");
});

test("a mention in a channel is answered in its thread, and the team is remembered", () => {
  const said = heard({ ...inChannel, text: "<at>Cilium</at> drops x", entities: mention("<at>Cilium</at>") });
  expect(said).toMatchObject({
    kind: "ask",
    ask: { kind: "mention", conversation: `teams:${tenant}/19:c@thread.tacv2`, direct: false },
    where: { thread: "1700000000000", reference: { kind: "channel", group: "19:t@thread.tacv2" } },
  });
  expect(said).toHaveProperty("ask.place.thread", "1700000000000");
});

test("only what Teams calls personal is direct", () => {
  for (const conversationType of [undefined, "groupChat", "Personal", "other"])
    expect(
      heard({ conversation: { id: "19:g@thread.v2", conversationType, tenantId: tenant }, entities: mention("x") }),
    ).toMatchObject({ kind: "ask", ask: { direct: false } });
});

test("who does not call the bot, and mentions of others", () => {
  expect(heard({ ...inChannel }).kind).toBe("ignored");
  const other = [{ type: "mention", text: "<at>Bob</at>", mentioned: { id: "29:bob" } }];
  expect(heard({ ...inChannel, entities: other }).kind).toBe("ignored");
  expect(heard({ ...inChannel, recipient: { id: bot, isTargeted: true } })).toMatchObject({ ask: { kind: "command" } });
});

const button = "x".repeat(22);

test("a pressed button, as an invoke and as a message", () => {
  const value = { action: { type: "Action.Execute", data: { button } }, trigger: "manual" };
  const invoke = { type: "invoke", name: "adaptiveCard/action", text: undefined };
  expect(heard({ ...invoke, value })).toMatchObject({ ask: { kind: "button", asked: { button } } });
  expect(heard({ text: undefined, value: { button } })).toMatchObject({ ask: { kind: "button", asked: { button } } });
  expect(heard({ ...invoke, value: { ...value, trigger: "automatic" } }).kind).toBe("ignored");
  for (const data of [{ button: "drops x" }, { button: 7 }, null, "x", { command: "drops" }]) {
    const forged = { ...value, action: { type: "Action.Execute", data } };
    expect(heard({ ...invoke, value: forged })).toMatchObject({ kind: "refused", reason: "malformed" });
  }
  expect(heard({ type: "invoke", name: "task/fetch" }).kind).toBe("ignored");
});

test("consent to a file names it by an id of ours", () => {
  const consent = (context: object) =>
    heard({ type: "invoke", name: "fileConsent/invoke", value: { action: "accept", context } });
  expect(consent({ file: button })).toMatchObject({ kind: "consent", consent: { context: { file: button } } });
  expect(consent({ file: "../etc" })).toMatchObject({ kind: "refused" });
});

test("the bot comes and goes", () => {
  expect(heard({ type: "installationUpdate", action: "add" }).kind).toBe("came");
  expect(heard({ ...inChannel, type: "installationUpdate", action: "remove" })).toEqual({
    kind: "went",
    conversation: `teams:${tenant}/19:c@thread.tacv2`,
    group: "19:t@thread.tacv2",
  });
  const members = (field: string, id: string) => heard({ type: "conversationUpdate", [field]: [{ id }] }).kind;
  expect(members("membersAdded", bot)).toBe("came");
  expect(members("membersAdded", "29:bob")).toBe("ignored");
  expect(members("membersRemoved", bot)).toBe("went");
  expect(members("membersRemoved", "29:bob")).toBe("ignored");
});

test("other tenants, other channels, and what cannot be a name of ours", () => {
  const conversation = (id: string, tenantId = tenant) => ({
    conversation: { id, conversationType: "personal", tenantId },
  });
  expect(heard(conversation("a:1", "other"))).toMatchObject({ kind: "refused", reason: "other_tenant" });
  expect(heard({ channelId: "directline" })).toMatchObject({ kind: "refused", reason: "other_channel" });
  for (const id of ["a b", "a;messageid=x", "a;b", "a\n"])
    expect(heard(conversation(id))).toMatchObject({ kind: "refused", reason: "malformed" });
  expect(heard({ id: undefined })).toMatchObject({ kind: "refused", reason: "malformed" });
});
