import { afterAll, describe, expect, test } from "vitest";
import { messageText } from "../../../src/message/text.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { answerOf } from "./asking.ts";
import { admitScenes, suggestScenes, whatifScenes } from "./scenes.ts";

const folders = { suggest: goldenFolder("suggest"), whatif: goldenFolder("whatif") };
afterAll(() => {
  folders.suggest.expectNoOthers();
  folders.whatif.expectNoOthers();
});

const answers = Object.entries({ suggest: { ...suggestScenes, ...admitScenes }, whatif: whatifScenes }).flatMap(
  ([command, scenes]) =>
    Object.entries(scenes).map(
      ([name, { text, given }]) => [name, command as keyof typeof folders, text, answerOf(text, given)] as const,
    ),
);

test.each(answers)("%s", (name, command, text, { message }) => {
  folders[command].expect(name, `> ${text}\n\n${renderTerminal(message, { width: 80, color: false })}`);
});

describe("every answer", () => {
  test.each(answers)("%s: fits a chat message, and its result is JSON", (_, __, ___, { message, result }) => {
    expect(message.title.length).toBeLessThanOrEqual(150);
    expect(message.blocks.length).toBeLessThanOrEqual(45);
    expect(messageText(message, 20_000)).not.toMatch(/undefined|NaN|\b0 (flows|packets)\b/);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    for (const block of message.blocks)
      if (block.kind === "table") expect(block.rows.every((row) => row.length === block.columns.length)).toBe(true);
  });

  test.each(answers)(
    "%s: nothing that strangers wrote is markup or turns the line around",
    (_, __, ___, { message }) => {
      const texts = [renderTerminal(message, { width: 80, color: false }), messageText(message)];
      for (const text of texts) expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    },
  );
});
