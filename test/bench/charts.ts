/** The picture that people ask for most, from a cold start and then again and again, beside the rasteriser alone; and what a thousand of them leave behind. */
import { Resvg } from "@resvg/resvg-js";
import { drawSvg } from "../../src/charts/draw.ts";
import { openFont } from "../../src/charts/font.ts";
import { createPainter } from "../../src/charts/painter.ts";
import type { TimeChart } from "../../src/message/chart.ts";
import { quantile } from "../support/quantile.ts";
import type { Row } from "./row.ts";

const from = Date.UTC(2026, 10, 21, 10);
const stepMs = 30_000;
const warmUp = 30;
const measured = 200;
const many = 1_000;
const chunk = 20;

export async function benchCharts(): Promise<Row[]> {
  const cold: number[] = [];
  for (let n = 0; n < 5; n++) {
    const painter = createPainter();
    cold.push(await timed(() => painter.paint(chart(n))));
    await painter.close();
  }
  const painter = createPainter();
  try {
    for (let n = 0; n < warmUp; n++) await painter.paint(chart(n));
    const warm: number[] = [];
    const lags = await lagsDuring(async () => {
      for (let n = 0; n < measured; n++) warm.push(await timed(() => painter.paint(chart(n))));
    });
    const before = residentMb();
    for (let done = 0; done < many; done += chunk) {
      await Promise.all(Array.from({ length: chunk }, (_, n) => painter.paint(chart(done + n))));
    }
    const growth = residentMb() - before;
    const floor = rasteriserAlone();
    return [
      { name: "top-5 line chart 800×400, thread not started", value: quantile(cold, 50), unit: "ms" },
      {
        name: "top-5 line chart, p50",
        value: quantile(warm, 50),
        unit: "ms",
        floor: quantile(floor, 50),
        goal: "< 40",
      },
      { name: "top-5 line chart, p95", value: quantile(warm, 95), unit: "ms", floor: quantile(floor, 95) },
      { name: "event loop held up while drawing, longest", value: Math.max(...lags), unit: "ms", goal: "< 100" },
      { name: "resident memory after 1,000 more charts", value: growth, unit: "MB more", goal: "< 50" },
    ];
  } finally {
    await painter.close();
  }
}

/** No two the same, as no two questions are. */
function chart(salt: number): TimeChart {
  return {
    kind: "lines",
    title: "Map operations, top 5 of all pods",
    unit: "ops/s",
    window: { from, to: from + 119 * stepMs },
    stepMs,
    zone: "Asia/Seoul",
    series: Array.from({ length: 5 }, (_, n) => ({
      name: `cilium-7xk2p cilium_ct4_global_${n} update`,
      points: Array.from({ length: 120 }, (_, k) => [
        from + k * stepMs,
        400 - 60 * n + 50 * Math.sin(k / 9 + n + salt) + ((k * 7919 + salt * 31) % 23),
      ]),
    })),
  };
}

/** The floor: a drawing that is already there, made into a PNG on this thread. */
function rasteriserAlone(): number[] {
  const font = openFont();
  const svg = drawSvg(chart(0), { height: 400, theme: "light" }, font);
  const options = { loadSystemFonts: false, fontFiles: [...font.files], defaultFontFamily: font.family };
  return Array.from({ length: measured }, () => {
    const start = performance.now();
    new Resvg(svg, { font: options }).render().asPng();
    return performance.now() - start;
  }).slice(warmUp);
}

async function lagsDuring(work: () => Promise<void>): Promise<number[]> {
  const every = 5;
  const lags = [0];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    lags.push(now - last - every);
    last = now;
  }, every);
  await work();
  clearInterval(timer);
  return lags;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const residentMb = () => process.memoryUsage().rss / 2 ** 20;
