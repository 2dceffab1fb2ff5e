/** What a chart becomes before the library draws it: series on bare axes, and every word, rule and swatch at its place. */
import type { BarSeriesOption, LineSeriesOption, XAXisComponentOption, YAXisComponentOption } from "echarts";
import type { Font } from "./font.ts";
import type { Box, Mark } from "./layout.ts";
import type { Colours } from "./theme.ts";

export interface Paper {
  /** The width is always 800. */
  readonly height: number;
  readonly font: Font;
  readonly colours: Colours;
}

export type Drawn = LineSeriesOption | BarSeriesOption;

export interface Picture {
  readonly plot: Box;
  readonly x: XAXisComponentOption;
  readonly y: YAXisComponentOption;
  readonly series: readonly Drawn[];
  readonly under: readonly Mark[];
  readonly over: readonly Mark[];
}

/** Stripes in the background's colour: what is bad looks different without any colour. */
export function stripes(colours: Colours) {
  return {
    symbol: "rect",
    color: colours.background,
    // Narrower tiles are less than a pixel in a small picture, and not drawn at all.
    dashArrayX: [8, 0] as number[],
    dashArrayY: [2, 6] as number[],
    rotation: -Math.PI / 4,
  };
}
