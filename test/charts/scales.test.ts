import { describe, expect, test } from "vitest";
import { datedTick, timeTicks } from "../../src/charts/time-scale.ts";
import { valueScale } from "../../src/charts/value-scale.ts";
import { randomFrom } from "../fixtures/random.ts";

const labels = (...args: Parameters<typeof valueScale>) => valueScale(...args).ticks.map(({ label }) => label);

describe("the axis of values", () => {
  test.each([
    [0, 480, "ops/s", 4, ["0", "200", "400", "600"]],
    [0, 0.31, "ratio", 5, ["0%", "10%", "20%", "30%", "40%"]],
    [0, 1.6 * 2 ** 30, "bytes", 4, ["0 B", "512 MiB", "1 GiB", "1.5 GiB", "2 GiB"]],
    [0, 90, "seconds", 3, ["0 s", "30 s", "1 min", "1.5 min"]],
    [0, 500, "seconds", 5, ["0 s", "2 min", "4 min", "6 min", "8 min", "10 min"]],
    [-70, 30, "bytes/s", 6, ["-96 B/s", "-64 B/s", "-32 B/s", "0 B/s", "32 B/s"]],
    [5, 9, "", 5, ["0", "2", "4", "6", "8", "10"]],
    [1e-9, 1.4e-9, "ops/s", 3, ["0", "5e-10", "1e-9", "1.5e-9"]],
    [0, 1e12, "", 4, ["0", "250G", "500G", "750G", "1T"]],
    [0, 0, "packets", 5, ["0", "1"]],
  ] as const)("from %d to %d %s in %i steps", (low, high, unit, most, expected) => {
    expect(labels(low, high, unit, most)).toEqual(expected);
  });

  test("always holds zero and all values, in few steps with different labels", () => {
    const random = randomFrom(3);
    for (let round = 0; round < 3_000; round++) {
      const size = 10 ** (random.below(40) - 20);
      const values = [random.below(2_000) - 1_000, random.below(2_000) - 1_000].map((value) => value * size);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const unit = random.pick(["", "ratio", "bytes", "bits/s", "seconds", "ops/s"]);
      const scale = valueScale(low, high, unit, 2 + random.below(6));
      const shown = scale.ticks.map(({ label }) => label);

      expect(scale.min).toBeLessThanOrEqual(Math.min(low, 0));
      expect(scale.max).toBeGreaterThanOrEqual(Math.max(high, 0));
      expect(scale.ticks.some(({ value }) => value === 0)).toBe(true);
      expect(scale.ticks.length).toBeLessThanOrEqual(8);
      expect(new Set(shown).size).toBe(shown.length);
    }
  });
});

describe("the axis of time", () => {
  const at = (text: string) => Date.parse(`2026-11-${text}Z`);

  test.each([
    ["21T10:00", "21T11:00", 5, ["10:00", "10:15", "10:30", "10:45", "11:00"]],
    ["21T10:07", "21T11:03", 5, ["10:15", "10:30", "10:45", "11:00"]],
    ["20T22:00", "21T04:00", 4, ["22:00", "Nov 21", "02:00", "04:00"]],
    ["14T10:00", "21T10:00", 5, ["Nov 15", "Nov 17", "Nov 19", "Nov 21"]],
    ["21T10:00:00", "21T10:00:30", 4, ["10:00:00", "10:00:10", "10:00:20", "10:00:30"]],
  ] as const)("from %s to %s", (from, to, most, expected) => {
    expect(timeTicks(at(from), at(to), most).map(({ label }) => label)).toEqual(expected);
  });

  test.each([
    ["20T22:00", "21T04:00", "Nov 20 22:00"],
    ["20T23:58", "21T00:02", "Nov 20 23:58"],
    ["20T20:00", "20T23:00", undefined],
    ["20T00:00", "21T04:00", undefined],
  ] as const)("says the day of the first moment where there are others: %s to %s", (from, to, expected) => {
    expect(datedTick(timeTicks(at(from), at(to), 5))?.label).toBe(expected);
  });

  test("has at most as many moments as asked, each inside, for any window", () => {
    const random = randomFrom(4);
    for (let round = 0; round < 2_000; round++) {
      const from = at("21T10:00") - random.below(1e9) * 100;
      const to = from + 1_000 + Math.floor(10 ** (random.below(90) / 10));
      const most = 2 + random.below(8);
      const ticks = timeTicks(from, to, most);

      expect(ticks.length).toBeLessThanOrEqual(most);
      expect(ticks.every(({ time }) => time >= from && time <= to)).toBe(true);
    }
  });
});
