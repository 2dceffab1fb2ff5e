/** The Cilium agent's dashboard: packets, connection tracking, addresses and nodes. */
import { type Expression, only, type Panel, type PanelData, quantiles, row, spread } from "./panel.ts";

const ago = "The panel left the dashboard with Cilium 1.18.";

const unreachable: readonly Expression[] = [
  { as: "nodes", promql: "sum by (pod) (cilium_unreachable_nodes{$agent})" },
  { as: "health endpoints", promql: "sum by (pod) (cilium_unreachable_health_endpoints{$agent})" },
];

export const agentNetwork: readonly Panel[] = [
  ...row("agent", "Network", [
    {
      name: "forwarded-packets",
      titles: ["Forwarded Packets"],
      question: "How many packets do the nodes forward?",
      unit: "packets/s",
      chart: "lines",
      ways: only("sum by (pod, direction) (rate(cilium_forward_count_total{$agent}[1m]))"),
    },
    {
      name: "forwarded-traffic",
      titles: ["Forwarded Traffic"],
      question: "How much traffic do the nodes forward?",
      unit: "bits/s",
      chart: "lines",
      ways: only("sum by (pod, direction) (rate(cilium_forward_bytes_total{$agent}[1m])) * 8"),
    },
    dropped("EGRESS", "packets", ["Dropped Egress Packets"]),
    dropped("EGRESS", "traffic", ["Dropped Egress Traffic"]),
    dropped("INGRESS", "packets", ["Cilium drops Ingress"], ago),
    dropped("INGRESS", "traffic", ["Dropped Ingress Traffic"], ago),
    {
      name: "drops-by-reason",
      titles: [],
      question: "Why do the nodes drop packets, in both directions together?",
      unit: "packets/s",
      chart: "areas",
      // With what is 0: that it was measured.
      ways: only("sum by (reason) (rate(cilium_drop_count_total{$agent}[1m]))"),
      quiet: "nothing was ever dropped",
    },
    conntrack("ipv4", "TCP"),
    conntrack("ipv6", "TCP"),
    conntrack("ipv4", "non-TCP"),
    conntrack("ipv6", "non-TCP"),
    {
      name: "conntrack-dump-resets",
      titles: ["Datapath Conntrack Dump Resets"],
      question: "How often must reading the connection table start over?",
      unit: "resets/min",
      chart: "lines",
      ways: only(
        "sum by (pod, area, family, name) (rate(cilium_datapath_conntrack_dump_resets_total{$agent}[5m])) * 60",
        "The dashboard shows the bare counter; this is how fast it grows.",
      ),
      quiet: "reading the connection table never had to start over",
    },
    {
      name: "ip-addresses",
      titles: ["Allocated Addresses"],
      question: "How many IP addresses has each node given to pods?",
      unit: "addresses",
      chart: "lines",
      ways: only("sum by (pod, family) (cilium_ip_addresses{$agent})"),
    },
    {
      name: "service-updates",
      titles: ["Service Updates"],
      question: "How often do services change?",
      unit: "updates/s",
      chart: "lines",
      ways: only("sum by (pod, action) (rate(cilium_services_events_total{$agent}[1m]))"),
      quiet: "no service changed",
    },
  ]),
  ...row("agent", "Nodes", [
    {
      name: "unreachable-nodes",
      titles: ["Connectivity Health"],
      question: "How many nodes and health endpoints can an agent not reach?",
      unit: "unreachable",
      chart: "lines",
      ways: [
        {
          series: [
            ...unreachable,
            {
              as: "agents that cannot reach",
              promql: 'sum by (target_node_name) (cilium_node_connectivity_status{$agent, type="node"} == bool 0) > 0',
            },
          ],
          labels: { cilium_node_connectivity_status: ["target_node_name"] },
          note: "Which nodes are not reached is from cilium_node_connectivity_status, which Cilium 1.18 left out.",
        },
        { series: unreachable },
      ],
    },
    {
      name: "node-connectivity",
      titles: [],
      question: "How many nodes and health endpoints do the agents reach, and how many not?",
      unit: "paths",
      chart: "lines",
      ways: [
        only("sum by (type, status) (cilium_node_health_connectivity_status{$agent})")[0],
        {
          series: [
            { as: "reachable", promql: "sum by (type) (cilium_node_connectivity_status{$agent} == bool 1)" },
            { as: "not reachable", promql: "sum by (type) (cilium_node_connectivity_status{$agent} != bool 1)" },
          ],
          note: "From cilium_node_connectivity_status, which Cilium 1.18 replaced by cilium_node_health_connectivity_status.",
        },
      ],
    },
    {
      name: "node-latency",
      titles: [],
      question: "How long do the agents' probes of other nodes take?",
      unit: "seconds",
      chart: "lines",
      ways: [
        {
          series: quantiles(
            "sum by (type, protocol, le) (rate(cilium_node_health_connectivity_latency_seconds_bucket{$agent}[5m]))",
            [0.5, 0.99],
          ),
        },
        {
          series: [
            { as: "avg", promql: "avg by (type, protocol) (cilium_node_connectivity_latency_seconds{$agent})" },
            { as: "max", promql: "max by (type, protocol) (cilium_node_connectivity_latency_seconds{$agent})" },
          ],
          note: "From cilium_node_connectivity_latency_seconds, which Cilium 1.18 replaced by cilium_node_health_connectivity_latency_seconds.",
        },
      ],
      quiet: "no other node was probed",
    },
    {
      name: "nodes",
      titles: ["Nodes"],
      question: "How many nodes do the agents know? All of them should know the same number.",
      unit: "nodes",
      chart: "lines",
      ways: [{ series: spread("cilium_nodes_all_num{$agent}") }],
    },
    {
      name: "node-events",
      titles: ["Node Events"],
      question: "How often do nodes come, change and go?",
      unit: "events/min",
      chart: "lines",
      ways: only("sum by (pod, event_type, source) (rate(cilium_nodes_all_events_received_total{$agent}[1m])) * 60"),
      quiet: "no node came, changed or went",
    },
  ]),
];

function dropped(direction: string, what: "packets" | "traffic", titles: readonly string[], note?: string): PanelData {
  const [metric, times] = what === "packets" ? ["cilium_drop_count_total", ""] : ["cilium_drop_bytes_total", " * 8"];
  const where = direction.toLowerCase();
  return {
    name: `dropped-${where}-${what}`,
    titles,
    question: `Why and how ${what === "packets" ? "many packets" : "much traffic"} do the nodes drop on ${where}?`,
    unit: what === "packets" ? "packets/s" : "bits/s",
    chart: "areas",
    ways: only(`sum by (reason) (rate(${metric}{$agent, direction="${direction}"}[1m]))${times} > 0`, note),
    quiet: `nothing was dropped on ${where}`,
  };
}

function conntrack(family: "ipv4" | "ipv6", protocol: "TCP" | "non-TCP"): PanelData {
  const entries = (status: string) =>
    `cilium_datapath_conntrack_gc_entries{$agent, status="${status}", family="${family}", protocol="${protocol}"}`;
  const shown = family === "ipv4" ? "IPv4" : "IPv6";
  return {
    name: `conntrack-${protocol === "TCP" ? "tcp" : "other"}-${family}`,
    titles: [`${shown} Conntrack ${protocol === "TCP" ? "TCP" : "Non-TCP"}`],
    question: `How many ${shown} connections${protocol === "TCP" ? " over TCP" : ", TCP aside,"} did the last clean-up of the table keep and delete?`,
    unit: "entries",
    chart: "lines",
    ways: [
      {
        series: [
          ...spread(entries("alive")).map((one) => ({ ...one, as: `kept, ${one.as}` })),
          ...spread(entries("deleted"), ["avg", "max"]).map((one) => ({ ...one, as: `deleted, ${one.as}` })),
        ],
      },
    ],
    quiet: `no ${shown} connection table was cleaned up`,
  };
}
