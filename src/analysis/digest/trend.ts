/** A week of drops in columns: few enough for a phone, each reason its own, noise left out. */
import type { Window } from "../select.ts";
import type { Line } from "./health.ts";
import type { Rates } from "./rates.ts";
import { isNoiseReason } from "./traffic.ts";

/** What one cluster's agents counted, packets a second by `reason`. */
export interface DropRates extends Rates {
  readonly cluster: string;
}

export interface TrendSeries {
  readonly cluster: string;
  /** As the agents spell it; null: all others together, of all clusters. */
  readonly reason: string | null;
  /** Packets of the column that begins there; null: nothing was measured. */
  readonly points: readonly (readonly [time: number, packets: number | null])[];
}

const hourMs = 3_600_000;
export const columnMs = 6 * hourMs;
const columns = 28;
/** Colours that can be told apart when they stand on each other. */
const mostSeries = 4;

/** The seven days before a moment. */
export function trendWindow(to: number): Window {
  return { from: to - columns * columnMs, to };
}

/** The reason with most packets first. Empty where nothing but noise was dropped. */
export function trendOf(clusters: readonly DropRates[], window: Window): TrendSeries[] {
  const all = clusters.flatMap(({ cluster, lines, stepMs }) => {
    const measured = measuredTimes(lines, window);
    return lines.flatMap(({ labels, points }) => {
      const reason = labels["reason"] ?? "";
      if (isNoiseReason(reason)) return [];
      const own = { cluster, reason, points: packetsOf(points, { window, measured, stepMs }) };
      const total = own.points.reduce((sum, [, packets]) => sum + (packets ?? 0), 0);
      return total < 1 ? [] : [{ total, own }];
    });
  });
  const sorted = all.toSorted((one, other) => other.total - one.total).map(({ own }) => own);
  const most = sorted.length === mostSeries + 1 ? sorted.length : mostSeries;
  return [...sorted.slice(0, most), ...together(sorted.slice(most))];
}

/** Of each column, at how many times anything was counted: a counter that is not there yet has counted nothing then. */
function measuredTimes(lines: readonly Line[], window: Window): readonly number[] {
  const times = Array.from({ length: columns }, () => new Set<number>());
  for (const { points } of lines)
    for (const [time, value] of points) if (value !== null) times[columnOf(time, window) ?? -1]?.add(time);
  return times.map(({ size }) => size);
}

interface Measured {
  readonly window: Window;
  readonly measured: readonly number[];
  readonly stepMs: number;
}

/** By the mean over a column's times: columns with one point more than others are not higher for it. One that was measured in part has what was counted in that part. */
function packetsOf(points: Line["points"], { window, measured, stepMs }: Measured): TrendSeries["points"] {
  const rates = measured.map(() => 0);
  for (const [time, value] of points) {
    const column = columnOf(time, window);
    if (column !== undefined) rates[column] = (rates[column] ?? 0) + (value ?? 0);
  }
  return measured.map((times, column) => {
    const isWhole = times >= Math.floor(columnMs / stepMs);
    const seconds = (isWhole ? columnMs : times * stepMs) / 1_000;
    const packets = Math.round(((rates[column] ?? 0) / Math.max(1, times)) * seconds);
    return [window.from + column * columnMs, times > 0 ? packets : null];
  });
}

function together(rest: readonly TrendSeries[]): TrendSeries[] {
  const [first] = rest;
  if (first === undefined) return [];
  const points = first.points.map(([time], column): TrendSeries["points"][number] => {
    const known = rest.flatMap((one) => one.points[column]?.[1] ?? []);
    return [time, known.length === 0 ? null : known.reduce((sum, packets) => sum + packets, 0)];
  });
  return [{ cluster: "", reason: null, points }];
}

/** A point at a column's beginning tells of the one before it. */
function columnOf(time: number, { from, to }: Window): number | undefined {
  return time > from && time <= to ? Math.ceil((time - from) / columnMs) - 1 : undefined;
}
