/** Answers as a Prometheus of a small cluster gives them, and those of one that cannot. */
import { askedAt, type Given, series } from "./asking.ts";

const nodes = ["k8s-ctr", "k8s-w1", "k8s-w2"];
const pods = ["cilium-7pmg2", "cilium-4hghz", "cilium-x9x6q"];
const at = (node: number) => ({ node: nodes[node] ?? "", pod: pods[node] ?? "" });
const maps = ["ct4_global", "ct_any4_global", "snat_v4_external", "ipcache_v2"];
const mapOps = 'avg by (pod, map_name, operation) (rate(cilium_bpf_map_ops_total{k8s_app="cilium"}[5m]))';
const memory = 'cilium_process_resident_memory_bytes{k8s_app="cilium"}';
const requests =
  'sum by (cluster, source_namespace, source_workload, status) (rate(hubble_http_requests_total{destination_namespace="default", destination_workload="deathstar", reporter="server"}[1m]))';

export const scenes: Readonly<
  Record<string, { readonly text: string; readonly given: Readonly<Record<string, Given>> }>
> = {
  "map ops": {
    text: "metrics map-ops",
    given: {
      "prod-eu": {
        series: [
          series({ ...at(1), map_name: "ct4_global", operation: "update" }, 15.2),
          series({ ...at(0), map_name: "ct4_global", operation: "update" }, 12.4),
          series({ ...at(2), map_name: "ct4_global", operation: "lookup" }, 8.1),
          series({ ...at(1), map_name: "ipcache_v2", operation: "update" }, 2.2),
          series({ ...at(0), map_name: "lxc", operation: "delete" }, 0.4),
        ],
        notes: [
          "A map with failed operations shows the mean of both outcomes; map-ops-max has the larger, map-ops-failed the failures.",
        ],
        queries: [`topk(5, ${mapOps})`],
      },
    },
  },
  "agent memory of yesterday": {
    text: "metrics agent/agent-memory --since 25h --until 24h --pod k8s-*",
    given: {
      "prod-eu": {
        series: ["min", "avg", "max"].map((as, step) =>
          series({}, (202 + step * 8) * 2 ** 20, { as, to: askedAt - 86_400_000 }),
        ),
        queries: ["min", "avg", "max"].map((name) => `${name}(${memory})`),
      },
    },
  },
  "map pressure with many series": {
    text: "metrics BPF map pressure",
    given: {
      "prod-eu": {
        series: maps.flatMap((name, nth) =>
          nodes.map((_, node) => series({ ...at(node), map_name: name }, 0.7 / 4 ** nth + node / 500)),
        ),
        folded: 12,
        notes: ["A map has a value only above its own threshold: policy maps from 10% on."],
        queries: ['max by (pod, map_name) (cilium_bpf_map_pressure{k8s_app="cilium"})'],
      },
    },
  },
  "requests to a workload": {
    text: "metrics requests-by-source --workload default/deathstar",
    given: {
      "prod-eu": {
        series: [
          series({ source_namespace: "default", source_workload: "tiefighter", status: "200" }, 0.13, { from: 40 }),
          series({ source_namespace: "default", source_workload: "tiefighter", status: "403" }, 0.08, { from: 40 }),
        ],
        queries: [requests],
      },
    },
  },
  "one number of two clusters": {
    text: "metrics workload-success --cluster '*'",
    given: {
      "prod-eu": { series: [series({}, 0.72)], queries: ["sum(a) / sum(b)"] },
      "prod-us": { failed: "Prometheus at http://prometheus:9090 could not be reached (ECONNREFUSED)." },
    },
  },
  "a label is missing": {
    text: "metrics denied-sources",
    given: {
      "prod-eu": {
        cannot:
          "hubble_drop_total has no source label: in Cilium's Helm values, hubble.metrics.enabled has to list drop:sourceContext=pod;destinationContext=pod.",
      },
    },
  },
  "a metric is off": {
    text: "metrics # system calls (max node)",
    given: {
      "prod-eu": {
        cannot:
          "cilium_bpf_syscall_duration_seconds is off by default: in Cilium's Helm values, set prometheus.metrics='{+cilium_bpf_syscall_duration_seconds}'.",
      },
    },
  },
  "Prometheus is down": {
    text: "metrics map-ops",
    given: { "prod-eu": { failed: "Prometheus at http://prometheus:9090 could not be reached (ECONNREFUSED)." } },
  },
  "nothing failed": {
    text: "metrics map-ops-failed --since 6h",
    given: {
      "prod-eu": {
        cannot: "No map operation failed in this time, and cilium_bpf_map_ops_total is there to tell.",
        quiet: true,
        queries: ['sum by (pod, map_name, operation) (rate(cilium_bpf_map_ops_total{outcome=~"fail(ure)?"}[5m])) > 0'],
      },
    },
  },
  "all names": { text: "metrics", given: {} },
  "one dashboard": { text: "metrics operator", given: {} },
  "a search": { text: "metrics drops", given: {} },
  "a mistyped name": { text: "metrics mapops", given: {} },
};
