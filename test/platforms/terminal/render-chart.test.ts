import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import type { ChartSpec, TimeChart } from "../../../src/message/chart.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { specs } from "../../charts/specs.ts";

const from = Date.UTC(2026, 10, 21, 10);
const render = (chart: ChartSpec, { width = 80, color = false } = {}) =>
  renderTerminal({ tone: "info", title: "t", blocks: [{ kind: "chart", chart }] }, { width, color })
    .split("\n")
    .slice(2, -1);
const chart = (points: TimeChart["series"][number]["points"], more: Partial<TimeChart> = {}): TimeChart => ({
  kind: "lines",
  title: "Map operations",
  unit: "ops/s",
  window: { from, to: from + 8_000 },
  stepMs: 1_000,
  series: [{ name: "ct4", points }],
  ...more,
});
const at = (...values: readonly (number | null)[]) => values.map((value, n) => [from + n * 1_000, value] as const);

describe("a chart in a terminal", () => {
  test("is its title, and for each series its numbers and a row of bars, blank where there is no value", () => {
    expect(render(chart(at(1, 2, 4, 8, null, 0, 8, 8)))).toEqual([
      "Map operations",
      "ct4: min 0, avg 4.43, max 8, last 8 ops/s",
      "▁▂▄█ ·██",
      "10:00:00   10:00:08 UTC",
    ]);
  });

  test("has a bar for the highest value where there are more points than columns", () => {
    const points = Array.from({ length: 1_000 }, (_, n) => [from + n * 8, n === 499 ? 800 : 100] as const);
    const bars = render(chart(points, { stepMs: 8 }), { width: 40 }).at(-2) ?? "";

    expect(bars).toMatch(/^▁+█▁+$/);
    expect(stringWidth(bars)).toBe(40);
  });

  test("says what is below zero by bars that stand on the lowest", () => {
    expect(render(chart(at(-4, 0, 4, -4, 0, 4, -4, 0)))[2]).toBe("·▄█·▄█·▄");
  });

  test("names moments, heights and how many series are left out", () => {
    const series = Array.from({ length: 12 }, (_, n) => ({ name: `s${n}`, points: at(n, n) }));
    const marks = [{ time: from + 3_000, label: "rule1 applied" }];

    expect(render(chart([], { series, marks, thresholds: [{ value: 20, label: "full" }] })).slice(-4)).toEqual([
      "10:00:00   10:00:08 UTC",
      "and 4 more",
      "rule1 applied: 10:00:03 UTC",
      "full: line at 20 ops/s",
    ]);
  });

  test("without values says so, and draws no axis", () => {
    expect(render(chart([]))).toEqual(["Map operations", "ct4: no data"]);
    expect(render(chart([], { series: [] }))).toEqual(["Map operations", "no data"]);
  });

  test("marks a failure in red, in colour alone", () => {
    const failing = chart([], { series: [{ name: "failed", tone: "bad", points: at(1) }] });

    expect(render(failing, { color: true }).join("\n")).toContain("\u001b[31mfailed:");
    expect(stripVTControlCharacters(render(failing, { color: true }).join(""))).toBe(render(failing).join(""));
  });

  test("of a ranking is bars, the longest first and as long as its share", () => {
    const bars = [
      { name: "b", value: 10 },
      { name: "longest", value: 20 },
      { name: "hardly", value: 0.01 },
      { name: "none", value: 0 },
      { name: "unknown", value: Number.NaN },
    ];

    expect(render({ kind: "ranking", title: "Drops", unit: "packets", bars }, { width: 50 })).toEqual([
      "Drops",
      "longest    20 packets  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇",
      "b          10 packets  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇",
      "hardly   0.01 packets  ▇",
      "none        0 packets",
      "unknown      no value",
    ]);
  });
});

test.each(Object.keys(specs))("%s keeps to the width, and to what can be seen", (name) => {
  for (const width of [24, 50, 80, 120]) {
    const lines = render(specs[name] ?? chart([]), { width });

    expect(lines.length).toBeGreaterThan(1);
    expect(
      lines.filter(
        (line) => stringWidth(line) > Math.min(width, 100) && line.trim().includes(" ") && !/\S{20}/.test(line),
      ),
    ).toEqual([]);
    expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});
