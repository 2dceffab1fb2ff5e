import { afterAll, describe, expect, test } from "vitest";
import { messageText } from "../../../src/message/text.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { play } from "../../fixtures/outcomes/build.ts";
import { scenes as shared } from "../../fixtures/outcomes/scenes.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { outsideScenes } from "./outside-scenes.ts";

const scenes = { ...shared, ...outsideScenes };

const golden = goldenFolder("drops");
afterAll(() => golden.expectNoOthers());

describe("the answer to drops", () => {
  test.each(Object.entries(scenes))("%s, at 80 columns", (name, scene) => {
    const { answer } = play(scene);
    golden.expect(name, `> ${scene.text}\n\n${renderTerminal(answer.message, { width: 80, color: false })}`);
  });

  test("after rule1, at 50 columns", () => {
    golden.expect(
      "after rule1 narrow",
      renderTerminal(play(scenes["after l7 rule1"]).answer.message, { width: 50, color: false }),
    );
  });
});

describe("every answer of drops", () => {
  const answers = Object.entries(scenes).map(([name, scene]) => [name, play(scene).answer] as const);

  test.each(answers)("%s: nothing that strangers wrote reaches a reader as it is", (_, { message }) => {
    const texts = [renderTerminal(message, { width: 80, color: false }), messageText(message)];
    for (const text of texts) expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  test.each(answers)("%s: fits the budget of a chat message", (_, { message }) => {
    expect(message.blocks.length).toBeLessThanOrEqual(45);
    expect(message.title.length).toBeLessThanOrEqual(150);
    expect(JSON.stringify(message.blocks).length).toBeLessThanOrEqual(10_000);
    for (const block of message.blocks) {
      if (block.kind === "table") expect(block.rows.every((row) => row.length === block.columns.length)).toBe(true);
      if (block.kind === "actions") expect(block.actions.length).toBeLessThanOrEqual(25);
    }
  });

  test.each(answers)(
    "%s: never says nothing was dropped where not everything could be seen",
    (_, { message, coverage }) => {
      const complete = coverage !== null && coverage.nodes.answered === coverage.nodes.total && !coverage.truncated;
      if (!complete) expect(message.title).not.toMatch(/nothing (but noise )?dropped/);
    },
  );

  test.each(answers)("%s: is JSON", (_, { result }) => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test.each(answers.filter(([name]) => name !== "ambiguous" && name !== "unknown target"))(
    "%s: ends in coverage and in lines to copy",
    (_, answer) => {
      expect(messageText(answer.message, 20_000)).toMatch(/Coverage.*\n/);
      expect(answer.copyAs[0]?.text).toMatch(/^hubble observe /);
      const shown = answer.message.blocks.flatMap((block) => (block.kind === "code" ? [block.code] : [])).join("\n");
      for (const { text } of answer.copyAs) expect(shown).toContain(text);
    },
  );
});
