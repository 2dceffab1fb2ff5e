import type { WireDns, WireEndpoint, WireFlow } from "../../sources/hubble/wire.ts";
import type { Labels } from "./metric.ts";

/** A series that one flow adds to. */
export interface Hit {
  readonly metric: string;
  readonly labels: Labels;
  /** 1 unless told. */
  readonly amount?: number;
}

/** Seconds: the Prometheus client's own. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const forwarded = 1;
const redirected = 5;
const l7Response = 2;
const directions = ["unknown", "ingress", "egress"] as const;
/** https://www.iana.org/assignments/dns-parameters, in the words of Cilium's DNS library. */
const rcodes: Readonly<Record<number, string>> = {
  0: "No Error",
  2: "Server Failure",
  3: "Non-Existent Domain",
  5: "Query Refused",
};

/** What Hubble's metric handlers tcp, port-distribution, icmp, dns and httpV2 (with the labelsContext of the lab's Helm values) make of a flow. */
export function* flowSeries(flow: WireFlow): Generator<Hit> {
  const passed = flow.verdict === forwarded || flow.verdict === redirected;
  if (flow.l7) {
    yield* l7Series(flow);
    return;
  }
  const flags = flow.l4?.TCP?.flags;
  if (flags && flow.verdict === forwarded) {
    const family = flow.IP?.ipVersion === 2 ? "IPv6" : "IPv4";
    const flag = flags.SYN ? (flags.ACK ? "SYN-ACK" : "SYN") : flags.FIN ? "FIN" : flags.RST ? "RST" : undefined;
    if (flag) yield { metric: "hubble_tcp_flags_total", labels: { family, flag } };
  }
  if (passed && flow.isReply && flow.isReply.value !== true) {
    const port = flow.l4?.TCP?.destinationPort ?? flow.l4?.UDP?.destinationPort ?? 0;
    yield { metric: "hubble_port_distribution_total", labels: { protocol: protocolOf(flow), port: String(port) } };
  }
  if (flow.l4?.ICMPv4 || flow.l4?.ICMPv6) {
    const type = flow.Summary?.replace(/^ICMPv[46] /, "") ?? "";
    yield { metric: "hubble_icmp_total", labels: { family: flow.l4.ICMPv6 ? "IPv6" : "IPv4", type } };
  }
}

/** `TCP`, `UDP`, `ICMPv4` …; `Unknown flow` as Hubble says it. */
export function protocolOf(flow: WireFlow): string {
  const set = Object.entries(flow.l4 ?? {}).find(([, layer]) => layer);
  return set?.[0] ?? "Unknown flow";
}

function* l7Series(flow: WireFlow): Generator<Hit> {
  const isResponse = flow.l7?.type === l7Response;
  const { dns, http } = flow.l7 ?? {};
  if (dns && !isResponse) yield { metric: "hubble_dns_queries_total", labels: dnsLabels(dns, "") };
  if (dns && isResponse) {
    yield { metric: "hubble_dns_responses_total", labels: dnsLabels(dns, rcodes[dns.rcode ?? 0] ?? String(dns.rcode)) };
    for (const type of dns.rrtypes ?? []) {
      yield { metric: "hubble_dns_response_types_total", labels: { type, qtypes: (dns.qtypes ?? []).join(",") } };
    }
  }
  if (http && isResponse) {
    // The response travels from the server: its destination is what the metric calls source.
    const labels = {
      method: http.method ?? "",
      reporter: flow.source?.ID ? "server" : "client",
      ...endLabels("source", flow.destination, flow.IP?.destination),
      ...endLabels("destination", flow.source, flow.IP?.source),
      traffic_direction: directions[flow.trafficDirection ?? 0] ?? "unknown",
    };
    const more = { protocol: http.protocol ?? "", status: String(http.code ?? 0) };
    yield { metric: "hubble_http_requests_total", labels: { ...labels, ...more } };
    yield* observed("hubble_http_request_duration_seconds", labels, Number(flow.l7?.latencyNs ?? 0) / 1e9);
  }
}

/** What one value adds to a histogram. */
function* observed(metric: string, labels: Labels, seconds: number): Generator<Hit> {
  for (const bound of [...bounds, Number.POSITIVE_INFINITY])
    yield {
      metric: `${metric}_bucket`,
      labels: { ...labels, le: bound === Number.POSITIVE_INFINITY ? "+Inf" : String(bound) },
      amount: seconds <= bound ? 1 : 0,
    };
  yield { metric: `${metric}_sum`, labels, amount: seconds };
  yield { metric: `${metric}_count`, labels };
}

function dnsLabels(dns: WireDns, rcode: string): Labels {
  return { rcode, qtypes: (dns.qtypes ?? []).join(","), ips_returned: String(dns.ips?.length ?? 0) };
}

function endLabels(end: string, endpoint: WireEndpoint | null | undefined, ip: string | undefined): Labels {
  return {
    [`${end}_ip`]: ip ?? "",
    [`${end}_namespace`]: endpoint?.namespace ?? "",
    [`${end}_workload`]: endpoint?.workloads?.[0]?.name ?? "",
  };
}
