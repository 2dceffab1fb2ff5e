/** A chart as SVG, by ECharts without a browser. Only the drawing thread may load this: the library takes 80 ms to load and a picture 20 ms to draw. */
import { createRequire } from "node:module";
import type { EChartsOption } from "echarts";
import type { ChartSpec } from "../message/chart.ts";
import type { Font } from "./font.ts";
import { highest, type Mark, textSize, width } from "./layout.ts";
import { drawMap } from "./map/draw-map.ts";
import type { Paper, Picture } from "./picture.ts";
import { drawRanking } from "./ranking-chart.ts";
import { type Theme, themes } from "./theme.ts";
import { drawTimeChart } from "./time-chart.ts";

// The package's CommonJS form is one file, its module form six hundred: 80 ms against 380.
const echarts = createRequire(import.meta.url)("echarts") as typeof import("echarts");

export interface Shape {
  /** Height in units of which the width has 800; a map is as high as it needs to be. */
  readonly height: number;
  readonly theme: Theme;
}

export function drawSvg(chart: ChartSpec, { height, theme }: Shape, font: Font): string {
  if (chart.kind === "map") return drawMap(chart, { font, colours: themes[theme], mostHeight: highest });
  const paper: Paper = { height, font, colours: themes[theme] };
  const picture = chart.kind === "ranking" ? drawRanking(chart, paper) : drawTimeChart(chart, paper);
  const instance = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    instance.setOption(optionOf(picture, paper));
    return instance.renderToSVGString();
  } finally {
    // A chart that is not disposed of keeps the thread alive.
    instance.dispose();
  }
}

function optionOf({ plot, x, y, series, under, over }: Picture, { height, colours, font }: Paper): EChartsOption {
  return {
    animation: false,
    backgroundColor: colours.background,
    grid: {
      left: plot.left,
      right: width - plot.right,
      top: plot.top,
      bottom: height - plot.bottom,
      outerBoundsMode: "none",
    },
    // The clock below is drawn by us: an axis that makes room for half a bar would tell another time.
    xAxis: { ...x, show: false, containShape: false } as EChartsOption["xAxis"] & object,
    yAxis: { ...y, show: false } as EChartsOption["yAxis"] & object,
    series: series.map((one) => ({ ...one, silent: true })),
    graphic: [
      ...under.map((mark) => element(mark, 0, font.family)),
      ...over.map((mark) => element(mark, 20, font.family)),
    ],
  };
}

function element(mark: Mark, z: number, family: string) {
  const common = { z, silent: true };
  switch (mark.kind) {
    case "text": {
      const { text, x, y, colour, align = "left", size = textSize, bold = false, rim } = mark;
      // One by one: the rasteriser does not read the short form `font: 20px …`, and would write at its own size.
      const face = { fontSize: size, fontFamily: family, ...(bold && { fontWeight: "bold" as const }) };
      const around = rim === undefined ? {} : { stroke: rim, lineWidth: 5 };
      const place = { textAlign: align, textVerticalAlign: "middle" as const };
      return { type: "text" as const, x, y, style: { text, fill: colour, ...face, ...place, ...around }, ...common };
    }
    case "line": {
      const [[x1, y1], [x2, y2]] = [mark.from, mark.to];
      const { colour, thickness, dash } = mark;
      const style = { stroke: colour, lineWidth: thickness, ...(dash && { lineDash: [...dash] }) };
      return { type: "line" as const, shape: { x1, y1, x2, y2 }, style, ...common };
    }
    case "box": {
      const { left, top, right, bottom } = mark.box;
      const shape = { x: left, y: top, width: right - left, height: bottom - top };
      return { type: "rect" as const, shape, style: { fill: mark.colour }, ...common };
    }
  }
}
