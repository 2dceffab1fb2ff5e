import { afterAll, describe, expect, test } from "vitest";
import { messageText } from "../../../src/message/text.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { answerOf } from "./asking.ts";
import { scenes } from "./scenes.ts";

const golden = goldenFolder("audit");
afterAll(() => golden.expectNoOthers());

const answers = Object.entries(scenes).map(([name, { text, given }]) => [name, text, answerOf(text, given)] as const);

test.each(answers)("%s", (name, text, { message }) => {
  golden.expect(name, `> ${text}\n\n${renderTerminal(message, { width: 80, color: false })}`);
});

describe("every answer", () => {
  test.each(answers)("%s: fits a chat message, and its result is JSON", (_, __, { message, result }) => {
    expect(message.title.length).toBeLessThanOrEqual(150);
    expect(message.blocks.length).toBeLessThanOrEqual(45);
    expect(messageText(message, 20_000)).not.toMatch(/undefined|NaN|\b0 (flows|packets)\b/);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(JSON.stringify(result).length).toBeLessThan(200_000);
    for (const block of message.blocks)
      if (block.kind === "table") expect(block.rows.every((row) => row.length === block.columns.length)).toBe(true);
  });

  test.each(answers)("%s: nothing that strangers wrote is markup or turns the line around", (_, __, { message }) => {
    const texts = [renderTerminal(message, { width: 80, color: false }), messageText(message)];
    for (const text of texts) expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });
});
