/** People in Teams and the program as its own process: what they type, what they see, and that they see it once. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BotProcess, waitFor } from "../support/chat.ts";
import { answerIn, startTeamsChat, type TeamsChat } from "../support/teams/chat.ts";
import type { Tampered } from "../support/teams/people.ts";
import { buttonsOf, cardOf, type Message, objectsIn, textOf } from "../support/teams/state.ts";

let chat: TeamsChat;
let bot: BotProcess;
beforeAll(async () => {
  chat = await startTeamsChat();
  bot = await chat.startBot();
  chat.teams.deliverTo(bot.events);
}, 60_000);
afterAll(async () => {
  const code = await bot.stop();
  const left = chat.teams.leftovers();
  const secretSeen = chat.logs().includes(chat.appPassword);
  await chat[Symbol.asyncDispose]();
  expect([code, left, secretSeen]).toEqual([0, [], false]);
}, 30_000);

const after = (earlier: readonly Message[]) => (message: Message) => !earlier.includes(message);
const firstText = ({ versions }: Message) =>
  textOf({ id: "", conversation: "", thread: null, versions: versions.slice(0, 1) });

test("in a personal chat the answer takes the placeholder's place", async () => {
  const { teams, personal } = chat;

  const sent = await teams.say("drops deathstar --since 10m", { in: personal });
  const answer = await answerIn(teams, personal);

  expect(sent.status).toBe(200);
  expect(firstText(answer)).toContain("Working on: drops deathstar");
  expect(textOf(answer)).toMatch(/deathstar.*\d+ packets/s);
  expect(cardOf(answer)).toMatchObject({ type: "AdaptiveCard", version: "1.5" });
  expect(teams.messages(personal)).toHaveLength(1);
  expect(answer.versions.every((version) => version["text"] === undefined)).toBe(true);
  expect(teams.calls("typing").length).toBeGreaterThan(0);
});

test("in a channel it stands in the thread in which the bot was mentioned", async () => {
  const { teams, channel } = chat;
  const thread = "1700000000001";

  await teams.say("<at>Cilium</at>&nbsp;/cilium drops deathstar", { in: channel, thread });
  const answer = await answerIn(teams, channel);

  expect(answer.thread).toBe(thread);
  expect(textOf(answer)).toMatch(/deathstar/);
});

test.each(["/cilium drops xwing", "cilium drops xwing", "/drops xwing", "drops\u00a0xwing"])(
  "%s means the same in a group chat",
  async (text) => {
    const { teams, group } = chat;
    const earlier = teams.messages(group);
    await teams.say(text, { in: group });
    expect(firstText(await answerIn(teams, group, after(earlier)))).toContain("Working on: drops xwing");
  },
);

test("who does not call the bot is not answered", async () => {
  const { teams, group } = chat;
  const earlier = teams.messages(group).length;
  await teams.say("drops xwing", { in: group }, { activity: { entities: [] } });
  await teams.say("<at>Bob</at> drops xwing", { in: group }, { activity: { entities: [] } });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(teams.messages(group)).toHaveLength(earlier);
});

test("the same activity twice is one answer", async () => {
  const { teams, personal } = chat;
  const earlier = teams.messages(personal);

  const sent = await teams.say("help drops", { in: personal });
  await teams.again(sent);
  await answerIn(teams, personal, after(earlier));
  await teams.again(sent);
  await new Promise((resolve) => setTimeout(resolve, 500));

  expect(teams.messages(personal)).toHaveLength(earlier.length + 1);
});

test.each(["execute", "submit"] as const)("a pressed button (%s) is answered in its thread", async (as) => {
  const { teams, channel } = chat;
  const thread = as === "execute" ? "1700000000002" : "1700000000003";
  const inThread = (message: Message) => message.thread === thread;
  await teams.say("help", { in: channel, thread });
  const shown = await answerIn(teams, channel, inThread);
  const button = buttonsOf(shown)[0];

  const pressed = await teams.press(button?.data ?? {}, { in: channel, thread, message: shown, as });
  const answer = await answerIn(teams, channel, (message) => inThread(message) && message !== shown);

  expect(pressed.status).toBe(200);
  if (as === "execute")
    expect(pressed.body).toMatchObject({ statusCode: 200, value: expect.stringContaining("Working on it") });
  expect(textOf(answer).length).toBeGreaterThan(20);
});

test("a button of another conversation is refused beside it", async () => {
  const { teams, personal, channel } = chat;
  const [shown] = teams.messages(channel).filter((message) => buttonsOf(message).length > 0);
  const earlier = teams.messages(personal).length;

  const pressed = await teams.press(buttonsOf(shown as Message)[0]?.data ?? {}, { in: personal });
  const forged = await teams.press({ button: "x".repeat(22) }, { in: personal });
  const strange = await teams.press({ command: "drops" }, { in: personal });

  const said = (body: unknown) => (body as { value: string }).value;
  expect(said(pressed.body)).toContain("another channel");
  expect(said(forged.body)).toContain("too old");
  expect(said(strange.body)).toContain("cannot be read");
  expect(teams.messages(personal)).toHaveLength(earlier);
});

test("where nothing may be asked, the person learns whom to ask, in the thread", async () => {
  const { teams, unbound } = chat;

  await teams.say("drops deathstar", { in: unbound, thread: "1700000000009" });
  const answer = await answerIn(teams, unbound);

  expect(answer.thread).toBe("1700000000009");
  expect(textOf(answer)).toContain("#platform");
});

test("a chart comes with its picture behind a link", async () => {
  const { teams, personal } = chat;
  const earlier = teams.messages(personal);

  await teams.say("top maps 5 --since 10m", { in: personal });
  const answer = await answerIn(teams, personal, after(earlier));
  const images = () => objectsIn(cardOf(answer)).filter(({ type }) => type === "Image");
  await waitFor(
    () => images().length > 0,
    10_000,
    () => JSON.stringify(cardOf(answer)),
  );

  const url = String(images()[0]?.["url"]).replace("http://127.0.0.1:1", new URL(bot.events).origin);
  const picture = await fetch(url);
  expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/png"]);
});

test("a capture's file is offered, and handed over to who wants it", async () => {
  const { teams, personal } = chat;
  const earlier = teams.messages(personal);

  await teams.say("capture deathstar --for 2s", { in: personal });
  const isOffer = (message: Message) => JSON.stringify(message.versions).includes("file.consent");
  const offer = await answerIn(teams, personal, (message) => after(earlier)(message) && isOffer(message));
  const card = objectsIn(offer.versions.at(-1)).find((object) => "acceptContext" in object);
  const accepted = await teams.accept(
    card?.["acceptContext"] as object,
    { in: personal },
    `${new URL(teams.serviceUrl).origin}/upload/1`,
  );

  expect(accepted.status).toBe(200);
  expect(teams.uploads().at(-1)?.length).toBe(card?.["sizeInBytes"]);
  const info = teams.messages(personal).at(-1);
  expect(JSON.stringify(info?.versions)).toContain("application/vnd.microsoft.teams.card.file.info");
});

const inTheRoom = () => chat.teams.messages(chat.personal).length;
const seconds = () => Math.floor(Date.now() / 1_000);

test.each<readonly [string, Tampered, string]>([
  ["no token", { authorization: "" }, "no_token"],
  ["another scheme", { authorization: "Basic YTpi" }, "malformed_token"],
  ["another audience", { claims: { aud: "2f1d9a3c-0000-4000-8000-000000000000" } }, "other_audience"],
  ["another issuer", { claims: { iss: "https://sts.windows.net/evil/" } }, "other_issuer"],
  ["an expired one", { claims: { exp: seconds() - 3_600 } }, "expired"],
  ["one of tomorrow", { claims: { nbf: seconds() + 86_400 } }, "future"],
  ["alg none", { forged: "alg none" }, "bad_algorithm"],
  ["the public key as a secret", { forged: "HMAC with the public key" }, "bad_algorithm"],
  ["another key", { forged: "another key" }, "bad_token"],
  ["a key that nobody knows", { forged: "unknown key" }, "bad_token"],
  ["another service than signed", { activity: { serviceUrl: "http://127.0.0.1:9/" } }, "other_service"],
  [
    "a service that is not allowed",
    { activity: { serviceUrl: "https://evil.example/" }, claims: { serviceurl: "https://evil.example/" } },
    "service_not_allowed",
  ],
])("with %s a request is refused, starts nothing and is one audit line", async (_, tampered, reason) => {
  const { teams, personal } = chat;
  const [before, lines] = [inTheRoom(), audited().length];

  const sent = await teams.say("drops deathstar", { in: personal }, tampered);

  expect(sent.status).toBe(401);
  await waitFor(() => audited().length > lines, 2_000);
  expect(audited().slice(lines)).toEqual([{ platform: "teams", kind: "unknown", decision: "refused", reason }]);
  expect(inTheRoom()).toBe(before);
});

test("another tenant's people are not answered, nor is what cannot be read", async () => {
  const { teams, personal } = chat;
  const before = inTheRoom();
  const conversation = {
    id: personal.id,
    conversationType: "personal",
    tenantId: "11111111-0000-4000-8000-000000000000",
  };

  await teams.say("drops deathstar", { in: personal }, { activity: { conversation } });
  const empty = await fetch(bot.events, { method: "POST" });
  const huge = await fetch(bot.events, { method: "POST", body: "x".repeat(300_000) });
  const got = await fetch(bot.events);

  expect([empty.status, huge.status, got.status]).toEqual([401, 413, 405]);
  expect(
    audited()
      .slice(-3)
      .map(({ reason }) => reason),
  ).toEqual(["other_tenant", "no_token", "too_large"]);
  expect(inTheRoom()).toBe(before);
});

function audited(): Record<string, unknown>[] {
  return bot
    .log()
    .split("\n")
    .flatMap((line) =>
      line.includes('"audit"') ? [(JSON.parse(line) as { audit: Record<string, unknown> }).audit] : [],
    );
}
