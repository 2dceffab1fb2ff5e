import type { Labels, Metric, Scene } from "./metric.ts";

/** What an exporter answers to a scrape: Prometheus' text format 0.0.4. https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function renderExposition(metrics: readonly Metric[], scene: Scene): string {
  let text = "";
  for (const metric of metrics) {
    text += `# HELP ${metric.name} ${metric.help}\n# TYPE ${metric.name} ${metric.type}\n`;
    for (const { suffix = "", labels, value } of metric.series(scene)) {
      text += `${metric.name}${suffix}${renderLabels(labels)} ${value}\n`;
    }
  }
  return text;
}

/** `{a="b"}`, or nothing when there are no labels. */
export function renderLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeValue(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
