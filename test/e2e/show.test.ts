/** An answer in Slack has an id, by which it is shown again as it was, in other channels where as much may be seen, and as a file. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerTo, type BotProcess, type Chat, startChat, waitFor } from "../support/chat.ts";
import type { Message } from "../support/slack/state/messages.ts";
import type { Channel } from "../support/slack/state/workspace.ts";

let chat: Chat;
let bot: BotProcess;
let other: Channel;
let narrow: Channel;
beforeAll(async () => {
  chat = await startChat({ mode: "http" });
  const members = [chat.alice.id, chat.bob.id];
  other = chat.slack.workspace.addChannel({ name: "other", members });
  narrow = chat.slack.workspace.addChannel({ name: "narrow", members });
  const everything = { clusters: ["*"], namespaces: ["*"], commands: ["*"] };
  const channels = [
    ...[chat.incidents, other].map(({ id }) => ({ match: `slack:${id}`, ...everything })),
    { match: `slack:${narrow.id}`, ...everything, namespaces: ["kube-system"], commands: ["drops"] },
  ];
  bot = await chat.startBot({ config: { channels } });
  chat.slack.deliverTo({ url: bot.events });
}, 90_000);
afterAll(() => chat[Symbol.asyncDispose](), 30_000);

async function ask(text: string, channel: Channel, user = chat.alice): Promise<Message> {
  const sent = await chat.slack.slashCommand({ text, user, channel });
  return await answerTo(chat.slack, channel, sent.key, 40_000);
}

const saidBy = ({ text, blocks }: Message) => `${text} ${JSON.stringify(blocks)}`;
const idIn = (message: Message) => /show ([2-9b-df-hjkmnp-tv-z]{4,8})/.exec(saidBy(message))?.[1] ?? "none";
const packetsIn = ({ text }: Message) => /[\d,]+ packets/.exec(text)?.[0];
/** The files in this message's thread, or the one that it stands in, as texts. */
const filesUnder = ({ ts, threadTs: thread }: Message, channel: Channel) =>
  chat.slack
    .messages(channel)
    .filter(({ threadTs }) => threadTs === (thread ?? ts))
    .flatMap(({ files }) => files)
    .flatMap(
      (id) =>
        chat.slack
          .files()
          .find((file) => file.id === id)
          ?.bytes?.toString("utf8") ?? [],
    );

test("again, elsewhere, where less may be seen, and as files", async () => {
  const { slack, incidents, bob } = chat;
  const answer = await ask("drops deathstar --since 10m", incidents);
  const id = idIn(answer);
  expect(packetsIn(answer)).toBeDefined();

  for (const channel of [incidents, other]) {
    const again = await ask(`show #${id}`, channel, bob);
    expect(again.text).toMatch(/As of (\w+ \d+ )?\d\d:\d\d:\d\d UTC: .*deathstar/);
    expect(packetsIn(again)).toBe(packetsIn(answer));
    expect(saidBy(again)).toContain("nothing was asked anew");
    expect(saidBy(again)).toContain("ask again now");
  }

  const refused = await ask(`show ${id}`, narrow, bob);
  const refusedFile = await ask(`show ${id} json`, narrow, bob);
  for (const message of [refused, refusedFile]) {
    expect(saidBy(message)).toContain(`Answer #${id} may not be shown here`);
    expect(saidBy(message)).toContain("only kube-system may");
    expect(packetsIn(message)).toBeUndefined();
  }
  expect(filesUnder(refusedFile, narrow)).toEqual([]);

  const before = slack.messages(incidents).length;
  await slack.pressButton(answer, buttonOf(answer, "CSV"), { user: bob });
  const filed = () => slack.messages(incidents).find(({ text }) => text.includes(`Answer #${id} of`));
  await waitFor(() => filed() !== undefined, 30_000, chat.logs);
  const csv = () => filesUnder(filed() as Message, incidents).find((text) => text.includes("destination"));
  await waitFor(
    () => csv() !== undefined,
    30_000,
    () => JSON.stringify(slack.messages(incidents)),
  );
  expect(slack.messages(incidents).length).toBeGreaterThan(before);
  expect(csv()).toMatch(/^\uFEFFcluster,|^\uFEFFsource,/);
  expect(csv()).toContain("default/deathstar");

  const json = await ask(`show ${id} json`, other, bob);
  await waitFor(() => filesUnder(json, other).length > 0, 30_000, chat.logs);
  expect(JSON.parse(filesUnder(json, other)[0] ?? "")).toMatchObject({ command: "drops", clusters: ["lab"] });
}, 150_000);

test("what one person alone was shown is no other's, and nobody finds what never was", async () => {
  const { slack, incidents, alice, bob } = chat;
  await slack.slashCommand({ text: "drops xwing --since 10m --private", user: alice, channel: incidents });
  const told = () =>
    slack
      .ephemerals()
      .find(
        ({ user, text, blocks }) =>
          user === alice.id && /xwing/.test(text) && /show \w{4}/.test(JSON.stringify(blocks)),
      );
  await waitFor(() => told() !== undefined, 40_000, chat.logs);
  const id = /show ([2-9b-df-hjkmnp-tv-z]{4,8})/.exec(JSON.stringify(told()?.blocks))?.[1];

  expect(saidBy(await ask(`show ${id}`, incidents, bob))).toContain(`No answer #${id} is kept`);
  expect(saidBy(await ask(`show ${id}`, incidents, alice))).toContain("nothing was asked anew");
  expect(saidBy(await ask("show zzzz", incidents))).toContain("No answer #zzzz is kept");
}, 90_000);

/** The id of the button with this label. */
function buttonOf({ blocks }: Message, label: string): string {
  const buttons = blocks.filter(({ type }) => type === "actions").flatMap(({ elements }) => elements as Button[]);
  return buttons.find(({ text }) => text.text === label)?.action_id ?? "none";
}

interface Button {
  readonly action_id: string;
  readonly text: { readonly text: string };
}
