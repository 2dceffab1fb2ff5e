import { describe, expect, test } from "vitest";
import type { TimeChart } from "../../src/message/chart.ts";
import { chartPoints, chartScale, scaled } from "../../src/message/chart-points.ts";

const from = Date.parse("2026-11-20T03:00:00Z");
const chart = (points: TimeChart["series"][number]["points"], change: Partial<TimeChart> = {}): TimeChart => ({
  ...{ kind: "lines", title: "t", unit: "packets", stepMs: 60_000, series: [{ name: "a", points }] },
  window: { from, to: from + 600_000 },
  ...change,
});
const minutes = (...values: readonly (number | null)[]) =>
  values.map((value, at) => [from + at * 60_000, value] as const);

describe("a few points", () => {
  test("stay as they are, with their clock", () => {
    expect(chartPoints(chart(minutes(1, 2, 3)), 20)).toEqual({
      labels: ["03:00", "03:01", "03:02"],
      rows: [[1, 2, 3]],
      unit: "packets",
    });
  });

  test("closer than a minute have seconds, and over days the day", () => {
    const seconds = minutes(1, 2).map(([time, value]) => [from + (time - from) / 60, value] as const);
    const days = minutes(1, 2).map(([time, value]) => [from + (time - from) * 1_440, value] as const);
    expect(chartPoints(chart(seconds), 20)?.labels).toEqual(["03:00:00", "03:00:01"]);
    expect(chartPoints(chart(days), 20)?.labels).toEqual(["11-20 03:00", "11-21 03:00"]);
  });

  test("say the day over midnight too, however short they are", () => {
    const midnight = Date.parse("2026-11-21T00:00:00Z");
    const window = { from: midnight - 120_000, to: midnight + 120_000 };
    const around = [[midnight - 60_000, 1] as const, [midnight, 2] as const];
    expect(chartPoints(chart(around, { window }), 20)?.labels).toEqual(["11-20 23:59", "11-21 00:00"]);
  });
});

describe("too many points", () => {
  test("are the highest of each slot, and it is known how long a slot is", () => {
    const points = chartPoints(chart(minutes(1, 5, 2, 2, 9, 1, 0, 0, 3, 4)), 5);
    expect(points).toEqual({
      labels: ["03:00", "03:02", "03:04", "03:06", "03:08"],
      rows: [[5, 2, 9, 0, 4]],
      unit: "packets",
      slotMs: 120_000,
    });
  });

  test("with an empty slot are none", () => {
    expect(chartPoints(chart(minutes(1, 5, null, null, 9, 1)), 5)).toBeUndefined();
  });
});

test.each([
  ["a gap", chart(minutes(1, null, 2))],
  ["a number that is none", chart(minutes(1, Number.NaN))],
  [
    "a series that begins later",
    chart([], {
      series: [
        { name: "a", points: minutes(1, 2) },
        { name: "b", points: minutes(1) },
      ],
    }),
  ],
  ["a mark", chart(minutes(1, 2), { marks: [{ time: from, label: "rule1 applied" }] })],
  ["a threshold", chart(minutes(1, 2), { thresholds: [{ value: 1, label: "full" }] })],
  ["no series", chart([], { series: [] })],
  ["no point", chart([])],
  ["no time", chart(minutes(1), { window: { from, to: from } })],
])("%s cannot be shown this way", (_, one) => {
  expect(chartPoints(one, 20)).toBeUndefined();
});

test.each([
  ["ratio", 0.31, 31, "%"],
  ["seconds", 0.25, 250, "ms"],
  ["seconds", 90, 90, "s"],
  ["bytes", 3 * 1_024 ** 2, 3, "MiB"],
  ["bytes/s", 512, 512, "B/s"],
  ["bits/s", 2_500_000, 2.5, "Mbit/s"],
  ["packets", 12_345.678, 12_350, "packets"],
  ["bytes", 0, 0, "B"],
])("%s: %s is %s %s", (unit, value, shown, shownUnit) => {
  const scale = chartScale(unit, [value, -value / 2]);
  expect([scaled(value, scale.factor), scale.unit]).toEqual([shown, shownUnit]);
});
