/** From a catalogue's expression to PromQL. Pure text: what is put in is PromQL already. */
import type { Panel, Way } from "./panel.ts";

/** Matchers for each place in an expression, such as `k8s_app="cilium", pod=~"…"`; "" for none. */
export interface Scope {
  /** The agents' own metrics. */
  readonly agent: string;
  /** Hubble's and the operator's. */
  readonly pod: string;
  /** HTTP requests to the workload. */
  readonly to: string;
  /** Flows from the namespace, and what comes back to it. */
  readonly from: string;
  readonly back: string;
  /** Pods of the workload, in kube-prometheus' rules. */
  readonly owner: string;
  /** Everything of the cluster, where a Prometheus holds several. */
  readonly cluster: string;
}

export interface Rates {
  /** Milliseconds. */
  readonly scrapeMs: number;
  readonly stepMs: number;
}

const place = /\{\$(\w+)\}|\$(agent|pod|to|from|back|owner|cluster)(?:, )?|\[(\$rate|\d+[sm])\]/g;

export function fill(template: string, scope: Scope, rates: Rates): string {
  return template.replace(place, (whole, alone?: string, among?: string, window?: string) => {
    if (window !== undefined) return `[${windowText(window, rates)}]`;
    const matchers = scope[(alone ?? among) as keyof Scope];
    if (alone !== undefined) return matchers === "" ? "" : `{${matchers}}`;
    return matchers === "" ? "" : `${matchers}${whole.endsWith(", ") ? ", " : ""}`;
  });
}

/**
 * Grafana's `$__rate_interval`, and never less than was written: a rate needs two samples in its window, and a window shorter than the distance of two points
 * would leave out what lies between.
 */
function windowText(written: string, { scrapeMs, stepMs }: Rates): string {
  const unit = written.endsWith("m") ? 60_000 : 1_000;
  const least = written === "$rate" ? 0 : Number.parseInt(written, 10) * unit;
  const ms = Math.max(least, 4 * scrapeMs, stepMs + scrapeMs);
  return ms % 60_000 === 0 ? `${ms / 60_000}m` : `${Math.ceil(ms / 1_000)}s`;
}

/** The metrics that a way reads, each once. */
export function metricsOf(way: Way): string[] {
  const names = way.series.flatMap(({ promql }) =>
    [...promql.matchAll(/([a-z][\w:]*)\{/g)].map(([, name = ""]) => name),
  );
  return [...new Set(names)];
}

/** All that any way reads. */
export function metricsOfPanel(panel: Panel): string[] {
  return [...new Set(panel.ways.flatMap(metricsOf))];
}
