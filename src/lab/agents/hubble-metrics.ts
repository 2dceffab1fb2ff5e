import { keyed, type Metric, type Scene } from "./metric.ts";

/** The port 9965 of an agent with `hubble.metrics.enabled={dns,drop,tcp,flow,port-distribution,icmp,policy,httpV2:labelsContext=…}`. */
export const hubbleMetrics: readonly Metric[] = [
  {
    name: "hubble_lost_events_total",
    type: "counter",
    help: "Number of lost events",
    series: keyed(["source"], ({ lost }) => lost, [
      "perf_event_ring_buffer",
      "observer_events_queue",
      "hubble_ring_buffer",
    ]),
  },
  {
    name: "hubble_flows_processed_total",
    type: "counter",
    help: "Total number of flows processed",
    series: keyed(["protocol", "type", "subtype", "verdict"], ({ counters }) => counters.flows, [
      "TCP|Drop||DROPPED",
      "TCP|PolicyVerdict||DROPPED",
      "HTTP|L7|HTTP|DROPPED",
    ]),
  },
  {
    name: "hubble_drop_total",
    type: "counter",
    help: "Number of drops",
    series: keyed(["reason", "protocol"], ({ counters }) => counters.hubbleDrops, [
      "POLICY_DENIED|TCP",
      "UNSUPPORTED_L3_PROTOCOL|ICMPv6",
      "DROP_REASON_UNKNOWN|HTTP",
    ]),
  },
  {
    name: "hubble_policy_verdicts_total",
    type: "counter",
    help: "Total number of Cilium network policy verdicts",
    series: keyed(["direction", "match", "action"], ({ counters }) => counters.policyVerdicts, [
      "egress|l7/dns|forwarded",
      "ingress|l3-l4|forwarded",
      "ingress|l3-l4|redirected",
      "ingress|l7/http|dropped",
      "ingress|l7/http|forwarded",
      "ingress|none|dropped",
    ]),
  },
  ...(
    [
      ["hubble_tcp_flags_total", "TCP flag occurrences"],
      ["hubble_port_distribution_total", "Numbers of packets distributed by destination port"],
      ["hubble_icmp_total", "Number of ICMP messages"],
      ["hubble_dns_queries_total", "Number of DNS queries observed"],
      ["hubble_dns_responses_total", "Number of DNS responses observed"],
      ["hubble_dns_response_types_total", "Number of DNS responses observed by type"],
      ["hubble_http_requests_total", "Count of HTTP requests by methods"],
    ] as const
  ).map(([name, help]) => fromFlows(name, help)),
  {
    name: "hubble_http_request_duration_seconds",
    type: "histogram",
    help: "Time from HTTP requests to their responses",
    series: ({ flows }) =>
      ["_bucket", "_sum", "_count"].flatMap((suffix) =>
        (flows.get(`hubble_http_request_duration_seconds${suffix}`) ?? []).map((series) => ({ ...series, suffix })),
      ),
  },
];

function fromFlows(name: string, help: string): Metric {
  return { name, type: "counter", help, series: ({ flows }: Scene) => flows.get(name) ?? [] };
}
