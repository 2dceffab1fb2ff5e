import { describe, expect, test } from "vitest";
import { cutEnd, plain } from "../../src/message/plain.ts";
import { randomFrom } from "../fixtures/random.ts";

describe("a stranger's string", () => {
  test.each([
    ["default/deathstar", "default/deathstar"],
    ["漢字 é 😀 ❤️", "漢字 é 😀 ❤️"],
    ["<!channel> *bold* `code`", "<!channel> *bold* `code`"],
    ["a\nb\r\tc", "a\\nb\\r\\tc"],
    ["\u001b[31mred\u001b[0m", "\\x1b[31mred\\x1b[0m"],
    ["\u0000\u0007\u007f\u0085\u009b", "\\x00\\x07\\x7f\\x85\\x9b"],
    ["\u202egpj.exe\u202c", "\\u202egpj.exe\\u202c"],
    ["\u2066a\u2069\u200f\u061c", "\\u2066a\\u2069\\u200f\\u061c"],
    ["a\u200bb\u200dc\u2060\ufeff\u00ad", "a\\u200bb\\u200dc\\u2060\\ufeff\\xad"],
    ["a\u2028b\u2029", "a\\u2028b\\u2029"],
    ["\ud800x\udc00", "\\ud800x\\udc00"],
    ["\u{e0041}\u{e0100}\ufe00", "\\u{e0041}\\u{e0100}\\ufe00"],
    ["\u3164\u115f\uffa0\u034f", "\\u3164\\u115f\\uffa0\\u034f"],
    ["a\u00a0b\u3000c\u2007d", "a b c d"],
    [`e${"\u0301".repeat(30)}x`, `e${"\u0301".repeat(4)}…x`],
    ["\uffff\ufffe", "\\uffff\\ufffe"],
  ])("%j reads %j", (text, shown) => {
    expect(plain(text)).toBe(shown);
  });

  test("is cut at 500 characters, or where the caller says", () => {
    expect(plain("x".repeat(500))).toHaveLength(500);
    expect(plain("x".repeat(501))).toBe(`${"x".repeat(499)}…`);
    expect(plain("x".repeat(50), 10)).toBe("xxxxxxxxx…");
  });

  test("a megabyte of it takes no time", () => {
    const started = performance.now();
    expect(plain("\u001b".repeat(1_000_000)).length).toBeLessThan(2_100);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test("never keeps a character that moves a cursor or hides", () => {
    const random = randomFrom(7);
    for (let round = 0; round < 3_000; round++) {
      const text = String.fromCharCode(
        ...Array.from({ length: 20 }, () => random.below(random.chance(0.5) ? 0x300 : 0x10000)),
      );
      expect(plain(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }
  });
});

test("cutting never leaves half of a character", () => {
  expect(cutEnd("😀😀😀", 4)).toBe("😀…");
  expect(cutEnd("ab😀", 4)).toBe("ab😀");
  expect(cutEnd("abc", 0)).toBe("…");
});
