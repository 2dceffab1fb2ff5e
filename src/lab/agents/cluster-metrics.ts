import { around, type Metric, plain, type Scene, type Series, uptime } from "./metric.ts";

/** What Kubernetes tells an agent of, how often, and what becomes of it: seconds between two of them. */
const events: readonly (readonly [scope: string, action: string, everySeconds: number])[] = [
  ["CiliumEndpoint", "update", 40],
  ["CiliumNode", "update", 60],
  ["CiliumNetworkPolicy", "update", 900],
  ["EndpointSlice", "update", 120],
  ["Namespace", "update", 1_800],
  ["Node", "update", 300],
  ["Pod", "update", 75],
  ["Service", "update", 600],
];
/** Cilium's own default. */
const cluster = "default";

/** What an agent knows of its cluster, and the tables that it keeps for that. */
export const clusterMetrics: readonly Metric[] = [
  {
    name: "cilium_bpf_maps_virtual_memory_max_bytes",
    type: "gauge",
    help: "BPF maps' maximum memory on the node in bytes",
    series: plain(() => 391_118_848),
  },
  {
    name: "cilium_bpf_progs_virtual_memory_max_bytes",
    type: "gauge",
    help: "BPF programs' maximum memory on the node in bytes",
    series: plain(() => 9_428_992),
  },
  {
    name: "cilium_datapath_conntrack_gc_entries",
    type: "gauge",
    help: "Entries of the connection table at the end of its last garbage collection",
    series: (scene) => [...connections(scene, "TCP", 2_750), ...connections(scene, "non-TCP", 780)],
  },
  {
    name: "cilium_nodes_all_events_received_total",
    type: "counter",
    help: "Events about nodes that were received",
    series: (scene) => [
      { labels: { event_type: "add", source: "custom-resource" }, value: scene.world.nodes.length - 1 },
      { labels: { event_type: "update", source: "custom-resource" }, value: Math.floor(uptime(scene) / 60) },
    ],
  },
  {
    name: "cilium_services_events_total",
    type: "counter",
    help: "Events about services by action",
    series: (scene) => [
      { labels: { action: "add" }, value: 9 },
      { labels: { action: "update" }, value: Math.floor(uptime(scene) / 120) },
    ],
  },
  {
    name: "cilium_kubernetes_events_total",
    type: "counter",
    help: "Events from Kubernetes that were processed, by scope, action and result",
    series: (scene) =>
      events.map(([scope, action, seconds]) => ({
        labels: { scope, action, status: "success" },
        value: Math.floor(uptime(scene) / seconds),
      })),
  },
  {
    name: "cilium_kubernetes_events_received_total",
    type: "counter",
    help: "Events from Kubernetes that were received, and whether they were valid and changed anything",
    series: (scene) =>
      events.flatMap(([scope, action, seconds]) =>
        ["true", "false"].map((equal) => ({
          labels: { scope, action, valid: "true", equal },
          value: Math.floor(uptime(scene) / (equal === "true" ? 3 * seconds : seconds)),
        })),
      ),
  },
  {
    name: "cilium_node_connectivity_status",
    type: "gauge",
    help: "Whether another node answered the last probes",
    series: (scene) => (isBefore118(scene) ? paths(scene) : []),
  },
  {
    name: "cilium_node_health_connectivity_status",
    type: "gauge",
    help: "Number of nodes and health endpoints by the result of the last probes",
    series: (scene) => (isBefore118(scene) ? [] : results(scene)),
  },
];

function connections(scene: Scene, protocol: string, alive: number): Series[] {
  const of = (status: string, base: number) => ({
    labels: { family: "ipv4", protocol, status },
    value: Math.round(around(base, 0.3, scene)),
  });
  return [of("alive", alive), of("deleted", alive / 12)];
}

/** One for each other node, and one for its health endpoint. */
function paths({ world, node }: Scene): Series[] {
  return world.nodes
    .filter(({ name }) => name !== node.name)
    .flatMap(({ name }) =>
      ["endpoint", "node"].map((type) => ({
        labels: {
          source_cluster: cluster,
          source_node_name: node.name,
          target_cluster: cluster,
          target_node_name: name,
          target_node_type: "remote_intra_cluster",
          type,
        },
        value: 1,
      })),
    );
}

function results({ world, node }: Scene): Series[] {
  return ["endpoint", "node"].flatMap((type) =>
    ["reachable", "unreachable"].map((status) => ({
      labels: { source_cluster: cluster, source_node_name: node.name, type, status },
      value: status === "reachable" ? world.nodes.length - 1 : 0,
    })),
  );
}

function isBefore118({ version }: Scene): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major === 1 && minor < 18;
}
