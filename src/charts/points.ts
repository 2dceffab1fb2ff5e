/** Values over time, made ready to be drawn: what cannot be drawn is gone, gaps are gaps, and there are no more points than pixels can show. */
import type { ChartSeries } from "../message/chart.ts";

/** A null ends the line; the next value begins a new one. */
export type Point = readonly [time: number, value: number | null];

export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Larger is a mistake of whoever measured; sums of such numbers are no numbers. */
const largest = 1e100;
/** Two points further apart than this many steps have a gap between them. */
const gapSteps = 1.5;

/** The points of a line in time's order, with a null in every gap. Thinned to the lowest and highest of each of `columns`, so that no peak is lost. */
export function linePoints(series: ChartSeries, window: Window, stepMs: number, columns: number): Point[] {
  const all = drawable(series, window);
  const points = thinned(all, window, columns);
  // Thinning moves neighbours apart, by two columns at most.
  const gap = Math.max(stepMs * gapSteps, points === all ? 0 : (2.5 * (window.to - window.from)) / columns);
  const line: Point[] = [];
  let before: number | undefined;
  for (const point of points) {
    if (before !== undefined && point[0] - before > gap) line.push([(before + point[0]) / 2, null]);
    line.push(point);
    before = point[0];
  }
  return line;
}

/** Neither neighbour has a value: a line through it would be no pixel long. */
export function stands(points: readonly Point[], index: number): boolean {
  return (points[index - 1]?.[1] ?? null) === null && (points[index + 1]?.[1] ?? null) === null;
}

export interface Stack {
  /** Of each cell, epoch milliseconds. */
  readonly times: readonly number[];
  readonly cellMs: number;
  /** A row for each series. Null where no series has a value: what is missing while others were counted adds nothing. */
  readonly rows: readonly (readonly (number | null)[])[];
}

/** Series on the same grid of time, so that they can stand on each other. Where there are more steps than `most` cells, neighbours are averaged. */
export function stackCells(series: readonly ChartSeries[], window: Window, stepMs: number, most: number): Stack {
  const points = series.map((one) => drawable(one, window));
  const origin = Math.min(...points.flatMap((all) => all[0]?.[0] ?? []), window.to);
  const cellMs = Math.max(stepMs > 0 ? stepMs : 0, (window.to - origin) / most, 1);
  const count = Math.floor((window.to - origin) / cellMs + 0.5) + 1;
  const known = new Uint8Array(count);
  const rows = points.map((all) => {
    const [sums, values] = [new Float64Array(count), new Uint32Array(count)];
    for (const [time, value] of all) {
      const cell = Math.round((time - origin) / cellMs);
      if (value === null || cell >= count) continue;
      known[cell] = 1;
      sums[cell] = (sums[cell] ?? 0) + value;
      values[cell] = (values[cell] ?? 0) + 1;
    }
    return sums.map((sum, cell) => sum / Math.max(1, values[cell] ?? 1));
  });
  return {
    times: Array.from({ length: count }, (_, cell) => origin + cell * cellMs),
    cellMs,
    rows: rows.map((row) => Array.from(row, (value, cell) => (known[cell] === 1 ? value : null))),
  };
}

/** What the series add up to in each cell. */
export function sumRows(rows: readonly (readonly (number | null)[])[]): (number | null)[] {
  return (rows[0] ?? []).map((first, index) =>
    first === null ? null : rows.reduce((sum, row) => sum + (row[index] ?? 0), 0),
  );
}

/** Inside the window, oldest first; a value that is no number is none. */
function drawable({ points }: ChartSeries, { from, to }: Window): Point[] {
  const kept: Point[] = [];
  let ordered = true;
  for (const [time, value] of points) {
    if (!(time >= from && time <= to)) continue;
    ordered &&= time >= (kept.at(-1)?.[0] ?? from);
    kept.push([time, value !== null && Math.abs(value) <= largest ? value : null]);
  }
  return ordered ? kept : kept.sort(([left], [right]) => left - right);
}

function thinned(points: readonly Point[], { from, to }: Window, columns: number): readonly Point[] {
  if (points.length <= columns * 2) return points;
  const width = (to - from) / columns;
  const kept: Point[] = [];
  let at = 0;
  while (at < points.length) {
    const column = Math.floor(((points[at]?.[0] ?? 0) - from) / width);
    let end = at;
    let [low, high, none] = [at, at, -1];
    for (; end < points.length && Math.floor(((points[end]?.[0] ?? 0) - from) / width) === column; end++) {
      const value = points[end]?.[1] ?? null;
      if (value === null) none = end;
      else {
        if (!(value >= (points[low]?.[1] ?? Number.POSITIVE_INFINITY))) low = end;
        if (!(value <= (points[high]?.[1] ?? Number.NEGATIVE_INFINITY))) high = end;
      }
    }
    for (const index of [...new Set([low, high, none])].sort((left, right) => left - right)) {
      const point = points[index];
      if (point) kept.push(point);
    }
    at = end;
  }
  return kept;
}
