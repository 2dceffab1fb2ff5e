import { afterAll, expect, test } from "vitest";
import { commands } from "../../src/commands/index.ts";
import { renderTerminal } from "../../src/platforms/terminal/render.ts";
import { play } from "../fixtures/outcomes/build.ts";
import { goldenFolder } from "../golden/golden.ts";

const golden = goldenFolder("help");
afterAll(() => golden.expectNoOthers());

function help(text: string) {
  const reply = () => {
    throw new Error("help asks nobody");
  };
  return play({ text, reply }).answer;
}

test.each(["help", "help help", "help drops", "help observe", "help coverage"])("%s, at 80 columns", (text) => {
  golden.expect(text, renderTerminal(help(text).message, { width: 80, color: false }));
});

test("help names every command", () => {
  const text = renderTerminal(help("help").message, { width: 80, color: false });
  for (const { name, summary } of Object.values(commands)) {
    expect(text).toMatch(new RegExp(`^  ${name}( |$)`, "m"));
    expect(text).toContain(summary);
  }
});

test("help drops explains every flag", () => {
  const text = renderTerminal(help("help drops").message, { width: 200, color: false });
  for (const name of commands.drops.flags.flatMap(({ names }) => names)) expect(text).toContain(name);
});

test("help needs no source, no window and no time", () => {
  expect(commands.help.deadlineMs).toBe(0);
  expect(help("help")).toMatchObject({
    coverage: null,
    window: null,
    copyAs: [],
    result: { commands: Object.keys(commands).map((name) => ({ name })) },
  });
  expect(help("help drops")).toMatchObject({ result: { commands: [{ name: "drops" }] } });
  expect(help("help flows")).toMatchObject({ result: { commands: [{ name: "observe" }] } });
  expect(help("help coverage")).toMatchObject({ result: { commands: [] } });
});
