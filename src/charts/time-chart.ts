/** Lines, areas and columns over time: what the chart library is asked to draw, and what stands around it. */
import type { TimeChart } from "../message/chart.ts";
import { unitWord } from "../message/quantity.ts";
import { windowText } from "../message/window-text.ts";
import { createHeader } from "./header.ts";
import { type Box, edge, lineHeight, type Mark, textSize, width } from "./layout.ts";
import { createLegend } from "./legend.ts";
import { createMoments } from "./moments.ts";
import type { Paper, Picture } from "./picture.ts";
import { splitThresholds, thresholdMarks } from "./thresholds.ts";
import { datedTick, timeTicks } from "./time-scale.ts";
import { lineSeries, stackSeries } from "./time-series.ts";
import { valueScale } from "./value-scale.ts";

/** What a legend leaves to the plot. */
const leastPlot = 140;
const axisHeight = 34;
/** Between two labels of the axis of values. */
const tickDistance = 34;
const mostTicks = 6;
/** Half a time's label, so that the last one may stand at the plot's end. */
const rightMargin = 36;
const minute = 60_000;

export function drawTimeChart(chart: TimeChart, paper: Paper): Picture {
  const { height, font, colours } = paper;
  const { from, to } = chart.window;
  // A window without a width cannot be drawn.
  const window = to > from ? { from, to } : { from: from - minute, to: from + minute };
  const header = createHeader(
    chart.title,
    { unit: unitWord(chart.unit), ...windowText(chart.window, chart.zone) },
    paper,
  );
  const shown = chart.kind === "lines" ? lineSeries(chart, window, paper) : stackSeries(chart, window, paper);
  const room = height - header.bottom - axisHeight - edge;
  const strip = (chart.marks ?? []).length > 0 ? lineHeight : 0;
  const legend = createLegend(shown.legend, Math.max(1, Math.floor((room - strip - leastPlot) / lineHeight)), paper);

  const thresholds = splitThresholds(chart.thresholds ?? [], shown.high);
  const reach = thresholds.near.map(({ value }) => value);
  const ySteps = Math.min(mostTicks, Math.max(2, Math.floor((room - legend.height - strip) / tickDistance)));
  const scale = valueScale(Math.min(shown.low, ...reach), Math.max(shown.high, ...reach), chart.unit, ySteps);
  const left = edge + 10 + Math.max(...scale.ticks.map(({ label }) => font.width(label, textSize)));
  const right = width - rightMargin;
  const span = shown.window.to - shown.window.from;
  const xOf = (time: number) => left + ((time - shown.window.from) / span) * (right - left);
  const inside = (chart.marks ?? []).filter(({ time }) => time >= shown.window.from && time <= shown.window.to);
  const moments = createMoments(inside, xOf, paper);
  const plot: Box = {
    left,
    right,
    top: header.bottom + 18 + moments.height,
    bottom: height - edge - legend.height - axisHeight,
  };
  const yOf = (value: number) =>
    plot.bottom - ((value - scale.min) / (scale.max - scale.min)) * (plot.bottom - plot.top);
  return {
    plot,
    x: { type: "value", min: shown.window.from, max: shown.window.to },
    y: { type: "value", min: scale.min, max: scale.max },
    series: shown.series(right - left),
    under: [
      ...scale.ticks.map(
        ({ value }): Mark => ({
          kind: "line",
          from: [left, yOf(value)],
          to: [right, yOf(value)],
          colour: value === 0 ? colours.dim : colours.rule,
          thickness: value === 0 ? 2 : 1,
        }),
      ),
    ],
    over: [
      ...header.marks,
      ...scale.ticks.map(
        ({ value, label }): Mark => ({
          kind: "text",
          x: left - 8,
          y: yOf(value),
          text: label,
          colour: colours.dim,
          align: "right",
        }),
      ),
      ...timeMarks(shown.window, plot, { xOf, paper }),
      ...thresholdMarks(thresholds, chart.unit, { plot, yOf, paper }),
      ...moments.marks(plot, xOf),
      ...(shown.empty ? [emptyMark(plot, paper)] : []),
      ...legend.at(height - edge - legend.height + 2),
    ],
  };
}

/** Labels below the plot, each with a tick. */
function timeMarks(
  { from, to }: { readonly from: number; readonly to: number },
  plot: Box,
  { xOf, paper }: { readonly xOf: (time: number) => number; readonly paper: Paper },
): Mark[] {
  const { colours, font } = paper;
  const most = (widest: string) =>
    Math.max(2, Math.floor((plot.right - plot.left) / (font.width(widest, textSize) + 40)));
  const seconds = timeTicks(from, to, most("00:00:00"));
  const ticks = seconds.some(({ label }) => label.length === 8) ? seconds : timeTicks(from, to, most("Nov 30"));
  // A label at the end of the plot stays on the picture.
  const labelAt = (time: number, label: string) => {
    const half = font.width(label, textSize) / 2;
    return Math.min(Math.max(xOf(time), edge + half), width - edge - half);
  };
  const dated = datedTick(ticks);
  const second = ticks[1];
  const ends = (time: number, label: string) => labelAt(time, label) + font.width(label, textSize) / 2;
  const fits =
    dated &&
    second &&
    ends(dated.time, dated.label) + 12 <= 2 * labelAt(second.time, second.label) - ends(second.time, second.label);
  const shown = dated && fits ? [dated, ...ticks.slice(1)] : ticks;
  return shown.flatMap(({ time, label }): Mark[] => [
    {
      kind: "line",
      from: [xOf(time), plot.bottom],
      to: [xOf(time), plot.bottom + 6],
      colour: colours.dim,
      thickness: 2,
    },
    { kind: "text", x: labelAt(time, label), y: plot.bottom + 21, text: label, colour: colours.dim, align: "center" },
  ]);
}

function emptyMark(plot: Box, { colours }: Paper): Mark {
  const [x, y] = [(plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2];
  return { kind: "text", x, y, text: "no data", colour: colours.dim, align: "center", rim: colours.background };
}
