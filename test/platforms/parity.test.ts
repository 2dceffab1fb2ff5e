/**
 * Slack and Teams are equals: the same messages on both and as text, each within its limits, and a table of what is lost where. `golden/parity` has the table; a
 * change in it is a change in what people see.
 */
import stringWidth from "string-width";
import { afterAll, describe, expect, test } from "vitest";
import { commands } from "../../src/commands/index.ts";
import type { Message } from "../../src/message/message.ts";
import { messageText } from "../../src/message/text.ts";
import { renderSlack } from "../../src/platforms/slack/render.ts";
import { renderCard } from "../../src/platforms/teams/render.ts";
import { allMessages } from "../fixtures/all-messages.ts";
import { commandAnswers } from "../fixtures/command-answers.ts";
import { parityMessages } from "../fixtures/messages-parity.ts";
import { goldenFolder } from "../golden/golden.ts";
import { countOf, type Lost, lostIn, type Seen, valuesOf } from "./lost.ts";
import { problemsOf as slackProblems } from "./slack/check.ts";
import { problemsOf as teamsProblems } from "./teams/check.ts";

const golden = goldenFolder("parity");
afterAll(() => golden.expectNoOthers());

const answers = Object.fromEntries(
  Object.entries(commandAnswers).map(([name, message]) => [`command ${name}`, message]),
);
const messages: Readonly<Record<string, Message>> = { ...answers, ...allMessages, ...parityMessages };
const actionValue = () => "0123456789abcdefghijkl";
const rendered = Object.entries(messages).map(([name, message]) => ({
  ...{ name, message },
  slack: renderSlack(message, { actionValue, looks: message.blocks.map(() => ({ as: "native" })) }),
  teams: renderCard(message, {
    actionValue,
    looks: message.blocks.map(() => ({ native: true, link: "https://bot.example.com/a" })),
  }),
  text: messageText(message, 1_000_000),
}));

type Rendered = (typeof rendered)[number];

function losses({ message, slack, teams, text }: Rendered): Readonly<Record<"slack" | "teams" | "text", Lost>> {
  const inSlack: Seen = {
    text: valuesOf(slack.blocks, ["text", "title"]).join(" "),
    links: countOf(slack.blocks, ["link"]),
    buttons: countOf(slack.blocks, ["button"]),
    drawings: countOf(slack.blocks, ["image", "data_visualization"]),
  };
  const inTeams: Seen = {
    text: valuesOf(teams.card.body, ["text", "title", "codeSnippet"]).join(" "),
    links: countOf(teams.card.body, ["Action.OpenUrl"]),
    buttons: countOf(teams.card.body, ["Action.Execute"]),
    drawings: countOf(
      teams.card.body.filter(({ type }) => /^Chart|^Image$/.test(type)),
      [...drawn],
    ),
  };
  const asText: Seen = { text, links: 0, buttons: 0, drawings: 0 };
  return { slack: lostIn(message, inSlack), teams: lostIn(message, inTeams), text: lostIn(message, asText) };
}

/** A chart's fallback is no second drawing. */
const drawn = new Set(["Chart.Line", "Chart.VerticalBar.Grouped", "Chart.HorizontalBar", "Image"]);

describe("each message", () => {
  test("there are at least thirty, with one for each command", () => {
    expect(rendered.length).toBeGreaterThanOrEqual(30);
    expect(Object.keys(commandAnswers)).toEqual(Object.keys(commands));
  });

  test.each(rendered)("$name is within every platform's limits", ({ slack, teams, text }) => {
    expect(slackProblems(slack)).toEqual([]);
    expect(teamsProblems(teams.card)).toEqual([]);
    expect(text.length).toBeLessThanOrEqual(1_000_000);
  });

  test.each(rendered)("$name says on both that something was left out, and where it is, or loses nothing", (one) => {
    const { slack, teams } = losses(one);
    const { drawings: _, ...inSlack } = slack;
    if (Object.keys(inSlack).length > 0) expect(one.slack.cut).toBe(true);
    if (Object.keys(teams).length > 0) expect(one.teams.cut).toBe(true);
    for (const { cut, shown } of [
      { cut: one.slack.cut, shown: JSON.stringify(one.slack.blocks) },
      { cut: one.teams.cut, shown: JSON.stringify(one.teams.card) },
    ]) {
      expect(shown.includes("The whole answer is in the file.")).toBe(cut);
    }
  });

  test.each(rendered.filter(({ slack }) => !slack.cut))(
    "$name is whole in Teams when it is whole in Slack",
    ({ teams }) => {
      expect(teams.cut).toBe(false);
    },
  );

  test.each(rendered)("$name is whole as text, but for what can be pressed", (one) => {
    const { links: _, buttons: __, drawings: ___, ...words } = losses(one).text;
    expect(words).toEqual({});
  });
});

test("the table of what each platform loses is what it was", () => {
  const lines = [
    ["message", "Slack", "Teams", "text"],
    ...rendered.map((one) => {
      const { slack, teams, text } = losses(one);
      return [one.name, words(slack), words(teams), words(text)];
    }),
  ];
  const widths = [0, 1, 2].map((at) => Math.max(...lines.map((line) => stringWidth(line[at] ?? ""))));
  const table = lines.map((line) =>
    line
      .map((cell, at) => cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - stringWidth(cell))))
      .join("  ")
      .trimEnd(),
  );
  process.stdout.write(`${table.join("\n")}\n`);
  golden.expect("lost", `${table.join("\n")}\n`);
});

function words(lost: Lost): string {
  const said = Object.entries(lost).map(([part, count]) => `${count} ${part}`);
  return said.length === 0 ? "-" : said.join(", ");
}
