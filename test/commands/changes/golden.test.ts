import { afterAll, describe, expect, test } from "vitest";
import { messageText } from "../../../src/message/text.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { play, type Scene } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { scenes } from "./scenes.ts";

const golden = goldenFolder("changes");
afterAll(() => golden.expectNoOthers());

const answers = Object.entries<Scene>(scenes).map(([name, scene]) => [name, scene.text, play(scene).answer] as const);

describe("the answer to changes", () => {
  test.each(answers)("%s, at 80 columns", (name, text, { message }) => {
    golden.expect(name, `> ${text}\n\n${renderTerminal(message, { width: 80, color: false })}`);
  });
});

describe("every answer of changes", () => {
  test.each(answers)("%s: nothing that strangers wrote reaches a reader as it is", (_, __, { message }) => {
    for (const text of [renderTerminal(message, { width: 80, color: false }), messageText(message, 20_000)])
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  test.each(answers)("%s: fits into a chat message", (_, __, { message }) => {
    expect(message.title.length).toBeLessThanOrEqual(150);
    expect(message.blocks.length).toBeLessThanOrEqual(45);
    expect(JSON.stringify(message.blocks).length).toBeLessThanOrEqual(10_000);
    for (const block of message.blocks)
      if (block.kind === "table") expect(block.rows.every((row) => row.length === block.columns.length)).toBe(true);
  });

  test.each(answers)("%s: is JSON, and shows the lines to copy", (_, __, { message, result, copyAs }) => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    const shown = message.blocks.flatMap((block) => (block.kind === "code" ? [block.code] : [])).join("\n");
    for (const { text } of copyAs) expect(shown).toContain(text);
  });
});

test("buttons are commands, and the file goes along", () => {
  const { answer } = play(scenes["first drop"]);
  expect(answer.files).toEqual([expect.objectContaining({ name: "changes.diff.txt" })]);
  for (const { message } of [play(scenes.nothing).answer, play(scenes.ambiguous).answer]) {
    const actions = message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
    expect(actions.length).toBeGreaterThan(0);
    for (const { command } of actions) expect(() => play({ ...scenes.nothing, text: command })).not.toThrow();
  }
});

test("a drop in the second of a change has no finer distance than Kubernetes' own times", () => {
  const scene = scenes["at once"];
  expect(play(scene).answer.message.title).toMatch(/: first drop less than 1s after default\/rule1 changed by kubectl/);
});

test("each cluster is asked what changed and what was dropped, of the same time, with what may be seen", () => {
  const { questions } = play(scenes.restricted);
  expect(questions).toMatchObject([
    { source: "kubernetes", ask: "changes", visible: ["default"], kinds: ["policy", "node"] },
    { source: "hubble", ask: "drops", visible: ["default"] },
  ]);
});
