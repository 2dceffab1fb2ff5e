/**
 * A chart as Slack draws it by itself: at most 12 series of 20 points, every series with a value at every point. What has gaps, or more series, is not shown this
 * way: a gap would have to be a number that nobody measured.
 */
import type { ChartSpec, RankingChart, TimeChart } from "../../message/chart.ts";
import { chartScale, scaled, slotText } from "../../message/chart-points.ts";
import { rankedBars } from "../../message/chart-text.ts";
import type { DataVisualization } from "./block-kit.ts";
import { slackLimits } from "./limits.ts";
import { shown } from "./mrkdwn.ts";

export interface NativeChart {
  readonly block: DataVisualization;
  /** What it shows less of than there is; empty where it shows everything. */
  readonly less: string;
}

/** Undefined where Slack cannot show it as it is. */
export function nativeChart(chart: ChartSpec): NativeChart | undefined {
  if (chart.kind === "map") return undefined;
  return chart.kind === "ranking" ? bars(chart) : overTime(chart);
}

function bars(chart: RankingChart): NativeChart | undefined {
  const first = rankedBars(chart.bars)
    .slice(0, slackLimits.nativePoints)
    .flatMap(({ name, value }) => (isNumber(value) ? [{ name, value }] : []));
  if (first.length === 0) return undefined;
  const scale = chartScale(
    chart.unit,
    first.map(({ value }) => value),
  );
  const categories = ownNames(first.map(({ name }) => name));
  const data = first.map(({ value }, at) => ({ label: categories[at] ?? "", value: scaled(value, scale.factor) }));
  const left = chart.bars.length - first.length;
  return {
    block: block(chart, "bar", {
      series: [{ name: label(scale.unit) || "value", data }],
      axis_config: { categories, ...axisLabel("y_label", scale.unit) },
    }),
    less: left === 0 ? "" : `Slack's chart shows ${first.length} of ${chart.bars.length} bars.`,
  };
}

function overTime(chart: TimeChart): NativeChart | undefined {
  const { series, stepMs } = chart;
  if (series.length === 0 || series.length > slackLimits.nativeSeries) return undefined;
  const known = series.map(({ points }) =>
    points.flatMap(([time, value]) => (isNumber(value) ? [{ time, value }] : [])),
  );
  const times = [...new Set(known.flatMap((points) => points.map(({ time }) => time)))].sort((a, b) => a - b);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const all = times.length <= slackLimits.nativePoints;
  // Categories stand at equal distances, so that a time without any value would not be seen to be missing.
  if (all && times.some((time, at) => at > 0 && time - (times[at - 1] ?? time) > 1.5 * stepMs)) return undefined;
  const slots: Slots = all ? { starts: times } : slotsOf(first, last + stepMs);
  const rows = known.map((points) => highest(points, slots));
  const whole = rows.flatMap((row) => (row.every(isNumber) ? [row] : []));
  if (whole.length < rows.length) return undefined;
  const scale = chartScale(chart.unit, whole.flat());
  const categories = clocks(slots.starts);
  const names = ownNames(series.map(({ name }) => name));
  const drawn = whole.map((values, at) => ({
    name: names[at] ?? "",
    data: values.map((value, index) => ({ label: categories[index] ?? "", value: scaled(value, scale.factor) })),
  }));
  return {
    block: block(chart, typeOf(chart), {
      series: drawn,
      axis_config: { categories, x_label: "UTC", ...axisLabel("y_label", scale.unit) },
    }),
    less: [...fewer(slots, times.length), ...shorter(chart, first, last)].join(" "),
  };
}

function fewer({ starts, widthMs }: Slots, points: number): string[] {
  if (widthMs === undefined) return [];
  return [
    `Slack's chart shows ${starts.length} points for ${points}: each is the highest value in its ${slotText(widthMs)}.`,
  ];
}

/** In a picture the time before the first value and after the last is empty; here it is not there at all. */
function shorter({ window, stepMs }: TimeChart, first: number, last: number): string[] {
  const ends = [
    ...(first - window.from > 2 * stepMs ? [`begins at ${clock(first)}`] : []),
    ...(window.to - last > 2 * stepMs ? [`ends at ${clock(last)}`] : []),
  ];
  return ends.length === 0 ? [] : [`It ${ends.join(" and ")}, where the data does.`];
}

const clock = (time: number) => `${new Date(time).toISOString().slice(11, 16)} UTC`;

/** Slack's areas lie over each other: one alone hides nothing. */
function typeOf({ kind, series }: TimeChart): "line" | "area" | "bar" {
  if (kind === "columns") return "bar";
  return kind === "areas" && series.length === 1 ? "area" : "line";
}

function block(
  { title }: ChartSpec,
  type: DataVisualization["chart"]["type"],
  chart: Omit<DataVisualization["chart"], "type">,
): DataVisualization {
  return {
    type: "data_visualization",
    title: shown(title, slackLimits.nativeTitle).trim() || "–",
    chart: { type, ...chart },
  };
}

interface Slots {
  readonly starts: readonly number[];
  /** Absent where each slot is one point. */
  readonly widthMs?: number;
}

function slotsOf(from: number, to: number): Slots {
  const widthMs = (to - from) / slackLimits.nativePoints;
  return { widthMs, starts: Array.from({ length: slackLimits.nativePoints }, (_, at) => from + at * widthMs) };
}

/** Of each slot; undefined where there is none. */
function highest(
  points: readonly { readonly time: number; readonly value: number }[],
  { starts, widthMs }: Slots,
): (number | undefined)[] {
  const [from = 0] = starts;
  const values: (number | undefined)[] = starts.map(() => undefined);
  for (const { time, value } of points) {
    const at =
      widthMs === undefined ? starts.indexOf(time) : Math.min(starts.length - 1, Math.floor((time - from) / widthMs));
    values[at] = Math.max(values[at] ?? Number.NEGATIVE_INFINITY, value);
  }
  return values;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** As short as tells them apart, and never twice the same. */
function clocks(times: readonly number[]): string[] {
  const [first = 0, second = first] = times;
  const last = times.at(-1) ?? first;
  const from = last - first > 20 * 3_600_000 ? 5 : 11;
  const to = second > first && second - first < 60_000 ? 19 : 16;
  return ownNames(times.map((time) => new Date(time).toISOString().slice(from, to).replace("T", " ")));
}

/** Cut to Slack's length, with a number where two would be the same, and never empty. */
function ownNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const short = label(name) || "–";
    let own = short;
    for (let number = 2; taken.has(own); number++) {
      own = `${shown(short, slackLimits.nativeLabel - String(number).length - 1)} ${number}`;
    }
    taken.add(own);
    return own;
  });
}

const label = (text: string) => shown(text, slackLimits.nativeLabel).trim();

function axisLabel(axis: "y_label", unit: string) {
  const text = shown(unit, slackLimits.nativeTitle).trim();
  return text === "" ? {} : { [axis]: text };
}
