/** The planted ways to break as both platforms show them, by `trace` and by `why`. */
import { afterAll, describe, expect, test } from "vitest";
import { play, type Scene } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { byCommand, byId, slack, teams, written } from "../../golden/platforms.ts";
import { problemsOf as problemsInSlack } from "../../platforms/slack/check.ts";
import { problemsOf as problemsInTeams } from "../../platforms/teams/check.ts";
import { scenes as whyScenes } from "../why/scenes.ts";
import { scenes } from "./scenes.ts";

const golden = goldenFolder("trace-platforms", "json");
afterAll(() => golden.expectNoOthers());

const shown: Readonly<Record<string, Scene>> = {
  "path broken between nodes": scenes["never arrived"],
  "service without endpoints": scenes["no backend"],
  "policy on egress": scenes["denied on egress"],
  "policy on ingress": scenes["dropped on arrival"],
  "RST by a closed port": scenes["closed port"],
  "DNS TTL expired": scenes["name expired"],
  "NXDOMAIN by the search path": scenes["no such name"],
  "why, DNS TTL expired": whyScenes["an expired name"],
  "why, path broken between nodes": whyScenes["allowed, and lost between the nodes"],
};

const messages = Object.entries(shown).map(([name, scene]) => [name, play(scene).answer.message] as const);

describe("both platforms", () => {
  test.each(messages)("%s in Slack is what it was, and within Slack's limits", (name, message) => {
    const { text, blocks } = slack(message, byCommand);
    golden.expect(`slack ${name}`, written(text, blocks));
    expect(problemsInSlack(slack(message, byId))).toEqual([]);
  });

  test.each(messages)("%s in Teams is what it was, and within Teams' limits", (name, message) => {
    const { summary, card } = teams(message, byCommand);
    golden.expect(`teams ${name}`, written(summary, card.body));
    expect(problemsInTeams(teams(message, byId).card)).toEqual([]);
  });

  test.each(messages)("%s begins with the same title on both", (_, message) => {
    expect(slack(message, byId).text).toContain(message.title.slice(0, 40));
    expect(teams(message, byId).summary).toContain(message.title.slice(0, 40));
  });
});
