import { describe, expect, test } from "vitest";
import { drawBars, drawColumns } from "../../src/message/bars.ts";
import type { TimeChart } from "../../src/message/chart.ts";

const hour = { from: 0, to: 600_000 };

describe("bars", () => {
  test("tell zero from little", () => {
    expect(drawBars({ values: [0, 1, 100], ...hour }, 80)).toEqual({ line: "·▁█", axis: "00:00:00   00:10:00 UTC" });
    const overnight = { from: Date.UTC(2026, 10, 19, 23), to: Date.UTC(2026, 10, 20, 1) };
    expect(drawBars({ values: [1], ...overnight }, 80)?.axis).toBe("Nov 19 23:00   Nov 20 01:00 UTC");
    expect(drawBars({ values: [0, 0], ...hour }, 80)?.line).toBe("··");
  });

  test("add neighbours up when there are more values than columns", () => {
    expect(drawBars({ values: [1, 1, 2, 2, 0, 0, 0, 0], ...hour }, 4)?.line).toBe("▄█··");
  });

  test("of nothing, or of no time, are not there", () => {
    expect(drawBars({ values: [], ...hour }, 80)).toBeNull();
    expect(drawBars({ values: [1], from: 5, to: 5 }, 80)).toBeNull();
  });
});

describe("the columns of a chart", () => {
  const chart: TimeChart = {
    kind: "columns",
    title: "Drops",
    unit: "packets",
    window: { from: 0, to: 40_000 },
    stepMs: 10_000,
    series: [
      {
        name: "denied",
        points: [
          [0, 1],
          [10_000, 3],
          [30_000, null],
        ],
      },
      {
        name: "other",
        points: [
          [10_000, 1],
          [20_000, 2],
          [-5_000, 9],
        ],
      },
    ],
  };

  test("are stacked, and stand at their time", () => {
    expect(drawColumns(chart, 80)?.line).toBe("▂█▄·");
  });

  test("of a week in seconds are bounded", () => {
    const long = { ...chart, stepMs: 1, window: { from: 0, to: 604_800_000 } };
    expect(drawColumns(long, 24)?.line.length).toBeLessThanOrEqual(24);
  });
});
