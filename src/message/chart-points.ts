/**
 * A chart for platforms that draw by themselves, with few points and every series with a value at each of them. What has gaps cannot be shown this way: a gap would
 * have to be a number that nobody measured. Neither can lines at certain times or heights.
 */
import type { ChartSeries, TimeChart } from "./chart.ts";

export interface ChartPoints {
  /** Clock in UTC of each point, with its date where they are of different days. */
  readonly labels: readonly string[];
  /** One value per label, for each series; in `unit`. */
  readonly rows: readonly (readonly number[])[];
  readonly unit: string;
  /** What each point stands for where there were more: the highest value in so many milliseconds. */
  readonly slotMs?: number;
}

/** Undefined where so few points cannot show it as it is. */
export function chartPoints(chart: TimeChart, most: number): ChartPoints | undefined {
  const { series, window, marks = [], thresholds = [] } = chart;
  if (series.length === 0 || window.to <= window.from || marks.length + thresholds.length > 0) return undefined;
  const times = [...new Set(series.flatMap(({ points }) => points.map(([time]) => time)))].sort((a, b) => a - b);
  if (times.length === 0) return undefined;
  const slotMs = times.length <= most ? undefined : (window.to - window.from) / most;
  const at = slotMs === undefined ? times : Array.from({ length: most }, (_, slot) => window.from + slot * slotMs);
  const measured = series.map((one) =>
    slotMs === undefined ? single(one, times) : highest(one, window.from, slotMs, most),
  );
  const whole = measured.flatMap((row) => (row.includes(undefined) ? [] : [row as readonly number[]]));
  if (whole.length < measured.length) return undefined;
  const { factor, unit } = chartScale(chart.unit, whole.flat());
  const rows = whole.map((row) => row.map((value) => scaled(value, factor)));
  return { labels: clocks(at), rows, unit, ...(slotMs !== undefined && { slotMs }) };
}

function highest({ points }: ChartSeries, from: number, slotMs: number, most: number): (number | undefined)[] {
  const values: (number | undefined)[] = Array.from({ length: most }, () => undefined);
  for (const [time, value] of points) {
    if (value === null || !Number.isFinite(value)) continue;
    const at = Math.min(most - 1, Math.max(0, Math.floor((time - from) / slotMs)));
    values[at] = Math.max(values[at] ?? Number.NEGATIVE_INFINITY, value);
  }
  return values;
}

function single({ points }: ChartSeries, times: readonly number[]): (number | undefined)[] {
  const known = new Map(points);
  return times.map((time) => {
    const value = known.get(time);
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  });
}

function clocks(times: readonly number[]): string[] {
  const [first = 0, second = first] = times;
  const last = times.at(-1) ?? first;
  // Beyond midnight a clock alone tells no day.
  const from = Math.floor(first / day) === Math.floor(last / day) ? 11 : 5;
  const to = second - first < 60_000 ? 19 : 16;
  return times.map((time) => new Date(time).toISOString().slice(from, to).replace("T", " "));
}

const day = 86_400_000;
const binary = ["B", "KiB", "MiB", "GiB", "TiB"] as const;
const decimal = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"] as const;

/** Platforms write numbers as they are: large ones need a unit that keeps them short. */
export function chartScale(
  unit: string,
  values: readonly number[],
): { readonly factor: number; readonly unit: string } {
  const most = values.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  const power = (base: number) => (most < 1 ? 0 : Math.min(4, Math.floor(Math.log(most) / Math.log(base))));
  switch (unit) {
    case "ratio":
      return { factor: 100, unit: "%" };
    case "seconds":
      return most < 1 ? { factor: 1_000, unit: "ms" } : { factor: 1, unit: "s" };
    case "bytes":
    case "bytes/s":
      return { factor: 1_024 ** -power(1_024), unit: `${binary[power(1_024)] ?? "B"}${unit === "bytes" ? "" : "/s"}` };
    case "bits/s":
      return { factor: 1_000 ** -power(1_000), unit: decimal[power(1_000)] ?? "bit/s" };
    default:
      return { factor: 1, unit };
  }
}

/** Four digits: what is beyond them is noise of the arithmetic. */
export function scaled(value: number, factor: number): number {
  return Number((value * factor).toPrecision(4));
}

/** How long a slot is, for reading: `90 s`, `72 min`, `8.4 h`. */
export function slotText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 6) / 10;
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 6) / 10} h`;
}
