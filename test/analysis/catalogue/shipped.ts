/** The titles of the panels that Cilium ships (1.19), and of those that it shipped until 1.17, text panels left out; a title that stands twice is two panels. */
import type { Dashboard } from "../../../src/analysis/catalogue/panel.ts";

export const shipped: Readonly<Record<Dashboard, readonly string[]>> = {
  agent: [
    ...["Errors & Warnings", "CPU Usage per node", "Virtual Memory Bytes", "Resident memory status"],
    ...["Open file descriptors", "System-wide BPF memory usage", "BPF map pressure"],
    ...["API call latency (average node)", "API call latency (max node)", "# API calls (average node)"],
    ...["# API calls (max node)", "API return codes (average node)", "API return codes (sum all nodes)"],
    ...["# system calls (average node)", "# system calls (max node)", "system call latency (avg node)"],
    ...["system call latency (max node)", "map ops (average node)", "map ops (max node)", "map ops (sum failures)"],
    ...["# operations (sum all nodes)", "# operations (max node)", "latency (average node)", "latency (max node)"],
    ...["Events received (average node)", "Forwarded Packets", "Forwarded Traffic", "IPv4 Conntrack TCP"],
    ...["IPv6 Conntrack TCP", "IPv4 Conntrack Non-TCP", "IPv6 Conntrack Non-TCP", "Allocated Addresses"],
    ...["Datapath Conntrack Dump Resets", "Service Updates", "Connectivity Health", "Dropped Egress Packets"],
    ...["Node Events", "Dropped Egress Traffic", "Nodes", "L7 forwarded request", "DNS proxy request latency"],
    ...["Policy Denies: L3/L4", "Policy Denies: L7", "Policy Identity Update Latency", "Policy Apply Latency"],
    ...["Endpoints policy enforcement status", "Proxy Redirects", "Policy Calculation Time", "Policies Per Node"],
    ...["Endpoint regeneration time (90th percentile)", "Endpoint regeneration time (99th percentile)"],
    ...["Endpoint regenerations", "Cilium endpoint state", "Controllers", "Controller Durations"],
    ...["apiserver latency (average node)", "apiserver latency (max node)", "apiserver #calls (sum all nodes)"],
    ...["apiserver calls (sum all nodes)", "Valid, Unnecessary K8s Events Received"],
    ...["Invalid, Unnecessary K8s Events Received", "Valid, Necessary K8s Events Received"],
    ...["Invalid, Necessary K8s Events Received", "CiliumNetworkPolicy Events", "NetworkPolicy Events", "Pod Events"],
    ...["Node Events", "Service Events", "Endpoints Events", "Namespace Events"],
  ],
  operator: [
    ...["CPU Usage per node", "Resident memory status", "IP Addresses", "EC2 API Interactions", "Number of nodes"],
    ...["# interfaces with addresses available", "Metadata Resync Operations", "EC2 client side rate limiting"],
    "Interface Creation",
  ],
  hubble: [
    ...["Flows processed Per Node", "Flows Types", "L7 Flow Distribution", "Trace Flow Distribution"],
    ...["Forwarded vs Dropped", "Drop Reason", "Protocol Usage", "Top 10 Port Distribution", "TCPv4"],
    ...["Missing TCPv4 SYN-ACKs", "TCPv6", "Missing TCPv6 SYN-ACKs", "ICMPv4", "Missing ICMPv4 Echo-Reply", "ICMPv6"],
    ...["Missing ICMPv6 Echo-Reply", "Denies by Reason", "Denied Packets by Protocol"],
    ...["Top 10 Source Pods with Denied Packets", "Top 10 Destination Pods with Denied Packets", "HTTP Requests"],
    ...["HTTP responses", "HTTP Request/Response Latency (p50)", "HTTP Request/Response Latency (p99)"],
    ...["HTTP Protocol Usage", "DNS Requests", "DNS responses", "Missing DNS Responses", "DNS Response Record Type"],
    ...["DNS Response IPs Returned", "DNS Errors", "Pods with DNS errors", "Top 10 DNS Queries per minute"],
  ],
  "hubble-http": [
    ...["Incoming Request Volume", "Incoming Request Success Rate (non-5xx responses)", "Request Duration"],
    "Incoming Requests by Source and Response Code",
    "Incoming Request Success Rate (non-5xx responses) By Source",
    ...["HTTP Request Duration by Source", "CPU Usage by Source"],
    "Incoming Requests by Destination and Response Code",
    "Incoming Request Success Rate (non-5xx responses) By Destination",
    ...["HTTP Request Duration by Destination", "CPU Usage by Destination"],
  ],
  "hubble-dns": ["DNS queries", "Top 10 DNS queries", "Missing DNS responses", "DNS errors"],
  "hubble-network": [
    ...["Flows processed by type", "Flows processed by verdict", "Top 10 sources", "Top 10 destinations"],
    ...["Missing TCP SYN-ACKs", "Missing ICMP Echo Replys"],
    ...["Network Policy drops by source", "Network Policy drops by destination"],
  ],
};

/** Panels of the agent's dashboard that left it with 1.18. */
export const retired = [
  ...["Cilium drops Ingress", "Dropped Ingress Traffic", "Proxy response time (Avg)", "Proxy response time (Max)"],
  ...["Policy Trigger Duration", "Policy Trigger Runs", "DNS proxy requests", "Policy Revision"],
] as const;

/** Panels whose two numbers have different units, and are an entry each. */
export const divided = ["Controllers", "Policies Per Node"];

/** What no shipped panel asks. */
export const ours = ["drops-by-reason", "node-connectivity", "node-latency", "lost-events", "errors-by-destination"];
