import { describe, expect, test } from "vitest";
import type { ChartSpec } from "../../../src/message/chart.ts";
import { renderCard } from "../../../src/platforms/teams/render.ts";
import type { ChartLook } from "../../../src/platforms/teams/render-chart.ts";
import { charts } from "../../fixtures/messages-parity.ts";
import { problemsOf } from "./check.ts";

const link = "https://bot.example.com/artifacts/id.hmac";
const data = `data:image/png;base64,${"A".repeat(1_000)}`;

function render(charts: readonly ChartSpec[], look: ChartLook) {
  const blocks = charts.map((chart) => ({ kind: "chart", chart }) as const);
  const { card, cut } = renderCard(
    { tone: "info", title: "t", blocks },
    { actionValue: () => "-", looks: charts.map(() => look) },
  );
  expect(problemsOf(card)).toEqual([]);
  return { body: card.body, text: JSON.stringify(card), cut };
}

const chart = (name: string): ChartSpec => charts[name] ?? expect.fail(name);
const types = ({ body }: ReturnType<typeof render>) =>
  body.map(({ type }) => type).filter((type) => type !== "RichTextBlock");

describe("a chart in Teams", () => {
  test.each(Object.keys(charts))("%s has its numbers, however it is shown", (name) => {
    for (const look of [{}, { native: true }, { link }, { native: true, link, data }]) {
      expect(render([chart(name)], look).text).toMatch(/max|%|at most/);
    }
  });

  test("is its numbers alone where there is no picture, and says why", () => {
    const { body } = render([chart("ranking")], { why: "No pictures here: http.publicUrl is not set." });
    expect(types(render([chart("ranking")], {}))).toEqual(["Container"]);
    expect(JSON.stringify(body.at(-1))).toContain("http.publicUrl is not set");
  });

  test("is a picture behind its link, with what it shows for who cannot see it", () => {
    const { body } = render([chart("ranking")], { link });
    expect(body[2]).toEqual({
      type: "Image",
      url: link,
      altText: expect.stringContaining("cilium_ct4_global on k8s-w1: 97%"),
      size: "Stretch",
      msteams: { allowExpand: true },
    });
  });

  test("is Teams' own, with the picture for clients that have none", () => {
    const { body } = render([chart("ranking")], { native: true, link });
    expect(body[2]).toEqual({
      type: "Chart.HorizontalBar",
      xAxisTitle: "%",
      displayMode: "AbsoluteWithAxis",
      data: [
        { x: "cilium_ct4_global on k8s-w1", y: 97, color: "attention" },
        { x: "cilium_lxc on k8s-w2", y: 31 },
        { x: "cilium_nat_v4_global", y: 4 },
      ],
      fallback: expect.objectContaining({ type: "Image", url: link }),
    });
  });

  test("over time has at most 20 points, and says what they stand for", () => {
    const { body, text } = render([chart("lines")], { native: true });
    const [, , native] = body;
    if (native?.type !== "Chart.Line") throw new Error(`${native?.type}`);
    expect(native.data.map(({ legend, values }) => [legend, values.length])).toEqual([
      ["Policy denied", 20],
      ["CT: Map full", 20],
    ]);
    expect(native.data[0]?.values[0]).toEqual({ x: "03:00", y: 50 });
    expect(native.fallback).toBe("drop");
    expect(text).toContain("Each point of the chart is the highest value in 90 s.");
  });

  test("in columns is stacked, and a failure has its colour", () => {
    const [, , native] = render([chart("columns")], { native: true }).body;
    expect(native).toMatchObject({
      type: "Chart.VerticalBar.Grouped",
      stacked: true,
      data: [{}, { color: "attention" }],
    });
  });

  test("with a gap, a mark, a threshold or too many series is no chart of Teams' own", () => {
    const lines = chart("lines");
    if (lines.kind === "ranking" || lines.kind === "map") throw new Error("lines");
    const marked = { ...lines, marks: [{ time: lines.window.from, label: "rule1 applied" }] };
    const many = {
      ...lines,
      series: Array.from({ length: 7 }, (_, at) => ({ ...(lines.series[0] ?? { points: [] }), name: `${at}` })),
    };
    for (const one of [chart("with a gap"), marked, { ...lines, thresholds: [{ value: 1, label: "full" }] }, many]) {
      expect(types(render([one], { native: true, link }))).toEqual(["Container", "Image"]);
    }
  });
});

describe("when the card is too large", () => {
  test("pictures inside it become links first", () => {
    const few = render([chart("ranking"), chart("lines")], { link, data });
    const many = render(
      Array.from({ length: 3 }, () => chart("ranking")),
      { link, data: `${data}${"A".repeat(25_000)}` },
    );
    expect(few.text).toContain("base64");
    expect(many.text).not.toContain("base64");
    expect(many.text.split(link)).toHaveLength(4);
    expect(many.cut).toBe(false);
  });

  test("Teams' own charts become pictures next, and nothing else is lost", () => {
    const { body, cut } = render(
      Array.from({ length: 14 }, () => chart("lines")),
      { native: true, link },
    );
    expect(body.filter(({ type }) => type === "Image")).toHaveLength(14);
    expect(cut).toBe(false);
  });
});
