import { renderLabels } from "./exposition.ts";
import type { Labels, Scene } from "./metric.ts";
import type { Target } from "./targets.ts";

/** What a scrape at some moment would have stored: every series with all its labels. */
interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface HistoryOptions {
  readonly targets: readonly Target[];
  readonly scene: (target: Target, at: number) => Scene;
  /** Epoch milliseconds, both inclusive where the step allows. */
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

/** The past as OpenMetrics text, one chunk per moment, for `promtool tsdb create-blocks-from openmetrics`; the last one is a moment before `to` or `to`. */
export function* renderHistory(options: HistoryOptions): Generator<string> {
  const { targets, scene, from, to, stepMs } = options;
  for (let at = to - Math.floor((to - from) / stepMs) * stepMs; at <= to; at += stepMs) {
    let text = "";
    for (const target of targets) {
      for (const { name, labels, value } of samples(target, scene(target, at))) {
        text += `${name}${renderLabels(labels)} ${value} ${at / 1000}\n`;
      }
    }
    yield text;
  }
  yield "# EOF\n";
}

/** A scrape's samples, and the five that Prometheus adds about the scrape itself. */
function* samples(target: Target, scene: Scene): Generator<Sample> {
  let count = 0;
  for (const metric of target.metrics) {
    for (const { suffix = "", labels, value } of metric.series(scene)) {
      count += 1;
      yield { name: `${metric.name}${suffix}`, labels: { ...labels, ...target.labels }, value };
    }
  }
  const about = {
    up: 1,
    scrape_duration_seconds: 0.003,
    scrape_samples_scraped: count,
    scrape_samples_post_metric_relabeling: count,
    scrape_series_added: 0,
  };
  for (const [name, value] of Object.entries(about)) yield { name, labels: target.labels, value };
}
