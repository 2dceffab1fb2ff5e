/** A chart in characters: for each series its numbers and a row of bars over the same time, for a ranking a bar for each name. */
import stringWidth from "string-width";
import { drawBars } from "../../message/bars.ts";
import type { ChartSeries, ChartSpec, RankingChart, TimeChart } from "../../message/chart.ts";
import {
  chartLines,
  leading,
  markLines,
  mostNamed,
  rankedBars,
  seriesText,
  thresholdLines,
} from "../../message/chart-text.ts";
import { plain } from "../../message/plain.ts";
import { quantity } from "../../message/quantity.ts";
import { asIs, cutMiddle, type Styles, wrap } from "./render-text.ts";

/** More bars are not seen as one picture. */
const widestBars = 72;
const barSign = "▇";
const gap = 2;

export function chartBlockLines(chart: ChartSpec, width: number, styles: Styles): string[] {
  return [...wrap([{ text: plain(chart.title), style: styles.strong }], width), ...bodyLines(chart, width, styles)];
}

function bodyLines(chart: ChartSpec, width: number, styles: Styles): string[] {
  if (chart.kind === "map")
    return chartLines(chart).flatMap((line) => wrap([{ text: line, style: styles.dim }], width));
  return chart.kind === "ranking" ? rankingLines(chart, width, styles) : timeLines(chart, width, styles);
}

function timeLines(chart: TimeChart, width: number, styles: Styles): string[] {
  const columns = Math.min(width, widestBars);
  const { named, rest } = leading(chart.series);
  const rows = named.map((series) => ({ series, bars: seriesBars(series, chart, columns) }));
  const axis = rows.find(({ bars }) => bars !== null)?.bars?.axis;
  if (axis === undefined) return chartLines(chart).flatMap((line) => wrap([{ text: line, style: asIs }], width));
  return [
    ...rows.flatMap(({ series, bars }) => [
      ...wrap(
        [
          { text: `${plain(series.name)}:`, style: series.tone === "bad" ? styles.bad : asIs },
          { text: ` ${seriesText(series, chart)}`, style: styles.dim },
        ],
        width,
      ),
      ...(bars === null ? [] : [series.tone === "bad" ? styles.bad(bars.line) : bars.line]),
    ]),
    styles.dim(axis),
    ...[...(rest.length > 0 ? [`and ${rest.length} more`] : []), ...markLines(chart), ...thresholdLines(chart)].flatMap(
      (line) => wrap([{ text: line, style: styles.dim }], width),
    ),
  ];
}

/** A bar for each stretch of time: the highest value in it, because a peak is what is looked for. Blank where there is none. */
function seriesBars({ points }: ChartSeries, { window, stepMs }: TimeChart, columns: number) {
  const { from, to } = window;
  const steps = stepMs > 0 ? Math.round((to - from) / stepMs) : columns;
  const count = Math.max(1, Math.min(columns, steps));
  const highest: (number | null)[] = Array.from({ length: count }, () => null);
  for (const [time, value] of points) {
    if (value === null || !Number.isFinite(value) || !(time >= from && time <= to)) continue;
    const column = Math.min(count - 1, Math.floor(((time - from) / (to - from)) * count));
    highest[column] = Math.max(highest[column] ?? Number.NEGATIVE_INFINITY, value);
  }
  const known = highest.filter((value) => value !== null);
  if (known.length === 0) return null;
  // Bars stand on zero, or on the lowest where there is less than nothing.
  const ground = Math.min(0, ...known);
  const values = highest.map((value) => (value === null ? 0 : value - ground));
  const bars = drawBars({ values, from, to }, columns);
  if (bars === null) return null;
  return {
    axis: bars.axis,
    line: [...bars.line].map((sign, index) => (highest[index] === null ? " " : sign)).join(""),
  };
}

function rankingLines({ bars, unit }: RankingChart, width: number, styles: Styles): string[] {
  if (bars.length === 0) return [styles.dim("no data")];
  const shown = rankedBars(bars).slice(0, mostNamed);
  const rest = bars.length - shown.length;
  const names = shown.map(({ name }) => cutMiddle(plain(name), Math.floor(width / 2)));
  const values = shown.map(({ value }) => cutMiddle(quantity(value ?? Number.NaN, unit), Math.floor(width / 4)));
  const [nameWidth, valueWidth] = [names, values].map((texts) => Math.max(...texts.map((text) => stringWidth(text))));
  const room = Math.max(1, width - (nameWidth ?? 0) - (valueWidth ?? 0) - 2 * gap);
  const most = Math.max(...shown.map(({ value }) => (Number.isFinite(value) ? Math.abs(value) : 0)));
  return [
    ...shown.map(({ value, tone }, index) => {
      const [name, text] = [names[index] ?? "", values[index] ?? ""];
      const share = Number.isFinite(value) && most > 0 ? Math.abs(value) / most : 0;
      // What is more than nothing is seen.
      const bar = barSign.repeat(share === 0 ? 0 : Math.max(1, Math.round(share * room)));
      const padded = name + " ".repeat((nameWidth ?? 0) - stringWidth(name) + gap);
      const amount = " ".repeat((valueWidth ?? 0) - stringWidth(text)) + text + " ".repeat(gap);
      return `${padded}${amount}${tone === "bad" ? styles.bad(bar) : bar}`.trimEnd();
    }),
    ...(rest > 0 ? [styles.dim(`and ${rest} more`)] : []),
  ];
}
