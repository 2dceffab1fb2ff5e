/** What answers about traffic offer, live: each is shown again with the numbers it had, its files carry them too, and each button's line typed as it is gets an answer. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { commands } from "../../src/commands/index.ts";
import { startLab } from "../../src/lab/start.ts";
import { about, answerTo, type Chat, startChatWith, waitFor } from "../support/chat.ts";
import type { Message } from "../support/slack/state/messages.ts";

let chat: Chat;
beforeAll(async () => {
  chat = await startChatWith(() => startLab({ say: () => undefined, scenarios: ["paths"] }), { mode: "http" });
  const bot = await chat.startBot();
  chat.slack.deliverTo({ url: bot.events });
}, 90_000);
afterAll(() => chat[Symbol.asyncDispose](), 30_000);

async function ask(text: string): Promise<Message> {
  const { slack, incidents, alice } = chat;
  const { key } = await slack.slashCommand({ text, user: alice, channel: incidents });
  const shown = () => about(slack, incidents, key)[0];
  await answerTo(slack, incidents, key, 40_000);
  return shown() as Message;
}

const idIn = (message: Message) => /show ([2-9b-df-hjkmnp-tv-z]{4,8})/.exec(JSON.stringify(message))?.[1] ?? "none";
const names = Object.values(commands).map(({ name }) => name);
const offered = new RegExp(`^[^|]*: ((?:${names.join("|")}) .*)$`);
/** What buttons send, as the message's plain text has it; what one person alone is shown is no message. */
const commandsIn = ({ text }: Message) =>
  text.split("\n").flatMap((line) => {
    const [, command = ""] = offered.exec(line) ?? [];
    return command === "" || command.endsWith("--private") ? [] : [command];
  });
const rowsIn = ({ text }: Message) => text.split("\n").filter((line) => line.includes(" | "));

/** Files in this message's thread, by their extension. */
function filesUnder({ ts, threadTs }: Message, extension: string): string[] {
  const { slack, incidents } = chat;
  const ids = slack
    .messages(incidents)
    .filter((message) => message.threadTs === (threadTs ?? ts))
    .flatMap(({ files }) => files);
  return slack
    .files()
    .filter(({ id, filename }) => ids.includes(id) && filename.endsWith(extension))
    .flatMap(({ bytes }) => bytes?.toString("utf8") ?? []);
}

test.each(["map ns/hoth", "why hoth/droid world:443"])(
  "%s",
  async (text) => {
    const answer = await ask(text);
    const id = idIn(answer);
    const title = answer.text.split("\n")[0]?.replace(/^\S+ /, "") ?? "";
    expect(rowsIn(answer).length).toBeGreaterThan(1);

    // The same numbers, of the same time.
    const again = await ask(`show ${id}`);
    expect(again.text.split("\n")[0]).toContain(title);
    expect(rowsIn(again)).toEqual(rowsIn(answer).slice(0, rowsIn(again).length));
    expect(rowsIn(again).length).toBeGreaterThan(1);

    const json = await ask(`show ${id} json`);
    await waitFor(() => filesUnder(json, ".json").length > 0, 30_000, chat.logs);
    const kept = JSON.parse(filesUnder(json, ".json")[0] ?? "") as { message: { title: string }; window: unknown };
    expect(kept.message.title).toBe(title);
    expect(kept.window).toMatchObject({ from: expect.anything(), to: expect.anything() });

    const csv = await ask(`show ${id} csv`);
    await waitFor(() => filesUnder(csv, ".csv").length > 0, 30_000, chat.logs);
    expect(filesUnder(csv, ".csv").every((file) => file.split("\n").length > 1)).toBe(true);

    expect(commandsIn(answer).length).toBeGreaterThan(0);
    // What is refused is shown to nobody else, and never comes.
    for (const command of commandsIn(answer)) await ask(command);
  },
  200_000,
);
