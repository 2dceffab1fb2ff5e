/** Charts for the tests of Slack out, and something that draws them. */
import type { RankingChart, TimeChart } from "../../../../src/message/chart.ts";
import type { Message } from "../../../../src/message/message.ts";
import { say } from "./bench.ts";

const from = Date.parse("2026-11-20T12:00:00Z");

/** Every 15 s for an hour: more than Slack's own charts show. */
export function opsChart(title = "BPF map ops", series: readonly string[] = ["ct4_global update"]): TimeChart {
  const stepMs = 15_000;
  return {
    kind: "lines",
    title,
    unit: "ops/s",
    window: { from, to: from + 240 * stepMs },
    stepMs,
    series: series.map((name, at) => ({
      name,
      points: Array.from({ length: 241 }, (_, index) => [from + index * stepMs, at + (index % 7)] as const),
    })),
  };
}

export function rankingChart(count: number): RankingChart {
  const bars = Array.from({ length: count }, (_, at) => ({ name: `map ${at}`, value: count - at }));
  return { kind: "ranking", title: "Maps", unit: "ratio", bars };
}

export function charted(...charts: readonly (TimeChart | RankingChart)[]): Message {
  return say(
    "Five maps do most of the work",
    charts.map((chart) => ({ kind: "chart", chart })),
  );
}

/** What Slack takes for a PNG, and the test for the picture of this chart. */
export function drawnAs(chart: { readonly title: string }): Buffer {
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.from(chart.title)]);
}
