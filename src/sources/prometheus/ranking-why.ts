/** Why a metric has no sample in a window: a sentence that says what to set, or what to type. */
import type { Window } from "../../analysis/select.ts";
import { rfc3339 } from "../../analysis/time.ts";
import { numberOf } from "./promql.ts";
import type { MetricTools } from "./tools.ts";

/** Hubble's handlers, as hubble.metrics.enabled names them. */
const handlers: Readonly<Record<string, string>> = {
  hubble_drop_total: "drop",
  hubble_flows_processed_total: "flow",
  hubble_port_distribution_total: "port-distribution",
};

const dayMs = 86_400_000;

/** `narrowed`: only some of the metric's series are meant. */
export async function whyNothing(
  metric: string,
  narrowed: boolean,
  window: Window,
  tools: MetricTools,
): Promise<string> {
  const now = Math.max(window.to, Date.now());
  const wide = { from: window.from - dayMs, to: now };
  const found = await tools.discovery.metrics(
    [metric, "cilium_version", "cilium_endpoint", "hubble_lost_events_total"],
    wide,
  );
  if (!found.has(metric)) return switchedOff(metric, found);
  const [earlier, later] = await Promise.all([
    tools.instant(`count(last_over_time(${metric}[1d]))`, window.from),
    tools.instant(`count(last_over_time(${metric}[5m]))`, now),
  ]);
  const between = `between ${rfc3339(seconds(window.from))} and ${rfc3339(seconds(window.to))}`;
  if (numberOf(later) > 0 && numberOf(earlier) === 0 && now - window.to > 60_000)
    return `Prometheus has ${metric} now, but nothing of it ${between}: that is older than what it keeps (--storage.tsdb.retention.time), or than its first scrape. Type a later --since.`;
  if (numberOf(earlier) > 0 && numberOf(later) === 0)
    return `Prometheus has no ${metric} any more: the newest samples are older than ${rfc3339(seconds(window.from))}. Check that it still scrapes ${portOf(metric)} (Status, Targets).`;
  if (narrowed) return `${metric} has no samples of what was asked for ${between}.`;
  return `${metric} has no samples ${between}: Prometheus did not scrape ${portOf(metric)} then.`;
}

function switchedOff(metric: string, found: ReadonlySet<string>): string {
  const handler = handlers[metric];
  if (handler !== undefined)
    return found.has("hubble_lost_events_total")
      ? `Prometheus has no ${metric}: in Cilium's Helm values, list ${handler} in hubble.metrics.enabled.`
      : `Prometheus has no Hubble metrics: in Cilium's Helm values, list ${handler} in hubble.metrics.enabled, and let Prometheus scrape ${portOf(metric)}.`;
  return found.has("cilium_version") || found.has("cilium_endpoint")
    ? `Prometheus has no ${metric}, though it scrapes the agents: remove -${metric} from prometheus.metrics in Cilium's Helm values.`
    : `Prometheus has no Cilium agent: set prometheus.enabled=true in Cilium's Helm values and let Prometheus scrape ${portOf(metric)}.`;
}

function portOf(metric: string): string {
  return metric.startsWith("hubble_") ? "Hubble's port 9965" : "the agents' port 9962";
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}
