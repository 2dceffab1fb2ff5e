/** The series of a chart over time as the library draws them, with their names. Those without a name are summed up where they stack, and faint where they are lines. */
import type { LineSeriesOption } from "echarts";
import type { ChartSeries, TimeChart } from "../message/chart.ts";
import { extentOf, leading } from "../message/chart-text.ts";
import { wordless } from "../message/quantity.ts";
import { badDash, type LegendEntry } from "./legend.ts";
import { type Drawn, type Paper, stripes } from "./picture.ts";
import { linePoints, type Point, stackCells, stands, sumRows, type Window } from "./points.ts";
import type { Colours } from "./theme.ts";

export interface TimeSeries {
  readonly legend: readonly LegendEntry[];
  /** Of the axis: columns reach beyond the last point. */
  readonly window: Window;
  readonly low: number;
  readonly high: number;
  /** No series has a value. */
  readonly empty: boolean;
  /** `plotWidth` in pixels. */
  series(plotWidth: number): readonly Drawn[];
}

/** More points than these are more than pixels. */
const lineColumns = 700;
const faintColumns = 100;
const stackedCells = 350;
const standingSize = 9;

export function lineSeries(chart: TimeChart, window: Window, { colours }: Paper): TimeSeries {
  const { named, rest } = leading(chart.series);
  const colourOf = colouring(colours);
  const lines = named.map((one) => ({
    ...colourOf(one),
    name: one.name,
    note: noteOf(one, chart.unit),
    points: linePoints(one, window, chart.stepMs, lineColumns),
  }));
  const faint = rest.map((one) => linePoints(one, window, chart.stepMs, faintColumns));
  return {
    legend: [
      ...lines.map(
        ({ name, colour, bad, note }): LegendEntry => ({ name, colour, note, look: bad ? "dashed" : "line" }),
      ),
      ...(rest.length === 0
        ? []
        : [{ name: `and ${rest.length} more`, colour: colours.rest, look: "line" } satisfies LegendEntry]),
    ],
    window,
    ...extent([...lines.map(({ points }) => points), ...faint]),
    series: () => [
      ...faint.map((points): Drawn => line(points, { colour: colours.rest, thickness: 1, opacity: 0.5 })),
      // The first is the one people look for: it is drawn last, above the others.
      ...lines
        .toReversed()
        .map(({ points, colour, bad }) => line(points, { colour, thickness: 3.5, ...(bad && { dash: badDash }) })),
    ],
  };
}

export function stackSeries(chart: TimeChart, window: Window, { colours }: Paper): TimeSeries {
  const { named, rest } = leading(chart.series);
  const stack = stackCells([...named, ...rest], window, chart.stepMs, stackedCells);
  const colourOf = colouring(colours);
  const layers = named.map((one, index) => ({
    ...colourOf(one),
    name: one.name,
    note: noteOf(one, chart.unit),
    row: stack.rows[index] ?? [],
  }));
  if (rest.length > 0) {
    const row = sumRows(stack.rows.slice(named.length));
    layers.push({ name: `others (${rest.length})`, note: "", colour: colours.rest, bad: false, row });
  }
  const columns = chart.kind === "columns";
  const last = stack.times.findLast((_, index) => (stack.rows[0]?.[index] ?? null) !== null) ?? window.from;
  const end = columns ? Math.max(window.to, last + stack.cellMs) : window.to;
  return {
    legend: layers.map(({ name, note, colour, bad }) => ({ name, note, colour, look: bad ? "hatched" : "box" })),
    window: { from: window.from, to: end },
    ...stackExtent(layers.map(({ row }) => row)),
    series: (plotWidth) => {
      const cellWidth = (stack.cellMs / (end - window.from)) * plotWidth;
      return layers.map(({ row, colour, bad }): Drawn => {
        const points = row.map(
          (value, index): Point => [(stack.times[index] ?? 0) + (columns ? stack.cellMs / 2 : 0), value],
        );
        const decal = bad ? { decal: stripes(colours) } : {};
        if (columns) {
          const barWidth = Math.max(1, cellWidth - (cellWidth > 4 ? 1.5 : 0));
          return {
            type: "bar",
            stack: "all",
            barWidth,
            itemStyle: { color: colour, ...decal },
            data: items(points, false),
          };
        }
        return {
          ...line(points, { colour, thickness: 1.5 }),
          stack: "all",
          areaStyle: { color: colour, opacity: 1 },
          itemStyle: { color: colour, ...decal },
        };
      });
    },
  };
}

function noteOf(series: ChartSeries, unit: string): string {
  const extent = extentOf(series);
  return extent === null ? "no data" : `max ${wordless(extent.max, unit)} · last ${wordless(extent.last, unit)}`;
}

interface LineLook {
  readonly colour: string;
  readonly thickness: number;
  readonly dash?: readonly number[];
  readonly opacity?: number;
}

function line(points: readonly Point[], { colour, thickness, dash, opacity = 1 }: LineLook): LineSeriesOption {
  return {
    type: "line",
    symbol: "none",
    connectNulls: false,
    lineStyle: { color: colour, width: thickness, opacity, join: "round", ...(dash && { type: [...dash] }) },
    itemStyle: { color: colour, opacity },
    data: items(points, true),
  };
}

/** A value without neighbours is a dot. */
function items(points: readonly Point[], dots: boolean) {
  return points.map(([time, value], index) =>
    dots && value !== null && stands(points, index)
      ? { value: [time, value], symbol: "circle", symbolSize: standingSize }
      : [time, value ?? "-"],
  );
}

/** Each named series its own colour; the failures theirs. */
function colouring({ named, bad }: Colours) {
  const next = { named: 0, bad: 0 };
  return ({ tone }: ChartSeries) => {
    const [list, which] = tone === "bad" ? [bad, "bad" as const] : [named, "named" as const];
    return { colour: list[next[which]++ % list.length] ?? "", bad: tone === "bad" };
  };
}

function extent(lines: readonly (readonly Point[])[]) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const points of lines) {
    for (const [, value] of points) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low > high ? { low: 0, high: 0, empty: true } : { low, high, empty: false };
}

/** What is above zero and what is below stand on each other apart. */
function stackExtent(rows: readonly (readonly (number | null)[])[]) {
  let [low, high, empty] = [0, 0, true];
  for (let cell = 0; cell < (rows[0]?.length ?? 0); cell++) {
    let [below, above] = [0, 0];
    for (const row of rows) {
      const value = row[cell] ?? null;
      if (value === null) continue;
      empty = false;
      if (value < 0) below += value;
      else above += value;
    }
    low = Math.min(low, below);
    high = Math.max(high, above);
  }
  return { low, high, empty };
}
