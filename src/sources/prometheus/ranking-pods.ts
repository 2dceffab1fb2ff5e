/** Which agents are meant, and on which node each runs: the write-ups' variable `$pod`, which is label_values(cilium_version, pod). */
import { fitsGlob } from "../../analysis/glob.ts";
import type { Window } from "../../analysis/select.ts";
import { duration, oneOf, textLiteral } from "./promql.ts";
import type { Labels } from "./result.ts";
import type { MetricTools } from "./tools.ts";

export type ChosenPods =
  /** Null: all of them. */
  { readonly ok: true; readonly matcher: string | null } | { readonly ok: false; readonly say: string };

const shownNames = 5;

/** `pattern`: a pod's name or its node's, `*` stands for anything. What it means is decided here: no pattern of a stranger reaches Prometheus. */
export async function choosePods(
  pattern: string | undefined,
  base: readonly string[],
  window: Window,
  tools: MetricTools,
): Promise<ChosenPods> {
  if (pattern === undefined) return { ok: true, matcher: null };
  const version = base.length === 0 ? "cilium_version" : `cilium_version{${base.join(", ")}}`;
  const pods = await tools.discovery.values(version, "pod", window);
  if (pods.length === 0)
    return {
      ok: false,
      say: "The agents' metrics have no pod label here, so single agents cannot be told apart: leave out --pod.",
    };
  const nodes = await nodesOf(pods, window, tools);
  const chosen = pods.filter((pod) => fitsGlob(pattern, pod) || fitsGlob(pattern, nodes.get(pod) ?? ""));
  if (chosen.length > 0) return { ok: true, matcher: `pod=~${textLiteral(oneOf(chosen))}` };
  const names = pods.slice(0, shownNames).map((pod) => (nodes.has(pod) ? `${pod} (${nodes.get(pod)})` : pod));
  const more = pods.length > names.length ? ` and ${pods.length - names.length} more` : "";
  return { ok: false, say: `No agent's pod fits ${pattern}. There are ${names.join(", ")}${more}.` };
}

/**
 * Pod → node, as far as any metric tells: Hubble's by the chart's ServiceMonitor, kube-state-metrics', the agents' own by theirs. A pod that ran on several
 * nodes has none.
 */
export async function nodesOf(
  pods: readonly string[],
  window: Window,
  tools: MetricTools,
): Promise<ReadonlyMap<string, string>> {
  if (pods.length === 0) return new Map();
  const matchers = `__name__=~"cilium_version|hubble_lost_events_total|kube_pod_info", pod=~${textLiteral(oneOf(pods))}, node!=""`;
  const range = duration(window.to - window.from);
  const found = await tools.instant(`count by (pod, node) (last_over_time({${matchers}}[${range}]))`, window.to);
  const nodes = new Map<string, string | null>();
  for (const { labels } of found.type === "vector" ? found.series : []) {
    const { pod = "", node = "" } = labels;
    nodes.set(pod, nodes.has(pod) && nodes.get(pod) !== node ? null : node);
  }
  return new Map([...nodes].flatMap(([pod, node]) => (node === null ? [] : [[pod, node] as const])));
}

/** Adds `node` where it is known and not there yet. */
export function withNode(
  labels: Readonly<Record<string, string>>,
  nodes: ReadonlyMap<string, string>,
): Record<string, string> {
  const { node: own = "", pod = "" }: Labels = labels;
  const node = own === "" ? nodes.get(pod) : own;
  return node === undefined ? { ...labels } : { ...labels, node };
}

/** Pods that these series name. */
export function podsIn(series: readonly { readonly labels: Labels }[]): string[] {
  return [...new Set(series.flatMap(({ labels }) => (labels["pod"] ? [labels["pod"]] : [])))];
}
