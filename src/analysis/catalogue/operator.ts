/** The Cilium operator's dashboard. Its panels on address management know only names that have changed since; both are tried. */
import { mean, only, type Panel, row, spread, type Way } from "./panel.ts";

const stale = "The dashboard knows this metric only by an old name.";

export const operator: readonly Panel[] = [
  ...row("operator", "Process", [
    {
      name: "operator-cpu",
      titles: ["CPU Usage per node"],
      question: "How much CPU does each operator use? 100% is one core.",
      unit: "ratio",
      chart: "lines",
      ways: only("sum by (pod) (rate(cilium_operator_process_cpu_seconds_total{$cluster}[1m]))"),
    },
    {
      name: "operator-memory",
      titles: ["Resident memory status"],
      question: "How much memory do the operators use?",
      unit: "bytes",
      chart: "lines",
      ways: [{ series: spread("cilium_operator_process_resident_memory_bytes{$cluster}") }],
    },
  ]),
  ...row("operator", "IPAM", [
    {
      name: "ipam-addresses",
      titles: ["IP Addresses"],
      question: "How many addresses of the cloud are used, free and missing?",
      unit: "addresses",
      chart: "lines",
      ways: only("avg by (type) (cilium_operator_ipam_ips{$cluster})"),
    },
    {
      name: "ipam-nodes",
      titles: ["Number of nodes"],
      question: "How many nodes have enough addresses, and how many not?",
      unit: "nodes",
      chart: "lines",
      ways: only("max by (category) (cilium_operator_ipam_nodes{$cluster})"),
    },
    {
      name: "ipam-interfaces",
      titles: ["# interfaces with addresses available"],
      question: "How many network interfaces have addresses left?",
      unit: "interfaces",
      chart: "lines",
      ways: [
        only("max(cilium_operator_ipam_available_interfaces{$cluster})", stale)[0],
        only("max(cilium_operator_ipam_available{$cluster})")[0],
      ],
    },
    {
      name: "ipam-api-latency",
      titles: ["EC2 API Interactions"],
      question: "How long does the cloud's API take?",
      unit: "seconds",
      chart: "lines",
      ways: [
        only(mean("cilium_operator_ipam_api_duration_seconds", "operation, response_code", "$cluster"), stale)[0],
        only(mean("cilium_operator_ec2_api_duration_seconds", "operation, response_code", "$cluster"))[0],
      ],
      quiet: "the cloud's API was not called",
    },
    {
      name: "ipam-api-waits",
      titles: ["EC2 client side rate limiting"],
      question: "How long does the operator hold its own calls to the cloud's API back?",
      unit: "seconds",
      chart: "lines",
      ways: [
        only(mean("cilium_operator_ipam_api_rate_limit_duration_seconds", "operation", "$cluster"), stale)[0],
        only(mean("cilium_operator_ec2_api_rate_limit_duration_seconds", "operation", "$cluster"))[0],
      ],
      quiet: "no call was held back",
    },
    {
      name: "ipam-resyncs",
      titles: ["Metadata Resync Operations"],
      question: "How often does the operator read the cloud's state anew?",
      unit: "resyncs/s",
      chart: "lines",
      ways: only("sum by (pod) (rate(cilium_operator_ipam_resync_total{$cluster}[1m]))"),
    },
    {
      name: "ipam-interface-creation",
      titles: ["Interface Creation"],
      question: "How often are network interfaces created, and does it fail?",
      unit: "interfaces/s",
      chart: "lines",
      ways: [creation("subnet_id", stale), creation("subnetId")],
      quiet: "no interface was created",
    },
  ]),
];

function creation(subnet: string, note?: string): Way {
  const metric = "cilium_operator_ipam_interface_creation_ops";
  return {
    series: [{ promql: `sum by (${subnet}, status) (rate(${metric}{$cluster}[1m]))` }],
    labels: { [metric]: [subnet] },
    ...(note !== undefined && { note }),
  };
}
