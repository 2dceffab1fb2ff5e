import { describe, expect, test } from "vitest";
import type { ChartSpec, TimeChart } from "../../../src/message/chart.ts";
import { chartLines } from "../../../src/message/chart-text.ts";
import type { Message } from "../../../src/message/message.ts";
import { nativeChart } from "../../../src/platforms/slack/native-chart.ts";
import { renderSlack } from "../../../src/platforms/slack/render.ts";
import type { ChartLook } from "../../../src/platforms/slack/render-chart.ts";
import { markup } from "../../fixtures/messages-extreme.ts";
import { problemsOf } from "./check.ts";
import { opsChart, rankingChart } from "./out/charts.ts";

const from = Date.parse("2026-11-20T12:00:00Z");
const minute = 60_000;

function chartOf(values: readonly (readonly (number | null)[])[], change: Partial<TimeChart> = {}): TimeChart {
  const count = values[0]?.length ?? 0;
  return {
    ...{ kind: "lines", title: "Ops", unit: "ops/s", stepMs: minute, window: { from, to: from + count * minute } },
    series: values.map((row, at) => ({
      name: `s${at}`,
      points: row.map((value, index) => [from + index * minute, value] as const),
    })),
    ...change,
  };
}

function shown(chart: ChartSpec, look?: ChartLook, more: Message["blocks"] = []) {
  const message: Message = { tone: "info", title: "t", blocks: [{ kind: "chart", chart }, ...more] };
  const rendered = renderSlack(message, { actionValue: () => "x", looks: [look] });
  expect(problemsOf(rendered)).toEqual([]);
  return rendered;
}

const values = (chart: ChartSpec) => nativeChart(chart)?.block.chart.series.map(({ data }) => data.map((p) => p.value));

describe("a chart in a message", () => {
  test("is its title and its numbers in small print, a line for each series", () => {
    const chart = chartOf([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(chartLines(chart)).toHaveLength(2);
    expect(shown(chart).blocks.slice(1)).toEqual([
      {
        type: "rich_text",
        elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "Ops", style: { bold: true } }] }],
      },
      {
        type: "context",
        elements: [{ type: "plain_text", emoji: false, text: chartLines(chart).join("\n") }],
      },
    ]);
  });

  test("is its picture, with its numbers for who cannot see it and below", () => {
    const { blocks } = shown(rankingChart(2), { as: "picture", file: "F0AB" });
    expect(blocks.slice(1)).toEqual([
      { type: "image", slack_file: { id: "F0AB" }, alt_text: "Maps. map 0: 200%. map 1: 100%" },
      { type: "context", elements: [{ type: "plain_text", emoji: false, text: "map 0: 200%\nmap 1: 100%" }] },
    ]);
  });

  test("with 300 series of 10,000 points and long names is nine lines, and cuts nothing else", () => {
    const row = Array.from({ length: 10_000 }, (_, at) => at);
    const big = chartOf(Array.from({ length: 300 }, () => row));
    const series = big.series.map((one, at) => ({ ...one, name: `${at} ${"x".repeat(3_000)}` }));
    const { blocks, cut, text } = shown({ ...big, series }, { as: "picture", file: "F1" }, [
      { kind: "text", text: "the cause" },
    ]);
    const small = blocks.find(({ type }) => type === "context");
    expect(JSON.stringify(small).split("\\n")).toHaveLength(9);
    expect(JSON.stringify(small)).toContain("and 292 more");
    expect(JSON.stringify(blocks)).toContain("the cause");
    expect(cut).toBe(false);
    expect(text.length).toBeLessThanOrEqual(3_000);
  });

  test("leaves the rest of the message as it is when its picture comes, or does not, however full the message is", () => {
    const whys: readonly (ChartLook | undefined)[] = [
      { as: "picture", file: "F0123456789" },
      { as: "numbers", why: "w".repeat(400) },
      undefined,
    ];
    const cuts = new Set<boolean>();
    for (let length = 7_500; length < 9_800; length += 100) {
      const texts = [0, 1, 2, 3].map((at) => ({ kind: "text", text: `${at}`.repeat(length / 4) }) as const);
      const rests = whys.map((look) => {
        const { blocks, cut } = shown(opsChart(), look, texts);
        cuts.add(cut);
        return JSON.stringify([cut, blocks.filter((block) => /([0-3])\1{9}|Left out/.test(JSON.stringify(block)))]);
      });
      expect([length, new Set(rests).size]).toEqual([length, 1]);
    }
    expect(cuts.size).toBe(2);
  });

  test.each(Object.entries(markup))("has %s as data in every form", (_, text) => {
    const hostile = { ...chartOf([[1], [2]], { title: text, unit: text, marks: [{ time: from, label: text }] }) };
    const series = hostile.series.map((one) => ({ ...one, name: text }));
    for (const look of [undefined, { as: "native" }, { as: "picture", file: "F1" }] as const) {
      const { blocks } = shown({ ...hostile, series }, look);
      expect(JSON.stringify(blocks)).not.toMatch(/mrkdwn|"emoji":true/);
    }
  });
});

describe("Slack's own chart", () => {
  test("has every point where there are twenty at most, named by its time", () => {
    const native = nativeChart(
      chartOf([
        [1, 0.123456, 3],
        [4, 5, -6],
      ]),
    );
    expect(native).toEqual({
      less: "",
      block: {
        type: "data_visualization",
        title: "Ops",
        chart: {
          type: "line",
          series: [
            {
              name: "s0",
              data: [
                { label: "12:00", value: 1 },
                { label: "12:01", value: 0.1235 },
                { label: "12:02", value: 3 },
              ],
            },
            {
              name: "s1",
              data: [
                { label: "12:00", value: 4 },
                { label: "12:01", value: 5 },
                { label: "12:02", value: -6 },
              ],
            },
          ],
          axis_config: { categories: ["12:00", "12:01", "12:02"], x_label: "UTC", y_label: "ops/s" },
        },
      },
    });
  });

  test("has the highest of neighbours where there are more, and says so", () => {
    const spike = Array.from({ length: 60 }, (_, at) => (at === 31 ? 99 : 1));
    const native = nativeChart(chartOf([spike]));
    expect(values(chartOf([spike]))).toEqual([Array.from({ length: 20 }, (_, at) => (at === 10 ? 99 : 1))]);
    expect(native?.less).toBe("Slack's chart shows 20 points for 60: each is the highest value in its 3 min.");
    expect(native?.block.chart.axis_config.categories.slice(9, 12)).toEqual(["12:27", "12:30", "12:33"]);
  });

  test("is not drawn with a gap, with more series than it takes, or of nothing", () => {
    const twelve = Array.from({ length: 12 }, () => [1, 2]);
    expect(nativeChart(chartOf(twelve))).toBeDefined();
    expect(nativeChart(chartOf([...twelve, [1, 2]]))).toBeUndefined();
    expect(nativeChart(chartOf([[1, null, 3]]))).toBeUndefined();
    expect(nativeChart(chartOf([[1, Number.NaN, 3]]))).toBeUndefined();
    const late = Array.from({ length: 60 }, (_, at) => (at < 20 ? null : 1));
    expect(nativeChart(chartOf([late, late.map(() => 1)]))).toBeUndefined();
    expect(nativeChart(chartOf([late.map((_, at) => (at > 20 && at < 30 ? null : 1))]))).toBeUndefined();
    expect(nativeChart(chartOf([]))).toBeUndefined();
    expect(nativeChart({ kind: "ranking", title: "t", unit: "", bars: [] })).toBeUndefined();
  });

  test("begins and ends where the data does, and says so", () => {
    const late = Array.from({ length: 60 }, (_, at) => (at < 20 || at >= 50 ? null : 1));
    const native = nativeChart(chartOf([late]));
    expect(native?.block.chart.axis_config.categories[0]).toBe("12:20");
    expect(native?.less).toBe(
      "Slack's chart shows 20 points for 30: each is the highest value in its 90 s. It begins at 12:20 UTC and ends at 12:49 UTC, where the data does.",
    );
  });

  test.each([
    ["ratio", [0.5], [50], "%"],
    ["bytes", [2_048, 1_048_576], [0.001953, 1], "MiB"],
    ["bytes/s", [512], [512], "B/s"],
    ["seconds", [0.25], [250], "ms"],
    ["seconds", [2], [2], "s"],
    ["bits/s", [3e6], [3], "Mbit/s"],
    ["packets", [7], [7], "packets"],
  ])("writes %s so that its numbers are short", (unit, given, drawn, label) => {
    const chart = chartOf([given], { unit });
    expect(values(chart)).toEqual([drawn]);
    expect(nativeChart(chart)?.block.chart.axis_config.y_label).toBe(label);
  });

  test("tells names apart that begin alike, and times by as little as that takes", () => {
    const same = chartOf([[1], [2], [3]]);
    const series = same.series.map((one) => ({ ...one, name: "cilium_calls_hostns_00001" }));
    expect(nativeChart({ ...same, series })?.block.chart.series.map(({ name }) => name)).toEqual([
      "cilium_calls_hostns…",
      "cilium_calls_host… 2",
      "cilium_calls_host… 3",
    ]);
    const labels = (stepMs: number) => {
      const points = [0, 1].map((at) => [from + at * stepMs, 1] as const);
      return nativeChart({ ...same, stepMs, series: [{ name: "a", points }] })?.block.chart.axis_config.categories;
    };
    expect(labels(10_000)).toEqual(["12:00:00", "12:00:10"]);
    expect(labels(24 * 60 * minute)).toEqual(["11-20 12:00", "11-21 12:00"]);
  });

  test("shows areas that lie over each other as lines", () => {
    const typeOf = (kind: TimeChart["kind"], count: number) =>
      nativeChart(
        chartOf(
          Array.from({ length: count }, () => [1, 2]),
          { kind },
        ),
      )?.block.chart.type;
    expect([typeOf("areas", 1), typeOf("areas", 2), typeOf("columns", 2)]).toEqual(["area", "line", "bar"]);
  });
});
