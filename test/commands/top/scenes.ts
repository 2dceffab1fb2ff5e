/** What clusters answer to `top` in situations that people meet. Each scene has a golden file. */
import type { FlowRanking, TopAnswers, TopOf } from "../../../src/analysis/top/ranking.ts";
import type { MetricSeries, Question, RankingFinding, RankingRow } from "../../../src/sources/question.ts";
import {
  askedAt,
  coverage,
  deathstar,
  prometheusLate,
  type Reply,
  relayDown,
  type Scene,
  timeBack,
} from "../../fixtures/outcomes/build.ts";

const minute = 60_000;
const hour = 60 * minute;

/** A point each minute; `value` of hours before now, negative. */
export function course(value: (hours: number) => number | null): MetricSeries["points"] {
  return Array.from({ length: 61 }, (_, at) => {
    const time = askedAt - (60 - at) * minute;
    return [time, value((time - askedAt) / hour)] as const;
  });
}

export function ranking(change: Partial<RankingFinding> = {}): RankingFinding {
  return {
    ask: "ranking",
    of: "maps",
    metric: "cilium_bpf_map_ops_total",
    unit: "ops/s",
    covered: { from: askedAt - hour, to: askedAt },
    cannot: null,
    lacks: null,
    rows: [],
    totals: [],
    failing: [],
    pressure: [],
    unmeasured: [],
    notes: [],
    queries: ["topk(5, avg by (pod, map_name, operation, outcome) (rate(cilium_bpf_map_ops_total[3600s])) > 0)"],
    stepMs: minute,
    ...change,
  };
}

const nodes = { "k8s-ctr": "cilium-aaaaa", "k8s-w1": "cilium-bbbbb", "k8s-w2": "cilium-ccccc" } as const;
type Node = keyof typeof nodes;

export function operation(
  [map, name, node]: readonly [map: string, operation: string, node: Node],
  rate: number,
  { before = rate, outcome = "success" }: { readonly before?: number | null; readonly outcome?: string } = {},
): RankingRow {
  const labels = { pod: nodes[node], map_name: map, operation: name, outcome, node };
  return { labels, rate, before, points: course((hours) => rate * (1 + 0.1 * Math.sin(hours * 9))) };
}

export function fill(map: string, node: Node, value: (hours: number) => number): MetricSeries {
  return { labels: { pod: nodes[node], map_name: map, node }, points: course(value) };
}

const busy = [
  operation(["ct4_global", "lookup", "k8s-w1"], 1_240, { before: 310 }),
  operation(["snat_v4_external", "delete", "k8s-w1"], 84.2, { before: 80.1 }),
  operation(["ct_any4_global", "lookup", "k8s-w2"], 31, { before: 34.4 }),
  operation(["ct4_global", "update", "k8s-w1"], 12, { before: 0, outcome: "fail" }),
  operation(["ipcache_v2", "update", "k8s-ctr"], 3.1, { before: null }),
];
const total = { labels: {}, rate: 1_382, count: 41 };
const filling = [
  fill("ct4_global", "k8s-w1", (hours) => 0.55 + 0.05 * hours),
  fill("ct4_global", "k8s-w2", (hours) => 0.31 + 0.01 * Math.sin(hours * 20)),
  fill("cilium_policy_v2_*", "k8s-ctr", () => 0.12),
];
const unmeasured = ["ipcache_v2", "lb4_reverse_sk", "node_map_v2"];

const contexts =
  "Hubble's drop metrics have no source and no destination label: in Cilium's Helm values, list drop:sourceContext=pod;destinationContext=pod in hubble.metrics.enabled (in place of drop).";
const flowContexts = contexts.replaceAll("drop", "flow");

const counters = ranking({
  of: "drops",
  metric: "cilium_drop_count_total",
  unit: "packets/s",
  lacks: contexts,
  rows: [
    {
      labels: { pod: nodes["k8s-w1"], node: "k8s-w1", reason: "Policy denied", direction: "INGRESS" },
      rate: 0.19,
      before: 0.02,
      points: course(() => 0.19),
    },
  ],
  totals: [{ labels: {}, rate: 0.19, count: 1 }],
  queries: ["topk(5, avg by (pod, reason, direction) (rate(cilium_drop_count_total[3600s])) > 0)"],
});

const pairs = ranking({
  of: "drops",
  metric: "hubble_drop_total",
  unit: "packets/s",
  rows: [
    {
      labels: { reason: "POLICY_DENIED", protocol: "TCP", source: "default/xwing", destination: "default/deathstar" },
      rate: 0.42,
      before: 0,
      points: course(() => 0.42),
    },
    {
      labels: { reason: "CT_MAP_INSERTION_FAILED", protocol: "TCP", source: "", destination: "shop/web" },
      rate: 0.05,
      before: 0.05,
      points: course(() => 0.05),
    },
  ],
  totals: [{ labels: {}, rate: 0.47, count: 2 }],
  queries: ["topk(5, sum by (reason, protocol, source, destination) (rate(hubble_drop_total[3600s])) > 0)"],
});

export function counted(of: TopOf, rows: readonly FlowRanking["rows"][number][], change: Partial<FlowRanking> = {}) {
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const ranking: FlowRanking = {
    ...{ of, rows, total, others: 0, bound: 0, capacity: 2_000, noise: 0, search: null },
    ...change,
  };
  return { ask: "top", resolution: null, ranking, coverage: coverage() } as const satisfies Reply;
}

type Row = FlowRanking["rows"][number];

function row(labels: Row["labels"], count: number, change: Partial<Row> = {}): Row {
  return { labels, count, error: 0, answers: null, ...change };
}

function droppedPair(source: string, destination: string, count: number): Row {
  const end = { port: "80", protocol: "TCP" };
  return row({ source, destination, ...end, reason: "POLICY_DENIED", direction: "INGRESS" }, count);
}

const short = coverage({ oldest: timeBack(12 * minute) });
const dropFlows = counted("drops", [droppedPair("default/xwing", "default/deathstar", 312)], { noise: 40 });
const talkerFlows: Reply = {
  ...counted(
    "talkers",
    (
      [
        ["default/tiefighter", "default/deathstar", 411],
        ["default/xwing", "kube-system/coredns", 120],
        ["default/xwing", "default/deathstar", 60],
      ] as const
    ).map(([source, destination, count]) => row({ source, destination }, count)),
    { total: 700, others: 4 },
  ),
  coverage: short,
};
const portFlows: Reply = {
  ...counted(
    "ports",
    (
      [
        ["80", "TCP", 471],
        ["53", "UDP", 120],
        ["0", "ICMPv4", 9],
      ] as const
    ).map(([port, protocol, count]) => row({ port, protocol }, count)),
  ),
  coverage: short,
};

const answers = (all: number, change: Partial<TopAnswers> = {}): { readonly answers: TopAnswers } => ({
  answers: { all, missing: 0, refused: 0, failed: 0, ...change },
});
const whole = { coverage: coverage({ oldest: timeBack(2 * hour) }) };
const dnsRows = [
  row({ name: "api.example.com" }, 1_204, answers(1_204)),
  row({ name: "metrics.old.example.com" }, 310, answers(300, { missing: 300 })),
  row({ name: "…" }, 12, answers(0)),
];
const search = { queries: 3_600, name: "api.example.com", example: "api.example.com.shop.svc.cluster.local" };
const httpRows = [
  row({ method: "GET", path: "/v1/orders/{id}", destination: "shop/cart" }, 5_120, answers(5_118, { failed: 154 })),
  row({ method: "PUT", path: "/v1/exhaust-port", destination: "default/deathstar" }, 24, answers(24, { refused: 24 })),
];

const hidden = "a\u202eb\u0000<!channel>`*_~|";
const long = "x".repeat(300);

/** Prometheus and Relay, each with one answer. */
function replies(prometheus: Reply, hubble: Reply = relayDown): Scene["reply"] {
  return ({ source }: Question) => (source === "prometheus" ? prometheus : hubble);
}

const notConfigured: Reply = {
  ended: "skipped",
  error: {
    code: "NOT_CONFIGURED",
    say: "Prometheus is not configured for cluster prod-eu: set clusters[].prometheus in the configuration.",
  },
};
const prometheusDown: Reply = {
  ended: "failed",
  error: { code: "UNREACHABLE", say: "Prometheus at http://prometheus:9090 could not be reached (ECONNREFUSED)." },
};

export const scenes = {
  maps: {
    text: "top maps",
    reply: replies(ranking({ rows: busy, totals: [total], pressure: filling, unmeasured })),
  },
  "maps nothing special": {
    text: "top maps 2 --since 6h",
    reply: replies(
      ranking({
        rows: busy.slice(1, 3).map((row) => ({ ...row, before: null })),
        totals: [total],
        failing: [operation(["ct4_global", "delete", "k8s-w1"], 0.0075, { outcome: "fail" })],
        pressure: filling.slice(1),
        notes: ["Prometheus has samples only from 01:14:05 UTC on (2h): rates are over that."],
      }),
    ),
  },
  "maps nearly full": {
    text: "top maps 1",
    reply: replies(
      ranking({
        rows: busy.slice(0, 1),
        totals: [total],
        pressure: [fill("ct4_global", "k8s-w1", () => 1), fill("snat_v4_external", "k8s-w2", () => 0.93)],
      }),
    ),
  },
  "by node": {
    text: "top maps 2 --by node",
    reply: replies(
      ranking({
        rows: [busy[0], busy[1], busy[2], busy[4]].filter((row) => row !== undefined),
        totals: (
          [
            ["k8s-w1", 1_340, 20],
            ["k8s-w2", 33, 9],
            ["k8s-ctr", 9, 12],
          ] as const
        ).map(([node, rate, count]) => ({ labels: { pod: nodes[node], node }, rate, count })),
      }),
    ),
  },
  failed: {
    text: "top maps --failed",
    reply: replies(
      ranking({
        rows: [
          operation(["ct4_global", "update", "k8s-w1"], 12, { before: 0, outcome: "fail" }),
          operation(["ct4_global", "delete", "k8s-w2"], 0.0075, { outcome: "fail" }),
        ],
        totals: [{ labels: {}, rate: 12.0075, count: 2 }],
        pressure: filling.slice(0, 1),
      }),
    ),
  },
  "none failed": { text: "top maps --failed", reply: replies(ranking({ pressure: filling.slice(1, 2) })) },
  "maps switched off": {
    text: "top maps",
    reply: replies(
      ranking({
        cannot:
          "Prometheus has no cilium_bpf_map_ops_total, though it scrapes the agents: remove -cilium_bpf_map_ops_total from prometheus.metrics in Cilium's Helm values.",
        queries: [],
      }),
    ),
  },
  "maps without Prometheus": { text: "top maps", reply: replies(notConfigured) },
  "maps and Prometheus is down": { text: "top maps", reply: replies(prometheusDown) },
  "maps restricted": { text: "top maps", visible: { "prod-eu": ["payments"] }, reply: replies(ranking()) },
  "maps of two clusters": {
    text: "top maps 3 --cluster '*'",
    clusters: ["prod-eu", "prod-us", "staging"],
    visible: { staging: ["web"] },
    reply: ({ cluster }) =>
      ranking(
        cluster === "prod-eu"
          ? { rows: busy.slice(0, 3), totals: [total], pressure: filling, unmeasured }
          : { rows: [operation(["lxc", "lookup", "k8s-w1"], 99)], totals: [{ labels: {}, rate: 99, count: 1 }] },
      ),
  },
  "maps of strangers": {
    text: "top maps 2",
    reply: replies(
      ranking({
        rows: [
          { ...operation([hidden, hidden, "k8s-w1"], 5), labels: { pod: hidden, map_name: hidden, operation: hidden } },
          { ...operation([long, long, "k8s-w1"], 4), labels: { pod: long, map_name: long, operation: long } },
        ],
        totals: [{ labels: {}, rate: 9, count: 2 }],
        pressure: [{ labels: { pod: hidden, map_name: long }, points: course((hours) => 0.95 + hours / 10) }],
        unmeasured: Array.from({ length: 300 }, (_, at) => `${hidden}${at}`),
        notes: [long, hidden],
        queries: [hidden],
      }),
    ),
  },
  "drops with names in metrics": { text: "top drops", reply: replies(pairs) },
  "drops from flows and counters": { text: "top drops", reply: replies(counters, dropFlows) },
  "drops from counters alone": { text: "top drops", reply: replies(counters) },
  "drops and Prometheus is late": { text: "top drops 3 --since 15m", reply: replies(prometheusLate, dropFlows) },
  "drops restricted": {
    text: "top drops",
    visible: { "prod-eu": ["payments"] },
    reply: replies(pairs, counted("drops", [droppedPair("payments/api", "payments/ledger", 12)])),
  },
  "drops of two kinds of clusters": {
    text: "top drops --cluster '*'",
    clusters: ["prod-eu", "prod-us"],
    reply: ({ cluster, source }) => (source === "hubble" ? dropFlows : cluster === "prod-eu" ? pairs : counters),
  },
  "no drops": {
    text: "top drops",
    reply: replies({ ...counters, rows: [], totals: [] }, { ...counted("drops", [], { noise: 40 }), ...whole }),
  },
  "drops and nobody answers": { text: "top drops", reply: replies(prometheusDown) },
  "talkers from metrics": {
    text: "top talkers 2",
    reply: replies(
      ranking({
        of: "talkers",
        metric: "hubble_flows_processed_total",
        unit: "flows/s",
        rows: [
          {
            labels: { source: "default/tiefighter", destination: "default/deathstar" },
            rate: 12.4,
            before: 11.8,
            points: course(() => 12.4),
          },
          { labels: { source: "", destination: "kube-system/coredns" }, rate: 4, before: 4, points: course(() => 4) },
        ],
        totals: [{ labels: {}, rate: 20.1, count: 14 }],
        queries: ["topk(2, sum by (source, destination) (rate(hubble_flows_processed_total[3600s])) > 0)"],
      }),
    ),
  },
  "talkers from flows": {
    text: "top talkers 3",
    reply: replies(ranking({ of: "talkers", cannot: flowContexts, lacks: flowContexts, queries: [] }), talkerFlows),
  },
  "ports from metrics": {
    text: "top ports",
    reply: replies(
      ranking({
        of: "ports",
        metric: "hubble_port_distribution_total",
        unit: "flows/s",
        rows: (
          [
            ["80", "TCP", 2.7],
            ["53", "UDP", 1.2],
            ["0", "ICMPv4", 0.1],
          ] as const
        ).map(([port, protocol, rate]) => ({
          labels: { port, protocol },
          ...{ rate, before: rate },
          points: course(() => rate),
        })),
        totals: [{ labels: {}, rate: 4, count: 3 }],
        queries: ["topk(5, sum by (port, protocol) (rate(hubble_port_distribution_total[3600s])) > 0)"],
      }),
    ),
  },
  "ports from flows": { text: "top ports", reply: replies(notConfigured, portFlows) },
  "drops of a target": {
    text: "top drops deathstar --to-port 80",
    reply: () => ({ ...dropFlows, resolution: deathstar() }),
  },
  "drops of a target that is many": {
    text: "top drops 3 deathstar",
    reply: () => ({
      ask: "top",
      resolution: {
        status: "ambiguous",
        text: "deathstar",
        candidates: ["deploy/default/deathstar", "deploy/empire/deathstar"],
      },
      ranking: null,
      coverage: null,
    }),
  },
  "more talkers than are counted apart": {
    text: "top talkers 2",
    reply: replies(notConfigured, {
      ...counted(
        "talkers",
        [
          row({ source: "shop/web", destination: "shop/cart" }, 90_210, { error: 12 }),
          row({ source: "shop/cart", destination: "shop/db" }, 4_100),
        ],
        { total: 412_000, others: null, bound: 31 },
      ),
      ...whole,
    }),
  },
  dns: {
    text: "top dns",
    reply: () => ({ ...counted("dns", dnsRows, { total: 5_400, others: 7, search }), ...whole }),
  },
  "dns nobody looks into": {
    text: "top dns ns/payments",
    visible: { "prod-eu": ["payments"] },
    reply: () => ({ ...counted("dns", []), ...whole }),
  },
  http: { text: "top http", reply: () => counted("http", httpRows) },
  "http of two clusters": {
    text: "top http 2 --cluster '*'",
    clusters: ["prod-eu", "prod-us"],
    reply: ({ cluster }) => (cluster === "prod-eu" ? counted("http", httpRows) : relayDown),
  },
  "http nobody looks into": { text: "top http", reply: () => ({ ...counted("http", []), ...whole }) },
  "http and Relay is down": { text: "top http", reply: () => relayDown },
  "requests of strangers": {
    text: "top http 2",
    reply: () =>
      counted("http", [
        row({ method: hidden, path: hidden, destination: hidden }, 9, answers(9, { failed: 9 })),
        row({ method: long, path: long, destination: long }, 4),
      ]),
  },
  "impossible times": { text: "top maps --since 03:00 --until 02:00", reply: replies(ranking()) },
} as const satisfies Readonly<Record<string, Scene>>;
