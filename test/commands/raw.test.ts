import { describe, expect, test } from "vitest";
import { parseCommand } from "../../src/commands/grammar.ts";
import type { QueryArgs } from "../../src/commands/query/args.ts";
import { queryLine } from "../../src/commands/query/line.ts";
import { randomFrom } from "../fixtures/random.ts";

const options = { clusters: ["prod-eu", "prod-us"], defaultCluster: "prod-eu" };

function parse(text: string) {
  const parsed = parseCommand(text, options);
  if (!parsed.ok) throw new Error(parsed.say);
  return { ...parsed, args: parsed.args as QueryArgs };
}

const drops = 'rate(cilium_drop_count_total{k8s_app="cilium", reason=~"a|b\'c"}[5m]) > 0';

describe("an expression is read as it was typed", () => {
  test.each([
    `query ${drops}`,
    `/cilium query ${drops}`,
    `@cilium: Query   ${drops}  `,
    `promql ${drops}`,
    `query '${drops}'`,
    `query "${drops}"`,
    `query “${drops}”`,
    `query \`${drops}\``,
    `query \`\`\`${drops}\`\`\``,
    `query \`\`\`promql\n${drops}\n\`\`\``,
    `\`query ${drops}\``,
    `query ${drops.replace('"cilium"', "“cilium”").replace("> 0", "＞ 0").replace("＞", ">")}`,
    `query "${drops.replaceAll('"', '\\"')}"`,
    `query ${drops.replace(", ", ",\n\t")}`.replace(",\n\t", ",\n "),
    `query -- ${drops}`,
    `query ${drops} # what is dropped`,
  ])("%j", (text) => {
    expect(parse(text).args).toMatchObject({ expression: drops, since: null, stepMs: null });
  });

  test.each([
    `query --since 1h --step=30s ${drops}`,
    `query ${drops} --since 1h --step 30s`,
    `query --since 1h ${drops} --step 30s`,
    `query --since '1h' \`${drops}\` --step 30`,
    `query —since 1h "${drops}" —step 30s`,
    `query --since 1h --step 30s -- ${drops}`,
    `query \`\`\`\n${drops}\n\`\`\` --since 1h --step 30s`,
  ])("with flags before and behind: %j", (text) => {
    expect(parse(text).args).toMatchObject({
      expression: drops,
      since: { kind: "ago", ms: 3_600_000 },
      stepMs: 30_000,
    });
  });

  test.each([
    ["query -up", "-up"],
    ["query -1", "-1"],
    ["query up - -1", "up - -1"],
    ["query up -1", "up -1"],
    ["query -- up --since", "up --since"],
    [`query '"a text"'`, '"a text"'],
    [`query {job="a --since b"}`, '{job="a --since b"}'],
    ["query up --private", "up"],
  ])("%j is %j", (text, expression) => {
    expect(parse(text).args.expression).toBe(expression);
  });

  test("and the flags that every command has are flags", () => {
    expect(parse("query up --cluster prod-us --private")).toMatchObject({ clusters: ["prod-us"], private: true });
  });
});

describe("a line that cannot be read is refused with what to type", () => {
  test.each([
    ["query", "query needs PROMQL:"],
    ["query --since 1h", "query needs PROMQL:"],
    ["query up --sinc 1h", 'query has no flag "--sinc". Did you mean --since?'],
    ["query --since up up", '--since: "up" is no time.'],
    ["query up --since 1h and more", 'not on both sides of "and"'],
    ["query --step 30s up", "--step: That needs --since"],
    ["query --since 1h --step 10ms up", "--step:"],
    ["query --since 1h --until 2h up", "--until: That ends before it begins."],
    [`query ${"x".repeat(5_000)}`, "That is 5006 characters long, at most 4000 are read."],
    ["query up\u202e", "There is a control character (U+202E)"],
  ])("%j", (text, part) => {
    const parsed = parseCommand(text, options);
    expect(parsed.ok ? "" : parsed.say).toContain(part);
  });

  test.each(["query --help", "query -h", "query ?", "query --since 1h --help"])("%j explains it", (text) => {
    expect(parseCommand(text, options)).toMatchObject({ ok: true, text: "help query" });
  });
});

test("whatever is typed gives a command or one safe sentence, its text gives the same again, and so does the line of a button", () => {
  const pieces = [
    ...'up sum( ) by (pod) { } [5m] = =~ "x" \'y\' “z” ‘w’ ` ``` \\ \\" # -- --since 1h --step 30s --cluster prod-us --private --at 5m -h ? - — – + 1 -up --x $pod <!channel> <@U1> && 漢字 😀'.split(
      " ",
    ),
    ..." |\n|\t|\u00a0|\u200b|\u202e|\u001b[31m|\ud83d".split("|"),
    "x".repeat(500),
  ];
  const unsafe = /[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}]/u;
  const random = randomFrom(20_261_122);
  let understood = 0;
  for (let round = 0; round < 6_000; round++) {
    const text = `query ${Array.from({ length: random.below(10) }, () => random.pick(pieces) + (random.chance(0.7) ? " " : "")).join("")}`;
    const parsed = parseCommand(text, options);
    if (!parsed.ok) {
      expect(unsafe.test(parsed.say), text).toBe(false);
      expect(parsed.say.length, text).toBeLessThan(400);
      continue;
    }
    expect(unsafe.test(parsed.text), text).toBe(false);
    expect(parseCommand(parsed.text, options), text).toEqual(parsed);
    if (parsed.command.name !== "query") continue;
    understood += 1;
    const again = parseCommand(queryLine(parsed.args as QueryArgs), options);
    expect(again.ok ? again.args : again.say, text).toEqual(parsed.args);
  }
  expect(understood).toBeGreaterThan(1_000);
});
