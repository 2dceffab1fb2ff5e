import { afterAll, describe, expect, test } from "vitest";
import { messageText } from "../../../src/message/text.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { play, type Scene } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { scenes } from "./scenes.ts";

const golden = goldenFolder("why");
afterAll(() => golden.expectNoOthers());

const answers = Object.entries<Scene>(scenes).map(([name, scene]) => [name, scene.text, play(scene).answer] as const);

describe("the answer to why", () => {
  test.each(answers)("%s, at 80 columns", (name, text, { message }) => {
    golden.expect(name, `> ${text}\n\n${renderTerminal(message, { width: 80, color: false })}`);
  });
});

test("of several clusters the title names the first one once", () => {
  const lost: Scene = scenes["allowed, and lost between the nodes"];
  const scene = { ...lost, text: `${lost.text} --cluster '*'`, clusters: ["prod-eu", "prod-us"] };
  expect(play(scene).answer.message.title).toMatch(/^prod-eu: .*, but 12 of 12 attempts leave/);
});

describe("every answer of why", () => {
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

  test.each(answers)("%s: is JSON, and shows no secret of a query", (_, __, answer) => {
    expect(JSON.parse(JSON.stringify(answer.result))).toEqual(answer.result);
    const { actions: _actions, ...shown } = {
      ...answer,
      actions: answer.message.blocks.filter(({ kind }) => kind === "actions"),
    };
    expect(JSON.stringify([shown.result, shown.copyAs, shown.message.title])).not.toContain("hunter2");
  });

  test.each(answers)("%s: shows the lines to copy", (_, __, { message, copyAs }) => {
    const shown = message.blocks.flatMap((block) => (block.kind === "code" ? [block.code] : [])).join("\n");
    for (const { text } of copyAs) expect(shown).toContain(text);
  });
});
