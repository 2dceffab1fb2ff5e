import { describe, expect, test } from "vitest";
import { quantity, unitWord, wordless } from "../../src/message/quantity.ts";
import { randomFrom } from "../fixtures/random.ts";

describe("a number with its unit", () => {
  test.each([
    [0, "ops/s", "0 ops/s"],
    [-0, "ops/s", "0 ops/s"],
    [1, "packets", "1 packet"],
    [-1, "packets", "-1 packet"],
    [1, "ops/s", "1 ops/s"],
    [1, "series", "1 series"],
    [1, "loss", "1 loss"],
    [2, "packets", "2 packets"],
    [0.5, "packets", "0.5 packets"],
    [1_234, "ops/s", "1.23k ops/s"],
    [999.4, "ops/s", "999 ops/s"],
    [999.6, "ops/s", "1k ops/s"],
    [99.96, "ops/s", "100 ops/s"],
    [123.4, "ops/s", "123 ops/s"],
    [999_499, "", "999k"],
    [999_500, "", "1M"],
    [1e12, "", "1T"],
    [2.5e15, "", "2.5P"],
    [-4_560_000, "", "-4.56M"],
    [0.000_123_4, "ops/s", "0.000123 ops/s"],
    [1e-9, "ops/s", "1e-9 ops/s"],
    [1.25e-9, "ops/s", "1.25e-9 ops/s"],
    [0.31, "ratio", "31%"],
    [0.99999, "ratio", "100%"],
    [0.000_004, "ratio", "0.0004%"],
    [12, "ratio", "1200%"],
    [0, "bytes", "0 B"],
    [1_023, "bytes", "1023 B"],
    [1_023.6, "bytes", "1 KiB"],
    [2_048, "bytes", "2 KiB"],
    [1.5 * 2 ** 30, "bytes", "1.5 GiB"],
    [1_536, "bytes/s", "1.5 KiB/s"],
    [5, "bits/s", "5 bit/s"],
    [1_200_000, "bits/s", "1.2 Mbit/s"],
    [0, "seconds", "0 s"],
    [5e-10, "seconds", "0.5 ns"],
    [1.5e-6, "seconds", "1.5 µs"],
    [0.000_999_6, "seconds", "1 ms"],
    [0.25, "seconds", "250 ms"],
    [0.9997, "seconds", "1 s"],
    [59.4, "seconds", "59.4 s"],
    [59.97, "seconds", "1 min"],
    [90, "seconds", "1.5 min"],
    [7_199, "seconds", "2 h"],
    [32_400, "seconds", "9 h"],
    [-32_400, "seconds", "-9 h"],
    [259_200, "seconds", "3 d"],
    [Number.NaN, "ops/s", "no value"],
    [Number.POSITIVE_INFINITY, "bytes", "no value"],
  ])("%d of %s is %s", (value, unit, text) => {
    expect(quantity(value, unit)).toBe(text);
  });

  test("shows a stranger's unit as text", () => {
    expect(quantity(2, "\u001b[31m\n")).toBe("2 \\x1b[31m\\n");
  });

  test("has at most four digits, and reads back within half a percent", () => {
    const random = randomFrom(9);
    const prefixes: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };
    for (let round = 0; round < 3_000; round++) {
      const value = (random.below(1_000_000) + 1) * 10 ** (random.below(16) - 8) * (random.chance(0.5) ? 1 : -1);
      const [, number = "", prefix = ""] = /^(-?[\d.]+(?:e-\d+)?)([kMGT]?)$/.exec(quantity(value, "")) ?? [];

      expect(number.replace(/e-\d+|^-?0\.0*|\D/g, "").length).toBeLessThanOrEqual(4);
      expect(Math.abs((Number(number) * (prefixes[prefix] ?? Number.NaN)) / value - 1)).toBeLessThanOrEqual(0.005);
    }
  });
});

test("the word can be said once, where numbers stand without it", () => {
  expect([unitWord("ops/s"), wordless(1_234, "ops/s")]).toEqual(["ops/s", "1.23k"]);
  expect([unitWord("bytes"), wordless(2_048, "bytes")]).toEqual(["", "2 KiB"]);
  expect([unitWord("ratio"), wordless(0.5, "ratio")]).toEqual(["", "50%"]);
});
