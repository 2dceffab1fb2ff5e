/** The thread that draws: one picture at a time, for as long as the painter keeps it. */
import { parentPort, workerData } from "node:worker_threads";
import type { ChartSpec } from "../message/chart.ts";
import { drawSvg } from "./draw.ts";
import { openFont } from "./font.ts";
import { width } from "./layout.ts";
import type { DrawingAnswer, DrawingOrder } from "./painter.ts";
import { provesFont, rasterise } from "./raster.ts";

const { fontFolder } = workerData as { readonly fontFolder: string | undefined };
// What fails here ends the thread, and the painter tells whoever waits.
const font = openFont(fontFolder);
provesFont(font);

parentPort?.on("message", ({ id, chart, look }: DrawingOrder) => {
  parentPort?.postMessage(draw(id, chart, look));
});

function draw(id: number, chart: string, look: DrawingOrder["look"]): DrawingAnswer {
  try {
    const height = (look.height / look.width) * width;
    const svg = drawSvg(JSON.parse(chart) as ChartSpec, { height, theme: look.theme }, font);
    return { id, png: rasterise(svg, look.width, font) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
