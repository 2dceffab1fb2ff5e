/** Horizontal bars, the longest first: names beside them where they fit, above them where they are long. */

import type { RankingChart } from "../message/chart.ts";
import { rankedBars } from "../message/chart-text.ts";
import { quantity } from "../message/quantity.ts";
import { fitNames, fitText } from "./fit-text.ts";
import { createHeader } from "./header.ts";
import { type Box, edge, inner, lineHeight, type Mark, textSize, width } from "./layout.ts";
import { type Paper, type Picture, stripes } from "./picture.ts";

/** Of the picture, for names beside the bars. */
const nameShare = 0.48;
const besideRow = 32;
const aboveRow = 50;
const mostBars = 12;
const thickest = 30;
const valueGap = 8;

export function drawRanking(chart: RankingChart, paper: Paper): Picture {
  const { height, font, colours } = paper;
  const header = createHeader(chart.title, { unit: "" }, paper);
  const top = header.bottom + 10;
  const ranked = rankedBars(chart.bars);
  const room = height - edge - top;
  const rows = (rowHeight: number) =>
    Math.min(mostBars, Math.floor((room - (ranked.length * rowHeight > room ? lineHeight : 0)) / rowHeight));
  const widest = Math.max(0, ...ranked.slice(0, rows(besideRow)).map(({ name }) => font.width(name, textSize)));
  const above = widest > inner * nameShare && ranked.length <= rows(aboveRow);
  const shown = ranked.slice(0, rows(above ? aboveRow : besideRow));
  const more = ranked.length - shown.length;

  const values = shown.map(({ value }) => quantity(value ?? Number.NaN, chart.unit));
  const cutValues = values.map((value) => fitText(value, { width: inner / 4, size: textSize }, font));
  const valueWidth = Math.max(0, ...cutValues.map((value) => font.width(value, textSize)));
  const nameWidth = above ? inner - valueWidth - 20 : Math.min(widest, inner * nameShare);
  const names = fitNames(
    shown.map(({ name }) => name),
    { width: nameWidth, size: textSize },
    font,
  );
  const bottom = height - edge - (more > 0 ? lineHeight : 0);
  const rowHeight = Math.min((bottom - top) / Math.max(1, shown.length), above ? 76 : 56);
  // Names above: the bar stands in the lower half of its row.
  const shift = above ? lineHeight / 2 : 0;
  const plot: Box = {
    left: above ? edge : edge + nameWidth + 10,
    right: above ? width - edge : width - edge - valueWidth - valueGap,
    top: top + shift,
    bottom: top + shift + rowHeight * Math.max(1, shown.length),
  };
  const sizes = shown.map(({ value }) => (Number.isFinite(value) && Math.abs(value) <= 1e100 ? value : 0));
  const low = Math.min(0, ...sizes);
  const high = Math.max(0, ...sizes);
  const max = high === low ? 1 : high;
  const xOf = (value: number) => plot.left + ((value - low) / (max - low)) * (plot.right - plot.left);
  const barColour = (tone: "bad" | undefined) => (tone === "bad" ? colours.bad[0] : colours.named[0]) ?? "";
  return {
    plot,
    x: { type: "value", min: low, max },
    y: { type: "category", inverse: true, data: shown.map((_, index) => String(index)) },
    series: [
      {
        type: "bar",
        barWidth: Math.min(thickest, above ? rowHeight - lineHeight - 10 : rowHeight - 10),
        data: shown.map(({ tone }, index) => ({
          value: sizes[index] ?? 0,
          itemStyle: { color: barColour(tone), ...(tone === "bad" && { decal: stripes(colours) }) },
        })),
      },
    ],
    under: [],
    over: [
      ...header.marks,
      // Bars below their names begin at the edge: a line there would run through the names.
      ...(above && low === 0
        ? []
        : [
            {
              kind: "line" as const,
              from: [xOf(0), top] as const,
              to: [xOf(0), plot.bottom] as const,
              colour: colours.dim,
              thickness: 2,
            },
          ]),
      ...shown.flatMap((_, index): Mark[] => {
        const centre = plot.top + (index + 0.5) * rowHeight;
        const y = above ? centre - barOffset(rowHeight) : centre;
        const end = Math.max(xOf(sizes[index] ?? 0), xOf(0)) + valueGap;
        return [
          {
            kind: "text",
            x: above ? edge : plot.left - 10,
            y,
            text: names[index] ?? "",
            colour: colours.text,
            align: above ? "left" : "right",
          },
          {
            kind: "text",
            x: above ? width - edge : end,
            y,
            text: cutValues[index] ?? "",
            colour: colours.text,
            align: above ? "right" : "left",
          },
        ];
      }),
      ...(more > 0
        ? [
            {
              kind: "text" as const,
              x: edge,
              y: height - edge - lineHeight / 2 + 4,
              text: `and ${more} more`,
              colour: colours.dim,
            },
          ]
        : []),
      ...(shown.length === 0
        ? [{ kind: "text" as const, x: edge, y: top + lineHeight, text: "no data", colour: colours.dim }]
        : []),
    ],
  };
}

/** From a bar's middle up to the name above it. */
function barOffset(rowHeight: number): number {
  return Math.min(thickest, rowHeight - lineHeight - 10) / 2 + 14;
}
