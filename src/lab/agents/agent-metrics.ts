import type { World } from "../world/world.ts";
import { clusterMetrics } from "./cluster-metrics.ts";
import { datapathMetrics } from "./datapath-metrics.ts";
import { byLabel, type Metric, plain, uptime } from "./metric.ts";
import { endpointCount, policyMetrics } from "./policy-metrics.ts";
import { processMetrics } from "./process-metrics.ts";

/** The port 9962 of a cilium-agent. Names, labels and reasons in words as the agent has them (pkg/metrics); values agree with the flows. */
export const agentMetrics: readonly Metric[] = [
  ...datapathMetrics,
  ...policyMetrics,
  ...clusterMetrics,
  {
    name: "cilium_version",
    type: "gauge",
    help: "Cilium version",
    series: ({ version }) => [{ labels: { version, revision: "lab", arch: "amd64" }, value: 1 }],
  },
  {
    name: "cilium_unreachable_nodes",
    type: "gauge",
    help: "Number of nodes that cannot be reached",
    series: plain(() => 0),
  },
  {
    name: "cilium_unreachable_health_endpoints",
    type: "gauge",
    help: "Number of health endpoints that cannot be reached",
    series: plain(() => 0),
  },
  {
    name: "cilium_nodes_all_num",
    type: "gauge",
    help: "Number of nodes managed",
    series: plain(({ world }) => world.nodes.length),
  },
  {
    name: "cilium_controllers_failing",
    type: "gauge",
    help: "Number of failing controllers",
    series: plain(() => 0),
  },
  {
    name: "cilium_controllers_runs_total",
    type: "counter",
    help: "Number of times that a controller process was run labeled by completion status",
    series: byLabel("status", (scene) => ({ failure: 0, success: Math.floor(uptime(scene) / 3) })),
  },
  {
    name: "cilium_errors_warnings_total",
    type: "counter",
    help: "Number of total errors in cilium-agent instances",
    series: () => [
      { labels: { level: "error", subsystem: "endpoint-manager" }, value: 0 },
      { labels: { level: "warning", subsystem: "k8s-client" }, value: 2 },
      { labels: { level: "warning", subsystem: "hubble" }, value: 1 },
    ],
  },
  {
    name: "cilium_ip_addresses",
    type: "gauge",
    help: "Number of allocated IP addresses",
    series: byLabel("family", (scene) => ({ ipv4: endpointCount(scene) })),
  },
  {
    name: "cilium_ipam_capacity",
    type: "gauge",
    help: "Total number of IPs in the IPAM pool labeled by family",
    series: byLabel("family", () => ({ ipv4: 254 })),
  },
  {
    name: "cilium_k8s_client_api_calls_total",
    type: "counter",
    help: "Number of API calls made to kube-apiserver labeled by host, method and return code",
    series: (scene) =>
      Object.entries({ GET: 20, PUT: 55, PATCH: 240 }).map(([method, everySeconds]) => ({
        labels: { host: `${controlPlane(scene.world)}:6443`, method, return_code: "200" },
        value: Math.floor(uptime(scene) / everySeconds),
      })),
  },
  ...processMetrics("cilium_", { cpu: 0.03, residentBytes: 210 * 2 ** 20, openFiles: 118 }),
];

function controlPlane(world: World): string {
  return world.nodes.find((node) => node.controlPlane)?.ip ?? "kubernetes";
}
