import { describe, expect, test } from "vitest";
import { addLatency, createLatencies, latencySummary, mergeLatencies } from "../../../src/analysis/l7/latency.ts";
import { createDice } from "../../fixtures/flows/make.ts";

const dice = createDice(11);
const random = () => (dice(1_000_000) + 1) / 1_000_000;
const many = (count: number, make: () => number) => Array.from({ length: count }, make);

/** Nearest rank, in milliseconds. */
function exact(ns: readonly number[], part: number): number {
  const sorted = ns.toSorted((a, b) => a - b);
  return (sorted[Math.max(1, Math.ceil(part * sorted.length)) - 1] ?? Number.NaN) / 1e6;
}

function summed(ns: readonly number[]) {
  const latencies = createLatencies();
  for (const one of ns) addLatency(latencies, one);
  return latencySummary(latencies);
}

describe("percentiles lie within 1 % of the exact ones", () => {
  test.each([
    ["one value", [13_700_000]],
    ["uniform", many(20_000, () => random() * 250e6)],
    ["a long tail", many(20_000, () => 2e6 / random() ** 1.4)],
    ["two humps", many(20_000, () => (dice(10) === 0 ? 1.2e9 : 3e6) * (1 + random()))],
    ["microseconds", many(5_000, () => 1_000 + random() * 20_000)],
    ["powers of the bucket's growth", Array.from({ length: 1_000 }, (_, at) => 1_000 * (1.01 / 0.99) ** at)],
    ["an hour at most", many(500, () => random() * 3_600e9)],
  ])("%s", (_, ns) => {
    const given = summed(ns);
    expect(given?.count).toBe(ns.length);
    for (const [name, part] of [
      ["p50", 0.5],
      ["p95", 0.95],
      ["p99", 0.99],
    ] as const) {
      const right = exact(ns, part);
      // Shown in four digits, which adds 0.05 % at most.
      expect(Math.abs((given?.[name] ?? 0) - right) / right).toBeLessThanOrEqual(0.0105);
    }
  });
});

test("two added up say the same as all in one", () => {
  const [some, others] = [many(3_000, () => random() * 9e6), many(500, () => random() * 4e9)];
  const [into, from] = [createLatencies(), createLatencies()];
  for (const ns of some) addLatency(into, ns);
  for (const ns of others) addLatency(from, ns);
  mergeLatencies(into, from);
  expect(latencySummary(into)).toEqual(summed([...some, ...others]));
});

test("what is no duration is not counted, and nothing is null", () => {
  expect(summed([])).toBeNull();
  expect(summed([0, -5, Number.NaN])).toBeNull();
  expect(summed([1])).toEqual({ count: 1, p50: 0.001, p95: 0.001, p99: 0.001 });
  expect(summed([9e18])?.p99).toBeCloseTo(3_600_000, -5);
});
