/** What was denied and may be admitted, as both platforms show it. */
import { afterAll, describe, expect, test } from "vitest";
import { renderSlack } from "../../../src/platforms/slack/render.ts";
import { renderCard } from "../../../src/platforms/teams/render.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { problemsOf as problemsInSlack } from "../../platforms/slack/check.ts";
import { problemsOf as problemsInTeams } from "../../platforms/teams/check.ts";
import { answerOf } from "./asking.ts";
import { admitScenes } from "./scenes.ts";

const golden = goldenFolder("suggest-platforms", "json");
afterAll(() => golden.expectNoOthers());

const kept = ["the xwing is let in", "both ends deny it", "a deny rule stands against it"];
const messages = Object.entries(admitScenes).map(
  ([name, { text, given }]) => [name, answerOf(text, given).message] as const,
);
type Value = (action: { readonly command: string }) => string;
/** In the goldens buttons carry their command; what is posted has a short id there. */
const byCommand: Value = ({ command }) => command;
const byId: Value = () => "id-1";
const written = (parts: readonly unknown[]) => `[\n${parts.map((part) => JSON.stringify(part)).join(",\n")}\n]\n`;

describe("suggest --admit-denied", () => {
  test.each(messages)("%s in Slack", (name, message) => {
    if (kept.includes(name))
      golden.expect(`slack ${name}`, written(renderSlack(message, { actionValue: byCommand }).blocks));
    const { text, blocks } = renderSlack(message, { actionValue: byId });
    expect(problemsInSlack({ text, blocks })).toEqual([]);
  });

  test.each(messages)("%s in Teams", (name, message) => {
    const looks = message.blocks.map(() => ({ native: true }));
    if (kept.includes(name))
      golden.expect(`teams ${name}`, written(renderCard(message, { actionValue: byCommand, looks }).card.body));
    const { card } = renderCard(message, { actionValue: byId, looks });
    expect(problemsInTeams(card)).toEqual([]);
  });
});
