/** Why a metric or a label may not be there, and what to set so that it is. `…` are sentences for people; values are those of Cilium's Helm chart. */

/** What shows that a part of Cilium is scraped at all: one of its metrics is always there. */
const families = [
  {
    prefix: "cilium_operator_",
    signs: ["cilium_operator_process_resident_memory_bytes", "cilium_operator_process_cpu_seconds_total"],
    why: "no Cilium operator in this time: set operator.prometheus.enabled=true in Cilium's Helm values and let Prometheus scrape port 9963",
  },
  {
    prefix: "cilium_",
    signs: ["cilium_version", "cilium_process_resident_memory_bytes"],
    why: "no Cilium agent in this time: set prometheus.enabled=true in Cilium's Helm values and let Prometheus scrape port 9962",
  },
  {
    prefix: "hubble_",
    signs: [
      "hubble_metrics_http_handler_requests_total",
      "hubble_lost_events_total",
      "hubble_flows_processed_total",
      "hubble_drop_total",
    ],
    why: "no Hubble metric in this time: list metrics in hubble.metrics.enabled in Cilium's Helm values and let Prometheus scrape port 9965",
  },
] as const;

export interface Family {
  readonly signs: readonly string[];
  /** Behind "Prometheus has". */
  readonly why: string;
}

/** The part of Cilium that exports a metric; undefined for others' metrics. */
export function familyOf(metric: string): Family | undefined {
  return families.find(({ prefix }) => metric.startsWith(prefix));
}

const off = "is off by default: in Cilium's Helm values, set prometheus.metrics";
const cloud = "exists only where Cilium manages addresses of a cloud (ENI, Azure, Alibaba Cloud)";
const l7 = "and only traffic that a policy sends through a proxy is seen there";

/** The first that fits; the rest of a sentence that begins with the metric's name. */
const metrics: readonly (readonly [beginning: RegExp, why: string])[] = [
  [/^cilium_bpf_syscall_/, `${off}='{+cilium_bpf_syscall_duration_seconds}'`],
  [/^cilium_kvstore_/, "is not there: the agents use no key-value store, as is usual (identities live in Kubernetes)"],
  [/^cilium_triggers_policy_/, "is not there: Cilium 1.17 took it away. Closest to it is metrics policy-apply-latency"],
  [/^cilium_operator_(ipam|ec2)_/, cloud],
  [
    /^hubble_http_/,
    `is not there: hubble.metrics.enabled has to list httpV2, ${l7} (a rule with http, or none has been seen so far)`,
  ],
  [
    /^hubble_dns_/,
    `is not there: hubble.metrics.enabled has to list dns, ${l7} (a rule with dns, or none has been seen so far)`,
  ],
  [/^hubble_drop_/, "is not there: hubble.metrics.enabled has to list drop, or nothing was dropped so far"],
  [/^hubble_flows_/, "is not there: hubble.metrics.enabled has to list flow"],
  [/^hubble_tcp_/, "is not there: hubble.metrics.enabled has to list tcp"],
  [/^hubble_icmp_/, "is not there: hubble.metrics.enabled has to list icmp, or there was no ICMP so far"],
  [/^hubble_port_/, "is not there: hubble.metrics.enabled has to list port-distribution"],
  [
    /^(node_namespace_pod_container|namespace_workload_pod):/,
    "is not there: it comes from the recording rules of kube-prometheus, which Prometheus has to load",
  ],
];

/** A sentence. */
export function whyNoMetric(metric: string): string {
  const whole = metric.replace(/_(bucket|sum|count)$/, "");
  const known = metrics.find(([beginning]) => beginning.test(metric));
  return `${whole} ${known?.[1] ?? others(whole)}.`;
}

function others(metric: string): string {
  const scraped = metric.startsWith("cilium_operator_") ? "operator is" : "agents are";
  return `is not there, though the ${scraped} scraped: nothing of it has happened yet, this version of Cilium does not have it, or prometheus.metrics in Cilium's Helm values takes it away (-${metric})`;
}

/** The option of Hubble's metrics that gives a label. */
const options: Readonly<Record<string, string>> = {
  source: "sourceContext=pod;destinationContext=pod",
  destination: "sourceContext=pod;destinationContext=pod",
  query: "query",
};
const ends = "source_namespace,source_workload,destination_namespace,destination_workload";
const handlers: readonly (readonly [beginning: string, handler: string])[] = [
  ["hubble_http_", "httpV2"],
  ["hubble_dns_", "dns"],
  ["hubble_drop_", "drop"],
  ["hubble_flows_", "flow"],
  ["hubble_tcp_", "tcp"],
  ["hubble_icmp_", "icmp"],
  ["hubble_port_", "port-distribution"],
];

/** A sentence. */
export function whyNoLabel(metric: string, label: string): string {
  const handler = handlers.find(([beginning]) => metric.startsWith(beginning))?.[1];
  const lacks = `${metric} has no ${label} label`;
  if (handler === undefined)
    return `${lacks}: this version of Cilium does not have it, or Prometheus is told to drop it.`;
  if (label === "status")
    return `${lacks}: hubble.metrics.enabled lists the old metric http; list httpV2 in its place.`;
  return `${lacks}: in Cilium's Helm values, hubble.metrics.enabled has to list ${handler}:${options[label] ?? `labelsContext=${ends}`}.`;
}
