import { afterAll, describe, expect, test } from "vitest";
import { messageText } from "../../../src/message/text.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { askMetrics } from "./asking.ts";
import { scenes } from "./scenes.ts";

const golden = goldenFolder("metrics");
afterAll(() => golden.expectNoOthers());

const answers = Object.entries(scenes).map(([name, { text, given }]) => [name, text, askMetrics(text, given)] as const);

describe("the answer to metrics", () => {
  test.each(answers)("%s", (name, text, { message }) => {
    golden.expect(name, `> ${text}\n\n${renderTerminal(message, { width: 80, color: false })}`);
  });

  test.each(answers)("%s: fits a chat message, and its result is JSON", (_, __, { message, result }) => {
    expect(message.title.length).toBeLessThanOrEqual(150);
    expect(message.blocks.length).toBeLessThanOrEqual(45);
    expect(messageText(message, 20_000)).not.toMatch(/undefined|NaN|\$\w/);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    for (const block of message.blocks)
      if (block.kind === "table") expect(block.rows.every((row) => row.length === block.columns.length)).toBe(true);
  });
});
