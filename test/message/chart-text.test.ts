import { describe, expect, test } from "vitest";
import type { RankingChart, TimeChart } from "../../src/message/chart.ts";
import { altText, chartLines, extentOf, leading, rankedBars } from "../../src/message/chart-text.ts";

const from = Date.UTC(2026, 10, 21, 10);
const at = (...values: readonly (number | null)[]) => values.map((value, n) => [from + n * 60_000, value] as const);
const window = { from, to: from + 3_600_000 };
const chart: TimeChart = {
  kind: "lines",
  title: "Map operations",
  unit: "ops/s",
  window,
  stepMs: 60_000,
  series: [
    { name: "ct4", points: at(1, null, 5, Number.NaN, 3) },
    { name: "ipcache\n", points: at(null, null) },
  ],
};
const ranking: RankingChart = {
  kind: "ranking",
  title: "Drops",
  unit: "packets",
  bars: [
    { name: "b", value: 1 },
    { name: "a", value: 2_500 },
  ],
};
const many = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `s${n}`, points: at(n) }));

describe("a series", () => {
  test("is told by its values alone: what is missing does not count", () => {
    expect(extentOf({ name: "one", points: at(1, null, 5, Number.NaN, Number.POSITIVE_INFINITY, 3) })).toEqual({
      min: 1,
      avg: 3,
      max: 5,
      last: 3,
    });
    expect(extentOf({ name: "none", points: at(null, Number.NaN) })).toBeNull();
    expect(extentOf({ name: "negative", points: at(-5, -1) })).toEqual({ min: -5, avg: -3, max: -1, last: -1 });
  });
});

describe("the numbers of a chart", () => {
  test("are a line for each series, with the unit once", () => {
    expect(chartLines(chart)).toEqual(["ct4: min 1, avg 3, max 5, last 3 ops/s", "ipcache\\n: no data"]);
  });

  test("keep a unit that is part of the number with each", () => {
    expect(chartLines({ ...chart, unit: "bytes", series: [{ name: "a", points: at(1_024, 3_072) }] })).toEqual([
      "a: min 1 KiB, avg 2 KiB, max 3 KiB, last 3 KiB",
    ]);
  });

  test("name the moments and heights", () => {
    const marks = [{ time: from + 750_000, label: "rule1 applied" }];

    expect(chartLines({ ...chart, series: [], marks, thresholds: [{ value: 2_000, label: "usual most" }] })).toEqual([
      "no data",
      "rule1 applied: 10:12:30 UTC",
      "usual most: line at 2k ops/s",
    ]);
    const overnight = { from: from - 86_400_000, to: from };
    expect(chartLines({ ...chart, window: overnight, series: [], marks })).toContain(
      "rule1 applied: Nov 21 10:12:30 UTC",
    );
  });

  test("of a ranking come longest first", () => {
    expect(chartLines(ranking)).toEqual(["a: 2.5k packets", "b: 1 packet"]);
    expect(chartLines({ ...ranking, bars: [] })).toEqual(["no data"]);
  });

  test("are a few; the rest is counted", () => {
    expect(chartLines({ ...chart, series: many(300) })).toHaveLength(9);
    expect(chartLines({ ...chart, series: many(300) }).at(-1)).toBe("and 292 more");
    expect(chartLines({ ...chart, series: many(8) }).at(-1)).toBe("s7: min 7, avg 7, max 7, last 7 ops/s");
    expect(chartLines({ ...ranking, bars: many(10).map(({ name }) => ({ name, value: 1 })) }, 3)).toEqual([
      ...["s0", "s1", "s2"].map((name) => `${name}: 1 packet`),
      "and 7 more",
    ]);
    const marks = many(9).map(({ name }) => ({ time: from, label: name }));
    expect(chartLines({ ...chart, series: [], marks }).at(-1)).toBe("and 4 more moments");
  });

  test("a moment that no clock shows is said to be unknown", () => {
    const marks = [{ time: Number.NaN, label: "lost" }];

    expect(chartLines({ ...chart, series: [], marks })).toContain("lost: at an unknown time");
  });
});

describe("named are", () => {
  test("all, where they are few", () => {
    const series = many(8);

    expect(leading(series)).toEqual({ named: series, rest: [] });
  });

  test("the failures and the largest, in the order given", () => {
    const series = many(20).map((one, n) => (n === 1 ? { ...one, tone: "bad" as const } : one));
    const { named, rest } = leading(series);

    expect(named.map(({ name }) => name)).toEqual(["s1", "s13", "s14", "s15", "s16", "s17", "s18", "s19"]);
    expect(rest).toHaveLength(12);
  });

  test("of equals, the first", () => {
    const series = many(20).map(({ name }) => ({ name, points: at(1) }));

    expect(leading(series, 2).named.map(({ name }) => name)).toEqual(["s0", "s1"]);
  });
});

test("a bar without a value is the last, equals stay in their order", () => {
  const bars = [
    { name: "none", value: null },
    { name: "a", value: 1 },
    { name: "NaN", value: Number.NaN },
    { name: "b", value: 1 },
    { name: "c", value: -3 },
  ];

  expect(rankedBars(bars).map(({ name }) => name)).toEqual(["a", "b", "c", "none", "NaN"]);
});

test("a screen reader hears the title and five lines, and no novel", () => {
  expect(altText(ranking)).toBe("Drops. a: 2.5k packets. b: 1 packet");
  expect(altText({ ...chart, series: many(30) }).split(". ")).toHaveLength(7);
  expect(
    altText({ ...chart, series: many(30).map((one) => ({ ...one, name: "x".repeat(5_000) })) }).length,
  ).toBeLessThanOrEqual(1_000);
});
