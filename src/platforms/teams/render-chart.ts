/** A chart in a card: its numbers always, and above them Teams' own chart or the picture where there is one. */

import { drawColumns } from "../../message/bars.ts";
import type { ChartSpec, RankingChart, TimeChart } from "../../message/chart.ts";
import { chartPoints, chartScale, scaled, slotText } from "../../message/chart-points.ts";
import { altText, chartLines } from "../../message/chart-text.ts";
import type { Text } from "../../message/message.ts";
import type { CardElement, ChartFallback, Image, NativeChart } from "./card.ts";
import { teamsLimits } from "./limits.ts";
import { label, paragraph, preformatted, runs, word } from "./render-text.ts";

export interface ChartLook {
  /** Teams draws it where it can show it as it is. */
  readonly native?: boolean;
  /** Where Teams gets the picture: a signed link, never an address out of a message. */
  readonly link?: string;
  /** The picture itself as a `data:` address; only used while all of them together are small. */
  readonly data?: string;
  /** Where the picture is, or why there is none. */
  readonly why?: Text;
}

const small = { size: "Small", isSubtle: true } as const;

export function renderChart(chart: ChartSpec, { native, link, data, why = "" }: ChartLook): CardElement[] {
  const url = data ?? link;
  const picture: Image | undefined =
    url === undefined
      ? undefined
      : { type: "Image", url, altText: altText(chart), size: "Stretch", msteams: { allowExpand: true } };
  const drawn = native ? nativeChart(chart, picture ?? "drop") : undefined;
  return [
    ...paragraph(word(chart.title, { weight: "Bolder" })),
    ...(drawn ? [drawn.chart] : picture ? [picture] : columns(chart)),
    ...[...chartLines(chart), ...(drawn?.less ?? [])].flatMap((line, at) =>
      paragraph(word(line, small), { spacing: at === 0 ? "Small" : "None" }),
    ),
    ...paragraph(runs(why, small), { spacing: "None" }),
  ];
}

/** A phone shows about thirty fixed-width characters in a card, fewer where bars come from a wider font. */
const barsWide = 24;

/** Amounts over time are seen at a glance where there is no picture. */
function columns(chart: ChartSpec): CardElement[] {
  const drawn = chart.kind === "columns" ? drawColumns(chart, barsWide) : null;
  return drawn === null ? [] : preformatted(`${drawn.line}\n${drawn.axis}`);
}

interface Drawn {
  readonly chart: NativeChart;
  /** What it shows less of than there is. */
  readonly less: readonly string[];
}

function nativeChart(chart: ChartSpec, fallback: ChartFallback): Drawn | undefined {
  if (chart.kind === "map") return undefined;
  return chart.kind === "ranking" ? bars(chart, fallback) : overTime(chart, fallback);
}

function bars(chart: RankingChart, fallback: ChartFallback): Drawn | undefined {
  const shown = chart.bars.slice(0, teamsLimits.chartPoints).filter(({ value }) => Number.isFinite(value));
  if (shown.length === 0) return undefined;
  const { factor, unit } = chartScale(
    chart.unit,
    shown.map(({ value }) => value),
  );
  const data = shown.map(({ name, value, tone }) => ({
    x: label(name) || "–",
    y: scaled(value, factor),
    ...(tone === "bad" && { color: "attention" as const }),
  }));
  const less =
    shown.length === chart.bars.length ? [] : [`The chart shows ${shown.length} of ${chart.bars.length} bars.`];
  return {
    chart: {
      type: "Chart.HorizontalBar",
      xAxisTitle: label(unit) || "–",
      displayMode: "AbsoluteWithAxis",
      data,
      fallback,
    },
    less,
  };
}

/** Teams has no stacked areas. */
function overTime(chart: TimeChart, fallback: ChartFallback): Drawn | undefined {
  const { kind, series } = chart;
  if (series.length > teamsLimits.chartSeries || (kind === "areas" && series.length > 1)) return undefined;
  const points = chartPoints(chart, teamsLimits.chartPoints);
  if (!points) return undefined;
  const data = series.map(({ name, tone }, at) => ({
    legend: label(name) || "–",
    values: (points.rows[at] ?? []).map((y, index) => ({ x: points.labels[index] ?? "", y })),
    ...(tone === "bad" && { color: "attention" as const }),
  }));
  const axes = { xAxisTitle: "UTC", yAxisTitle: label(points.unit) || "–", data, fallback };
  const less =
    points.slotMs === undefined ? [] : [`Each point of the chart is the highest value in ${slotText(points.slotMs)}.`];
  return {
    chart:
      kind === "columns"
        ? { type: "Chart.VerticalBar.Grouped", stacked: true, ...axes }
        : { type: "Chart.Line", ...axes },
    less,
  };
}
