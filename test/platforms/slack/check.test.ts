import { describe, expect, test } from "vitest";
import { problemsOf } from "./check.ts";

const header = { type: "header", text: { type: "plain_text", text: "title", emoji: false } };
const rich = (...elements: unknown[]) => ({ type: "rich_text", elements });
const words = (...elements: unknown[]) => rich({ type: "rich_text_section", elements });
const text = (written: string) => ({ type: "text", text: written });
const plain = (written: string) => ({ type: "plain_text", text: written, emoji: false });
const button = (change: object = {}) => ({
  type: "button",
  action_id: "a",
  text: plain("again"),
  value: "id",
  ...change,
});
const check = (...blocks: unknown[]) => problemsOf({ text: "title", blocks });

test("the limits check finds nothing wrong with what Slack takes", () => {
  expect(
    check(
      header,
      words(text("a <!channel> is data"), { type: "link", url: "https://x.example/", text: "x" }),
      rich({ type: "rich_text_preformatted", elements: [text("a\nb")] }),
      { type: "context", elements: [plain("a")] },
      { type: "actions", elements: [button(), button({ action_id: "b" })] },
    ),
  ).toEqual([]);
});

describe("the limits check refuses", () => {
  test.each<[string, readonly unknown[], string]>([
    ["a header of 151", [{ type: "header", text: plain("x".repeat(151)) }], "blocks[0].text.text: 151 characters"],
    ["an empty string", [words(text(""))], "blocks[0].elements[0].elements[0].text: empty or no string"],
    ["emoji in plain text", [{ type: "header", text: { ...plain("x"), emoji: true } }], "blocks[0].text.emoji: true"],
    [
      "markup",
      [{ type: "section", text: { type: "mrkdwn", text: "x" } }],
      'blocks[0]: type "section" is not allowed here',
    ],
    [
      "a mention",
      [words({ type: "broadcast", range: "channel" })],
      'blocks[0].elements[0].elements[0]: type "broadcast" is not allowed here',
    ],
    [
      "another scheme",
      [words({ type: "link", url: "javascript:x", text: "x" })],
      'blocks[0].elements[0].elements[0].url: "javascript:x"',
    ],
    ["a field of its own", [{ ...header, level: 1 }], "blocks[0]: level is not allowed"],
    ["a missing field", [{ type: "header" }], "blocks[0]: text is missing"],
    ["invisible text", [words(text("a\u202eb"))], "blocks[0].elements[0].elements[0].text: invisible characters"],
    ["46 blocks", Array.from({ length: 46 }, () => header), "blocks: 46 of them"],
    ["no block", [], "blocks: 0 of them"],
    [
      "11 context texts",
      [{ type: "context", elements: Array.from({ length: 11 }, () => plain("x")) }],
      "blocks[0].elements: 11 items",
    ],
    [
      "26 buttons",
      [{ type: "actions", elements: Array.from({ length: 26 }, (_, at) => button({ action_id: `${at}` })) }],
      "blocks[0].elements: 26 items",
    ],
    [
      "an action_id twice",
      [{ type: "actions", elements: [button(), button()] }],
      "blocks[0].elements: an action_id stands twice",
    ],
    [
      "a long label",
      [{ type: "actions", elements: [button({ text: plain("x".repeat(76)) })] }],
      "blocks[0].elements[0].text.text: 76 characters",
    ],
    [
      "a long value",
      [{ type: "actions", elements: [button({ value: "x".repeat(2_001) })] }],
      "blocks[0].elements[0].value: 2001 characters",
    ],
    ["a table", [{ type: "table", rows: [] }], 'blocks[0]: type "table" is not allowed here'],
    ["too much text", Array.from({ length: 4 }, () => words(text("x".repeat(2_501)))), "blocks: 10004 characters"],
  ])("%s", (_, blocks, problem) => {
    expect(check(...blocks)).toContain(problem);
  });

  test.each([
    ["", "text: empty"],
    ["x".repeat(4_001), "text: 4001 characters"],
    ["<!channel>", "text: not escaped"],
    ["a & b", "text: not escaped"],
    ["a\u0007b", "text: invisible characters"],
  ])("the fallback text %j", (fallback, problem) => {
    expect(problemsOf({ text: fallback, blocks: [header] })).toEqual([problem]);
  });
});
