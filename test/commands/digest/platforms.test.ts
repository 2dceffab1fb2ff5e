/** A digest as both platforms show it: the headline in the channel first, then what stands in its thread. */
import { afterAll, describe, expect, test } from "vitest";
import type { Message } from "../../../src/message/message.ts";
import { renderSlack } from "../../../src/platforms/slack/render.ts";
import { renderCard } from "../../../src/platforms/teams/render.ts";
import { play } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { problemsOf as problemsInSlack } from "../../platforms/slack/check.ts";
import { problemsOf as problemsInTeams } from "../../platforms/teams/check.ts";
import { busyDay } from "./content-plants.ts";
import { type Day, dayOf, firstDay, halfDay } from "./content-scenes.ts";

const golden = goldenFolder("digest-platforms", "json");
afterAll(() => golden.expectNoOthers());

const days: Readonly<Record<string, Day>> = {
  "a busy day": busyDay,
  "a quiet day": {},
  "a half observed day": halfDay,
  "the first day": firstDay,
};

type Value = (action: { readonly command: string }) => string;
/** In the goldens buttons carry their command, so that one reads what each does. What is posted has a short id there. */
const byCommand: Value = ({ command }) => command;
const byId: Value = () => "id-1";

function slack(message: Message, actionValue: Value) {
  const { text, blocks } = renderSlack(message, { actionValue });
  return { text, blocks };
}

function teams(message: Message, actionValue: Value) {
  const { summary, card } = renderCard(message, { actionValue, looks: message.blocks.map(() => ({ native: true })) });
  return { summary, card };
}

/** One part on a line: what changed in a message is what changed in the file. */
function written(messages: readonly { readonly head: unknown; readonly parts: readonly unknown[] }[]): string {
  const shown = messages.map(
    ({ head, parts }) =>
      `{"head":${JSON.stringify(head)},"parts":[\n${parts.map((part) => JSON.stringify(part)).join(",\n")}\n]}`,
  );
  return `[\n${shown.join(",\n")}\n]\n`;
}

const shownDays = Object.entries(days).map(([name, day]) => {
  const { message, details = [] } = play({ text: "digest now", reply: dayOf(day) }).answer;
  return [name, [message, ...details]] as const;
});

describe("a digest on both platforms", () => {
  test.each(shownDays)("%s in Slack is what it was, and within Slack's limits", (name, messages) => {
    const shown = messages.map((message) => slack(message, byCommand));
    golden.expect(`slack ${name}`, written(shown.map(({ text, blocks }) => ({ head: text, parts: blocks }))));
    expect(messages.flatMap((message) => problemsInSlack(slack(message, byId)))).toEqual([]);
  });

  test.each(shownDays)("%s in Teams is what it was, and within Teams' limits", (name, messages) => {
    const shown = messages.map((message) => teams(message, byCommand));
    golden.expect(`teams ${name}`, written(shown.map(({ summary, card }) => ({ head: summary, parts: card.body }))));
    expect(messages.flatMap((message) => problemsInTeams(teams(message, byId).card))).toEqual([]);
  });

  test.each(shownDays)("%s has the same buttons on both, each with its command", (_, messages) => {
    for (const message of messages) {
      const commands = message.blocks.flatMap((block) =>
        block.kind === "actions" ? block.actions.map(({ command }) => command) : [],
      );
      const [inSlack, inTeams] = [slack(message, byCommand), teams(message, byCommand)].map((shown) =>
        JSON.stringify(shown),
      );
      for (const command of commands) {
        expect(inSlack).toContain(JSON.stringify(command));
        expect(inTeams).toContain(JSON.stringify(command));
      }
    }
  });
});
