import { describe, expect, test } from "vitest";
import { increaseOver } from "../../../src/sources/prometheus/increase.ts";
import { every, generator, packets as makePackets, samplesOf } from "./samples.ts";

const minute = 60_000;
const context = { interval: 10_000, absentAt: undefined };
const at = (...pairs: readonly (readonly [second: number, value: number])[]) =>
  pairs.map(([second, value]) => ({ time: second * 1000, value }));

describe("the increase of a counter", () => {
  test("is interpolated at the window's edges", () => {
    const samples = at([0, 100], [10, 110], [20, 110], [30, 130]);
    expect(increaseOver(samples, 5_000, 25_000, context)).toBe(15);
    expect(increaseOver(samples, 0, 30_000, context)).toBe(30);
    expect(increaseOver(samples, 12_000, 18_000, context)).toBe(0);
  });

  test("survives restarts", () => {
    expect(increaseOver(at([0, 100], [10, 4], [20, 6], [30, 1]), 0, 30_000, context)).toBe(7);
  });

  test("counts what a counter had when it was seen first, if its agent was seen before", () => {
    const samples = at([20, 7], [30, 9]);
    expect(increaseOver(samples, 0, 30_000, { interval: 10_000, absentAt: 10_000 })).toBe(9);
    expect(increaseOver(samples, 15_000, 30_000, { interval: 10_000, absentAt: 10_000 })).toBe(5.5);
    expect(increaseOver(samples, 0, 30_000, context)).toBe(2);
  });

  test("goes on behind the newest sample as it went before, for two intervals", () => {
    const samples = at([0, 0], [10, 10], [20, 20], [30, 30]);
    expect(increaseOver(samples, 0, 38_000, context)).toBe(38);
    expect(increaseOver(samples, 0, 60_000, context)).toBe(30);
    expect(increaseOver(at([0, 50], [10, 50], [20, 50]), 0, 28_000, context)).toBe(0);
  });

  test("is nothing without samples, outside of them, or in an empty window", () => {
    expect(increaseOver([], 0, 10_000, context)).toBe(0);
    expect(increaseOver(at([0, 5]), 0, 10_000, context)).toBe(0);
    expect(increaseOver(at([0, 5], [10, 9]), 100_000, 200_000, context)).toBe(0);
    expect(increaseOver(at([0, 5], [10, 9]), 5_000, 5_000, context)).toBe(0);
    expect(increaseOver(at([0, 5], [10, Number.NaN], [20, 9]), 0, 20_000, context)).toBe(4);
  });

  test.each([5, 10, 15, 30, 60])("is within 5 %% of the truth over 10 minutes of scrapes every %i s", (interval) => {
    const random = generator(interval);
    const errors: number[] = [];
    for (let round = 0; round < 40; round++) {
      const start = Math.floor(random() * minute);
      const times = makePackets(random, 0, 20 * minute, 3);
      // The newest scrape is up to one interval old, and sometimes the counter is born inside the window.
      const born = round % 2 === 0 ? 0 : 7 * minute;
      const [from, to] = [5 * minute, 15 * minute];
      const scrapes = every(interval, start - minute, to);
      const packets = times.filter((time) => time >= born);
      const samples = samplesOf(packets, scrapes);
      const absentAt = scrapes.filter((time) => time < (samples[0]?.time ?? 0)).at(-1);
      const found = increaseOver(samples, from, to, { interval: interval * 1000, absentAt });
      const wanted = packets.filter((time) => time >= from && time < to).length;
      errors.push(Math.abs(found - wanted) / wanted);
    }
    expect(Math.max(...errors)).toBeLessThan(0.05);
  });
});
