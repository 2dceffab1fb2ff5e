/**
 * What the agents of ten nodes counted on eight days that were alike and on a last one that was not: Cilium's names and labels, a scrape every two
 * minutes. The days are those that a digest of five past nine looks at, so that each plan's count is the count of a whole window.
 */
import { dayMs, hourMs } from "../../../src/analysis/sketch/hour.ts";
import { nine } from "../../sources/edges/days.ts";
import type { Course, HistorySpan } from "../../sources/prometheus/ranking-history.ts";
import { type Amount, counter, gauge, type Labels, rising, until } from "./courses.ts";

/** When the digest of the last day is asked for. */
export const asked = nine + 5 * 60_000;
/** When the last day begins. */
const last = asked - dayMs;
export const span: HistorySpan = { from: asked - 9 * dayMs, to: asked, scrapeMs: 120_000 };
export const nodes = Array.from({ length: 10 }, (_, at) => `k8s-w${at + 1}`);

/** Of a day, evenly: usually, and on the last day. */
function daily(usually: number, lastly = usually): Amount[] {
  return [
    [last - 8 * dayMs, last, 8 * usually],
    [last, asked, lastly],
  ];
}

/** Of the hours of the last day. */
function inHours(from: number, to: number, count: number): Amount[] {
  return [[last + from * hourMs, last + to * hourMs, count]];
}

const podOf = (node: string) => `cilium-${node.slice(5).padStart(5, "x")}`;

function agent(node: string, more: Labels = {}): Labels {
  const common = { k8s_app: "cilium", namespace: "kube-system", job: "kubernetes-pods" };
  return { ...common, pod: podOf(node), instance: `${node}:9962`, ...more };
}

function hubble(node: string, more: Labels = {}): Labels {
  const common = { k8s_app: "hubble", namespace: "kube-system", job: "hubble" };
  return { ...common, pod: podOf(node), node, instance: `${node}:9965`, ...more };
}

/** What every agent has, and where nothing happens but what happens always. */
function ordinary(node: string): Course[] {
  const operations = { map_name: "ct4_global", operation: "update", outcome: "success" };
  return [
    gauge("cilium_version", agent(node, { version: "1.18.2" }), [0, 1]),
    counter("cilium_forward_count", agent(node, { direction: "INGRESS" }), daily(864_000)),
    // Noise: thirty times as much of it on one node is no news.
    drops(node, "Unsupported L3 protocol", "INGRESS", daily(1_440, node === "k8s-w2" ? 43_200 : 1_440)),
    counter("cilium_bpf_map_ops", agent(node, operations), daily(43_200)),
    gauge("cilium_bpf_map_pressure", agent(node, { map_name: "cilium_policy_v2_*" }), [0, 0.12]),
    gauge("cilium_endpoint_state", agent(node, { endpoint_state: "ready" }), [0, 30]),
    counter("hubble_lost_events", hubble(node, { source: "perf_event_ring_buffer" }), daily(0)),
    ...(node === "k8s-w4" ? [] : [gauge("cilium_bpf_map_pressure", agent(node, { map_name: "ct4_global" }), [0, 0.3])]),
    // Of the tenth node, since it is away: all others say so.
    ...reachable(node, [0, 0], [last + hourMs, 1]),
  ];
}

function drops(node: string, reason: string, direction: string, amounts: readonly Amount[], base?: number): Course {
  return counter("cilium_drop_count", agent(node, { reason, direction }), amounts, base);
}

function reachable(node: string, ...values: readonly (readonly [number, number])[]): Course[] {
  return ["cilium_unreachable_nodes", "cilium_unreachable_health_endpoints"].map((name) =>
    gauge(name, agent(node), ...values),
  );
}

/** Dropped packets of a day, by reason: usually, and on the last day. */
const reasons: Course[] = [
  drops("k8s-w1", "Policy denied", "INGRESS", daily(720)),
  drops("k8s-w2", "Policy denied", "INGRESS", daily(720)),
  drops("k8s-w3", "Policy denied by denylist", "EGRESS", daily(288, 1_440)),
  drops("k8s-w5", "Service backend not found", "EGRESS", daily(600, 60)),
  drops("k8s-w6", "FIB lookup failed", "EGRESS", daily(200, 0)),
  drops("k8s-w4", "CT: Map insertion failed", "INGRESS", inHours(11, 13, 300), 0),
  counter("cilium_policy_l7", agent("k8s-w1", { rule: "denied", proxy_type: "envoy" }), daily(48, 240)),
];

const states: Course[] = [
  gauge("cilium_endpoint_state", agent("k8s-w6", { endpoint_state: "not-ready" }), [0, 0], [last + 9 * hourMs, 2]),
  gauge(
    "cilium_endpoint_state",
    agent("k8s-w7", { endpoint_state: "waiting-for-identity" }),
    [0, 0],
    [last + 12 * hourMs, 1],
  ),
  // It passes by itself.
  gauge("cilium_endpoint_state", agent("k8s-w1", { endpoint_state: "regenerating" }), [0, 0], [last + hourMs, 3]),
];

const maps: Course[] = [
  gauge("cilium_bpf_map_pressure", agent("k8s-w4", { map_name: "ct4_global" }), [0, 0.42], [last + 10 * hourMs, 0.93]),
  // A hundredth of it an hour.
  rising("cilium_bpf_map_pressure", agent("k8s-w5", { map_name: "lb4_services_v2" }), [last, 0.5], asked, 0.74),
  counter(
    "cilium_bpf_map_ops",
    agent("k8s-w4", { map_name: "ct4_global", operation: "update", outcome: "fail" }),
    inHours(11, 13, 300),
    0,
  ),
];

/** Times of a picture over both days that a digest compares: counts between two of them are whole. */
const stepMs = 960_000;

function requests(destination: string, status: string, amounts: readonly Amount[]): Course[] {
  const [namespace = "", workload = ""] = destination.split("/");
  const ends = { source_namespace: "shop", source_workload: "web" };
  const named = { ...ends, destination_namespace: namespace, destination_workload: workload };
  // Both ends tell of a request.
  return [
    ["k8s-w1", "server"],
    ["k8s-w2", "client"],
  ].map(([node = "", reporter = ""]) =>
    counter(
      "hubble_http_requests",
      hubble(node, { method: "GET", protocol: "HTTP/1.1", status, reporter, ...named }),
      amounts,
    ),
  );
}

/** In eighty minutes of each of the last three days, eight hours after its beginning. */
function errors(...counts: readonly [number, number, number]): Amount[] {
  return counts.map((count, at) => {
    const from = last + (at - 2) * dayMs + 30 * stepMs;
    return [from, from + 5 * stepMs, count];
  });
}

const http: Course[] = [
  ...requests("shop/cart", "200", daily(14_400)),
  ...requests("shop/cart", "500", errors(0, 0, 240)),
  ...requests("bank/ledger", "200", daily(2_880)),
  ...requests("bank/ledger", "503", errors(48, 48, 480)),
  // Fewer errors are nobody's news, and errors of the client are no server's.
  ...requests("shop/web", "502", errors(96, 96, 0)),
  ...requests("shop/web", "404", errors(10, 10, 900)),
];

function answers(node: string, rcode: string, amounts: readonly Amount[]): Course {
  return counter("hubble_dns_responses", hubble(node, { rcode, qtypes: "A", ips_returned: "1" }), amounts);
}

const dns: Course[] = [
  answers("k8s-w1", "No Error", daily(43_200)),
  answers("k8s-w2", "Non-Existent Domain", daily(4_320)),
  // In an hour and twenty minutes of the last day.
  answers("k8s-w3", "Server Failure", errors(0, 0, 600)),
];

/** Beside what the recorder noticed. */
const lost: Course[] = [
  counter("hubble_lost_events", hubble("k8s-w3", { source: "hubble_ring_buffer" }), errors(24, 24, 720)),
];

const everything: readonly Course[] = [
  ...nodes.slice(0, 9).flatMap(ordinary),
  // Its agent ends when the last day is an hour old.
  ...until(last + hourMs, ordinary("k8s-w10")),
  ...[...reasons, ...states, ...maps, ...http, ...dns, ...lost],
];

/** Of the week nothing but drops is asked for: of all else the last three days are enough to write and to read. */
const ofWeek = ["cilium_version", "cilium_drop_count"];
export const courses: readonly Course[] = everything.map((course) => {
  const from = ofWeek.includes(course.metric) ? span.from : asked - 3 * dayMs - hourMs;
  return { ...course, value: (time) => (time >= from ? course.value(time) : undefined) };
});
