import { describe, expect, test } from "vitest";
import { columnMs, trendOf, trendWindow } from "../../../src/analysis/digest/trend.ts";

const hour = 3_600_000;
const to = Date.parse("2026-11-20T03:00:00Z");
const window = trendWindow(to);

/** Packets in each of the week's hours. */
function line(reason: string, packets: (hour: number) => number | null) {
  const points = Array.from({ length: 168 }, (_, at): [number, number | null] => {
    const count = packets(at);
    return [window.from + (at + 1) * hour, count === null ? null : count / 3_600];
  });
  return { labels: { reason }, points };
}

function trend(...lines: readonly ReturnType<typeof line>[]) {
  return trendOf([{ cluster: "eu", lines, stepMs: hour }], window);
}

function counts(series: ReturnType<typeof trend>[number] | undefined) {
  return series?.points.map(([, packets]) => packets) ?? [];
}

describe("columns of six hours", () => {
  test("are 28, of seven days, and sum what their hours have", () => {
    const [series] = trend(line("Policy denied", (at) => (at < 6 ? 10 : 1)));
    expect(window).toEqual({ from: to - 168 * hour, to });
    expect(counts(series)).toEqual([60, ...Array.from({ length: 27 }, () => 6)]);
    expect(series?.points.map(([time]) => time)).toEqual(
      Array.from({ length: 28 }, (_, at) => window.from + at * columnMs),
    );
  });

  test("are as high whatever the distance of points", () => {
    const points = Array.from({ length: 180 }, (_, at): [number, number] => [to - (179 - at) * 3_360_000, 0.1]);
    const lines = [{ labels: { reason: "Policy denied" }, points }];
    const [series] = trendOf([{ cluster: "eu", lines, stepMs: 3_360_000 }], window);
    expect(new Set(counts(series))).toEqual(new Set([2_160]));
  });

  test("have what was counted where they were measured in part", () => {
    const [series] = trend(line("Policy denied", (at) => (at < 166 ? null : 7)));
    expect(counts(series).slice(-2)).toEqual([null, 14]);
  });

  test("without any value are not known; a counter that begins later was 0 until then", () => {
    const early = (at: number) => (at < 12 ? null : 1);
    const late = (at: number) => (at < 24 ? null : 1);
    const [first, second] = trend(line("Policy denied", early), line("Stale or unroutable IP", late));
    expect(counts(first).slice(0, 5)).toEqual([null, null, 6, 6, 6]);
    expect(counts(second).slice(0, 5)).toEqual([null, null, 0, 0, 6]);
  });
});

describe("reasons", () => {
  test("stand by their packets; noise and what was never dropped do not", () => {
    const found = trend(
      line("Stale or unroutable IP", () => 2),
      line("Unsupported L3 protocol", () => 900),
      line("CT: Map insertion failed", () => 0),
      line("Policy denied", () => 9),
    );
    expect(found.map(({ reason }) => reason)).toEqual(["Policy denied", "Stale or unroutable IP"]);
    expect(trend(line("Unsupported L3 protocol", () => 900))).toEqual([]);
    expect(trendOf([], window)).toEqual([]);
  });

  test("beyond what can be told apart are one, of all clusters", () => {
    const lines = [9, 8, 7, 6, 5, 4].map((count) => line(`reason ${count}`, () => count));
    const found = trend(...lines);
    expect(found.map(({ reason }) => reason)).toEqual(["reason 9", "reason 8", "reason 7", "reason 6", null]);
    expect(counts(found.at(-1))[0]).toBe(54);
    expect(trend(...lines.slice(1)).map(({ reason }) => reason)).toEqual([8, 7, 6, 5, 4].map((n) => `reason ${n}`));
  });
});
