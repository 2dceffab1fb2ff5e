import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseCommand } from "../src/commands/grammar.ts";
import { parseConfig } from "../src/config.ts";
import { verbs } from "../src/verbs/index.ts";
import { readReadme, regenerate, slackManifests, teamsManifest } from "./support/docs.ts";

const readme = readReadme();
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const shell = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) =>
  (block ?? "").replaceAll("\\\n", " ").split("\n"),
);

test("the README's generated tables are what the sources say", () => {
  expect(regenerate(readme)).toBe(readme);
});

test("Slack's manifests name every command, and their HTTP form is the Socket Mode form with request URLs", () => {
  for (const { is, should } of slackManifests()) expect(is).toBe(should);
});

test("Teams' manifest lists the commands, with the version of the program", () => {
  const { is, should } = teamsManifest();
  expect(is).toBe(should);
});

test("every npm script that the README names exists", () => {
  const named = [...readme.matchAll(/npm run ([a-z:-]+)/g)].map(([, name]) => name ?? "");

  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((name) => !(name in manifest.scripts))).toEqual([]);
});

test("every cilium-chatops line of the README is a verb with its own options", () => {
  const lines = shell.flatMap(
    (line) => line.match(/(?:npx cilium-chatops|npm run) (?:-- )?(serve|ask|lab|demo|config)\b(.*)/)?.slice(1) ?? [],
  );
  const wrong: string[] = [];
  for (let n = 0; n < lines.length; n += 2) {
    const verb = verbs.find((candidate) => candidate.name === lines[n]);
    const options = [...(lines[n + 1] ?? "").replace(/"[^"]*"/g, "").matchAll(/--([a-z-]+)/g)].map(
      ([, name]) => name ?? "",
    );
    wrong.push(
      ...options
        .filter((name) => !verb?.options.some((option) => option.name === name))
        .map((name) => `${lines[n]} --${name}`),
    );
  }

  expect(lines.length).toBeGreaterThan(6);
  expect(wrong).toEqual([]);
});

test("every command line asked in the README is a command", () => {
  const asked = shell.flatMap((line) => [...line.matchAll(/ask .*?"([^"]+)"/g)].map(([, text]) => text ?? ""));

  expect(asked.length).toBeGreaterThan(1);
  expect(asked.filter((text) => !parseCommand(text, { clusters: ["prod-eu"], defaultCluster: "prod-eu" }).ok)).toEqual(
    [],
  );
});

test("every configuration shown in the README is usable", () => {
  const shown = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? "");

  expect(shown.length).toBeGreaterThan(0);
  const secrets = { REDIS_PASSWORD: "x", SLACK_BOT_TOKEN: "xoxb-x", SLACK_APP_TOKEN: "xapp-x" };
  for (const text of shown) expect(parseConfig(text, secrets).clusters.length).toBeGreaterThan(0);
});

test("the configuration that docker compose gives the bot is usable", () => {
  const text = readFileSync(join(import.meta.dirname, "../manifests/compose/config.yaml"), "utf8");

  expect(parseConfig(text, {}).clusters[0]?.kubernetes?.kubeconfig).toBe("/lab/config.yaml.kubeconfig");
});
