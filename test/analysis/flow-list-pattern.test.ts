import { expect, test } from "vitest";
import { readPattern } from "../../src/analysis/flow-list-pattern.ts";
import { randomFrom } from "../fixtures/random.ts";

function tester(pattern: string): (text: string) => boolean {
  const read = readPattern(pattern);
  if (!read.ok) throw new Error(read.say);
  return read.test;
}

test.each([
  ["/v1/", "/v1/exhaust-port", true],
  ["^/v1/.*port$", "/v1/exhaust-port", true],
  ["^v1", "/v1", false],
  ["v1$", "/v1/x", false],
  ["/page/\\d+", "/page/12", true],
  ["/page/\\d+$", "/page/12a", false],
  ["/[a-c]{0}", "/", "refused"],
  ["/a|/b", "/x/b", true],
  ["/(a|b)", "/a", "refused"],
  ["\\.php$", "/index.php", true],
  ["\\.php$", "/indexphp", false],
  ["[^/]+$", "/", false],
  ["colou?r", "/color", true],
  ["[", "/", "refused"],
  ["a\\", "/", "refused"],
  ["\\p", "/", "refused"],
  ["[z-a]", "/", "refused"],
  ["", "/", "refused"],
])("%j on %j: %s", (pattern, text, wanted) => {
  const read = readPattern(pattern);
  if (wanted === "refused") {
    expect(read).toMatchObject({ ok: false });
    if (!read.ok) expect(read.say).toMatch(/Type|put|Close/);
  } else expect(read.ok && read.test(text)).toBe(wanted);
});

test("says what the language's own expressions say", () => {
  const random = randomFrom(11);
  const atoms = ["a", "b", ".", "\\.", "[ab]", "[^a]", "\\d", "1", "\\W"];
  let hits = 0;
  for (let round = 0; round < 5_000; round++) {
    const part = () =>
      Array.from({ length: 1 + random.below(4) }, () => random.pick(atoms) + random.pick(["", "", "*", "+", "?"])).join(
        "",
      );
    const pattern = `${random.chance(0.3) ? "^" : ""}${part()}${random.chance(0.3) ? "$" : ""}${random.chance(0.3) ? `|${part()}` : ""}`;
    const text = Array.from({ length: random.below(8) }, () => random.pick(["a", "b", "1", ".", "é"])).join("");
    const wanted = new RegExp(pattern, "u").test(text);
    if (wanted) hits += 1;
    expect(tester(pattern)(text), `${pattern} on ${text}`).toBe(wanted);
  }
  expect(hits).toBeGreaterThan(500);
});

test("a pattern made to take for ever takes a moment", () => {
  const test = tester(`${"a*".repeat(60)}b`);
  const start = performance.now();
  expect(test("a".repeat(4_000))).toBe(false);
  expect(performance.now() - start).toBeLessThan(5_000);
});
