/** The answers that people read at night as both platforms show them. */
import { afterAll, describe, expect, test } from "vitest";
import { play, type Scene } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { byCommand, byId, slack, teams, written } from "../../golden/platforms.ts";
import { problemsOf as problemsInSlack } from "../../platforms/slack/check.ts";
import { problemsOf as problemsInTeams } from "../../platforms/teams/check.ts";
import { scenes } from "./scenes.ts";

const golden = goldenFolder("status-platforms", "json");
afterAll(() => golden.expectNoOthers());

const all = Object.entries<Scene>(scenes).map(([name, scene]) => [name, play(scene).answer.message] as const);
const kept = new Set(["all is well", "a node is away and a policy invalid", "everything at once", "two clusters"]);
const messages = all.filter(([name]) => kept.has(name));

describe("both platforms", () => {
  test.each(messages)("%s is what it was", (name, message) => {
    const { text, blocks } = slack(message, byCommand);
    golden.expect(`slack ${name}`, written(text, blocks));
    const { summary, card } = teams(message, byCommand);
    golden.expect(`teams ${name}`, written(summary, card.body));
  });

  test.each(all)("%s is within the limits of both, and begins with the same title", (_, message) => {
    expect(problemsInSlack(slack(message, byId))).toEqual([]);
    expect(problemsInTeams(teams(message, byId).card)).toEqual([]);
    if (message.title.includes("\u202e")) return;
    expect(slack(message, byId).text).toContain(message.title.slice(0, 40));
    expect(teams(message, byId).summary).toContain(message.title.slice(0, 40));
  });
});
