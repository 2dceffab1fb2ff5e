import stringWidth from "string-width";
import { afterAll, describe, expect, test } from "vitest";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { everyBlock, hostileMessage } from "../../fixtures/messages.ts";
import { goldenFolder } from "../../golden/golden.ts";

const golden = goldenFolder("terminal");
afterAll(() => golden.expectNoOthers());

/** Only what this program writes itself: bold, dim, underline, six colours, and their ends. */
const styles = new RegExp(`${String.fromCharCode(27)}\\[(1|2|4|22|24|39|31|32|33|34|36)m`, "g");

describe("a message in a terminal", () => {
  test.each([120, 80, 50, 24])("of %i columns", (width) => {
    golden.expect(`every block at ${width}`, renderTerminal(everyBlock, { width, color: false }));
  });

  test("in colour has the same text", () => {
    const coloured = renderTerminal(everyBlock, { width: 80, color: true });
    expect(coloured).not.toBe(renderTerminal(everyBlock, { width: 80, color: false }));
    expect(coloured.replaceAll(styles, "")).toBe(renderTerminal(everyBlock, { width: 80, color: false }));
  });

  test("ends in one newline", () => {
    expect(renderTerminal(everyBlock, { width: 80, color: false })).toMatch(/[^\n]\n$/);
  });

  test.each([120, 80, 50])("keeps to %i columns, but for words and code that must stay whole", (width) => {
    const code = everyBlock.blocks.flatMap((block) =>
      block.kind === "code" ? block.code.split("\n").map((line) => `  ${line}`) : [],
    );
    const wide = renderTerminal(everyBlock, { width, color: false })
      .split("\n")
      .filter((line) => stringWidth(line) > width && !code.includes(line) && line.trim().includes(" "));
    expect(wide).toEqual([]);
  });

  test("has each line of code whole, so that it can be copied and run", () => {
    const lines = renderTerminal(everyBlock, { width: 24, color: false }).split("\n");
    for (const block of everyBlock.blocks) {
      if (block.kind !== "code") continue;
      for (const line of block.code.split("\n")) expect(lines).toContain(`  ${line}`);
    }
  });

  test.each([
    ["good", "✓"],
    ["info", "•"],
    ["warn", "!"],
    ["bad", "✗"],
  ] as const)("of tone %s is marked %s without any colour", (tone, mark) => {
    expect(renderTerminal({ tone, title: "title", blocks: [] }, { width: 80, color: false })).toBe(`${mark} title\n`);
  });
});

describe("strangers' strings", () => {
  test.each([true, false])("never reach the terminal as they are (colour: %s)", (color) => {
    const text = renderTerminal(hostileMessage, { width: 80, color }).replaceAll(styles, "").replaceAll("\n", "");
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(text).toContain("\\x1b[2J");
  });

  test("leave the number of lines alone outside of code", () => {
    const title = renderTerminal({ tone: "info", title: "a\nb\r\nc", blocks: [] }, { width: 80, color: false });
    expect(title).toBe("• a\\nb\\r\\nc\n");
  });
});

describe("a table", () => {
  const columns = [{ title: "Name" }, { title: "Count", align: "right" }] as const;
  const render = (rows: readonly (readonly string[])[], width: number) =>
    renderTerminal({ tone: "info", title: "t", blocks: [{ kind: "table", columns, rows }] }, { width, color: false })
      .split("\n")
      .slice(2, -1);

  test("is aligned by the width that characters have on a screen", () => {
    expect(
      render(
        [
          ["漢字", "1,000"],
          ["ab", "7"],
        ],
        80,
      ),
    ).toEqual(["NAME  COUNT", "漢字  1,000", "ab        7"]);
  });

  test("cuts a long cell in the middle when that is enough", () => {
    const name = `payments/${"a".repeat(50)}-worker-7`;
    expect(
      render(
        [
          [name, "1"],
          ["short", "2"],
        ],
        66,
      ),
    ).toEqual([
      `NAME${" ".repeat(55)}  COUNT`,
      `payments/${"a".repeat(20)}…${"a".repeat(20)}-worker-7  ${" ".repeat(4)}1`,
      `short${" ".repeat(54)}  ${" ".repeat(4)}2`,
    ]);
  });

  test("becomes records when cells would lose too much", () => {
    const name = `payments/${"a".repeat(50)}-worker-7`;
    expect(render([[name, "1"]], 40)).toEqual([name, "  count 1"]);
  });

  test("without rows has its header", () => {
    expect(render([], 80)).toEqual(["NAME  COUNT"]);
  });
});
