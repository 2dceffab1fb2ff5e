import { describe, expect, test } from "vitest";
import { quoteWord, shown, splitWords } from "../../src/commands/words.ts";

describe("splitting a line into words", () => {
  const lines: readonly (readonly [typed: string, words: readonly string[]])[] = [
    ["", []],
    ["   ", []],
    ["drops deathstar", ["drops", "deathstar"]],
    ["  drops \t deathstar\n", ["drops", "deathstar"]],
    ["drops\u00a0deathstar\u3000--all", ["drops", "deathstar", "--all"]],
    ["drops 'org in (a, b)'", ["drops", "org in (a, b)"]],
    ['drops "org in (a, b)"', ["drops", "org in (a, b)"]],
    ["drops “org in (a, b)”", ["drops", "org in (a, b)"]],
    ["drops „org in (a, b)“", ["drops", "org in (a, b)"]],
    ["drops ‘a b’", ["drops", "a b"]],
    ["drops «a b»", ["drops", "a b"]],
    ['drops “a b"', ["drops", "a b"]],
    ['drops "it\'s"', ["drops", "it's"]],
    ["drops don’t", ["drops", "don’t"]],
    ["--label='a b'c", ["--label=a bc"]],
    ["--label=“a b”", ["--label=a b"]],
    ["‘don’t’", ["don’t"]],
    ["''", [""]],
    ["a '' b", ["a", "", "b"]],
    ["—since 10m", ["--since", "10m"]],
    ["–since 10m", ["--since", "10m"]],
    ["—n default", ["--n", "default"]],
    ["payments‑api", ["payments-api"]],
    ["'—since'", ["—since"]],
    ["de\u200bath\u00adstar\ufeff", ["deathstar"]],
    ["`drops deathstar`", ["drops", "deathstar"]],
    ["```drops deathstar```", ["drops", "deathstar"]],
    ["a\\b", ["a\\b"]],
  ];
  test.each(lines)("%j becomes %j", (typed, words) => {
    expect(splitWords(typed)).toEqual({ ok: true, words });
  });
});

describe("a line that cannot be split", () => {
  test("names the control character by its number", () => {
    expect(splitWords("drops \u001b[2J")).toEqual({
      ok: false,
      say: "There is a control character (U+001B) in the command. Type it again without it.",
    });
  });

  test.each(["\u0000", "\u0007", "\u007f", "\u009b", "\u202e", "\u2066", "\u200f", "\ud800", "\udfff", "\u{e0041}"])(
    "%j is refused",
    (character) => {
      expect(splitWords(`drops a${character}b`)).toMatchObject({ ok: false });
    },
  );

  test("has a quote without its end, and says where", () => {
    expect(splitWords("drops 'death star")).toEqual({
      ok: false,
      say: "A quote is left open at 'death star. Close it, or leave the quote out.",
    });
  });

  test("is longer than 4,000 characters, 10 kB for example", () => {
    expect(splitWords("x".repeat(4_000))).toMatchObject({ ok: true });
    expect(splitWords("x".repeat(4_001))).toMatchObject({ ok: false });
    expect(splitWords(`drops ${"x ".repeat(5_000)}`)).toEqual({
      ok: false,
      say: "That is 10006 characters long, at most 4000 are read. Type a shorter command, or help.",
    });
  });

  test("has more than 120 words", () => {
    expect(splitWords("a ".repeat(120))).toMatchObject({ ok: true });
    expect(splitWords("a ".repeat(121))).toEqual({
      ok: false,
      say: "That is 121 words, at most 120 are read. Type a shorter command, or help.",
    });
  });
});

test.each(["deathstar", "org in (a, b)", "it's", "", "*", "a\\b", "‘a’", "—x"])(
  "%j quoted is one word that reads the same",
  (text) => {
    expect(splitWords(quoteWord(text))).toEqual({ ok: true, words: [text] });
  },
);

test("what was typed is repeated short and visible", () => {
  expect(shown("a\u001b[2J")).toBe('"a\\x1b[2J"');
  expect(shown("x".repeat(100))).toBe(`"${"x".repeat(39)}…"`);
});
