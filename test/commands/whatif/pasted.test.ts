import { describe, expect, test } from "vitest";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { WhatifArgs } from "../../../src/commands/whatif/args.ts";
import { oneLinePolicies, policyLine } from "../../../src/commands/whatif/pasted.ts";
import { mostText, readPolicies } from "../../../src/policy/document/read.ts";
import { randomFrom } from "../../fixtures/random.ts";

const yaml = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: rule1
spec:
  description: "it's --since \`2h\` “quoted” – so"
  endpointSelector:
    matchLabels: {org: empire}
  ingress:
  - fromEndpoints:
    - matchLabels: {org: empire}`;

function parse(text: string) {
  return parseCommand(text, { clusters: ["lab", "prod"], defaultCluster: "lab" });
}

function argsOf(text: string): WhatifArgs {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.say);
  return parsed.args as WhatifArgs;
}

function say(text: string): string {
  const parsed = parse(text);
  return parsed.ok ? "taken" : parsed.say;
}

const expected = {
  kind: "CiliumNetworkPolicy",
  namespace: "default",
  name: "rule1",
  spec: {
    description: "it's --since `2h` “quoted” – so",
    endpointSelector: { matchLabels: { org: "empire" } },
    ingress: [{ fromEndpoints: [{ matchLabels: { org: "empire" } }] }],
  },
};
const deathstar = { kind: "name", namespace: undefined, name: "deathstar" };

describe("however it is pasted, it is the same policy", () => {
  test.each([
    ["a block", `whatif \`\`\`\n${yaml}\n\`\`\``, undefined],
    ["a block with its language", `whatif \`\`\`yaml\n${yaml}\n\`\`\``, undefined],
    ["a target in front", `whatif deathstar \`\`\`${yaml}\`\`\``, deathstar],
    ["a target on the line before", `whatif deathstar\n\`\`\`yaml\n${yaml}\n\`\`\``, deathstar],
    ["flags between", `whatif deathstar --since 2h \`\`\`${yaml}\`\`\``, deathstar],
    ["flags behind", `whatif deathstar \`\`\`${yaml}\`\`\` --since 2h`, deathstar],
    ["flags in front", `/cilium whatif --since 2h \`\`\`${yaml}\`\`\``, undefined],
    ["no-break spaces", `whatif \`\`\`${yaml.replaceAll("  ", "\u00a0\u00a0")}\`\`\``, undefined],
  ])("%s", (name, text, target) => {
    const args = argsOf(text);
    expect(args.policies).toEqual([{ ...expected, specs: undefined }]);
    expect(args.target).toEqual(target);
    expect(args.since).toEqual({ kind: "ago", ms: name.startsWith("flags") ? 7_200_000 : 3_600_000 });
  });

  test("bare, without a block, where nothing in it looks like a flag", () => {
    const plain = yaml.replace(/ {2}description.*\n/, "");
    expect(argsOf(`whatif deathstar\n${plain}`)).toMatchObject({ target: deathstar, policies: [{ name: "rule1" }] });
    expect(argsOf(`whatif ${plain}`).policies).toHaveLength(1);
  });

  test("and its line gives the same again", () => {
    for (const text of [
      `whatif deathstar --since 2h --cluster prod \`\`\`${yaml}\`\`\``,
      `whatif \`\`\`${yaml}\n---\nkind: Deployment\nmetadata: {name: web}\`\`\``,
    ]) {
      const first = parse(text);
      if (!first.ok) throw new Error(first.say);
      expect(first.text).not.toContain("\n");
      const again = parse(first.text);
      if (!again.ok) throw new Error(again.say);
      expect(again.text).toBe(first.text);
      expect(again.args).toEqual(first.args);
      expect(again.clusters).toEqual(first.clusters);
    }
  });
});

test("a file's policies on a line are what was in the file", () => {
  const documents = readPolicies(yaml);
  if (!documents.ok) throw new Error(documents.say);
  const args = argsOf(`whatif deathstar --since 2h \`\`\`\n${policyLine(documents, "")}\n\`\`\``);
  expect(args.policies).toEqual(documents.policies);
});

describe("what cannot be taken is refused with what to do", () => {
  test.each([
    ["nothing", "whatif", "Paste the policy behind the command"],
    ["a target alone", "whatif deathstar", "Paste the policy behind the command"],
    ["a word", "whatif ```hello```", "Paste"],
    ["half a list", "whatif ```a: [```", "line 1"],
    ["no target", `whatif not/a/target/at/all \`\`\`${yaml}\`\`\``, "not/a/target"],
    ["two targets", `whatif here there \`\`\`${yaml}\`\`\``, "one target at most"],
    ["no time", `whatif --since tomorrow \`\`\`${yaml}\`\`\``, "--since"],
    ["no time at all", `whatif --since 0s \`\`\`${yaml}\`\`\``, "--since"],
    ["two clusters", `whatif --cluster * \`\`\`${yaml}\`\`\``, "--cluster"],
    ["an unknown flag", `whatif --nosuch \`\`\`${yaml}\`\`\``, "--nosuch"],
    ["a Deployment", "whatif ```kind: Deployment\nmetadata: {name: web}```", "Deployment web"],
    ["a deep one", `whatif \`\`\`${"- ".repeat(2_000)}\`\`\``, "nests too deeply"],
    ["a long one", `whatif \`\`\`a: ${"x".repeat(mostText)}\`\`\``, "At most 256 KB"],
    ["5 MB", `whatif \`\`\`${"x".repeat(5_000_000)}\`\`\``, "at most"],
    ["a long line of another command", `drops ${"x".repeat(5_000)}`, "at most 4000"],
  ])("%s", (_, text, expected) => {
    expect(say(text)).toContain(expected);
    expect(say(text).length).toBeLessThan(500);
  });
});

test("policies of 100 KB are taken", () => {
  const many = Array.from({ length: 190 }, (_, at) => yaml.replace("rule1", `rule${at}`)).join("\n---\n");
  expect(argsOf(`whatif \`\`\`${many}\`\`\``).policies).toHaveLength(190);
});

test("whatever is pasted gives one line, and that line itself", () => {
  const random = randomFrom(7);
  const pieces = [
    ...yaml.split("\n"),
    "{",
    "}",
    '"',
    "'",
    "[",
    "- ",
    "deathstar",
    ": ",
    "---",
    "\n",
    " ",
    "é",
    "```",
    "&a *a",
    "\\",
  ];
  for (let round = 0; round < 400; round++) {
    const text = Array.from({ length: 1 + random.below(12) }, () => random.pick(pieces)).join(
      random.pick([" ", "\n", ""]),
    );
    const line = oneLinePolicies(text.trim());
    expect(line).not.toContain("\n");
    expect(oneLinePolicies(line)).toBe(line);
  }
});
