/** One difference at a time, planted into a quiet day: what the sources then say, and what alone the digest may tell of it. */
import type { EdgesFinding } from "../../../src/sources/question.ts";
import {
  coverage,
  noiseTotal,
  pair,
  policies,
  policy,
  summary,
  timeBack,
  totals,
} from "../../fixtures/outcomes/build.ts";
import { clusterWith } from "../../fixtures/outcomes/policies.ts";
import {
  answered,
  answers,
  change,
  type Day,
  dayMs,
  dnsErrors,
  dropsOfWeek,
  from,
  hourMs,
  line,
  losses,
  matched,
  panel,
  pressure,
  rows,
  states,
  to,
  week,
} from "./content-scenes.ts";

export const ends = {
  ...{ source: "shop/web", destination: "payments/api", port: 8080, protocol: "TCP" },
  ...{ sourceNamespace: "shop", destinationNamespace: "payments" },
} as const;
const at = to - 50 * 60_000;

export function firstDrop(over: Partial<EdgesFinding["firstDrops"]["rows"][number]> = {}) {
  return {
    ...ends,
    verdict: "dropped",
    reason: "POLICY_DENIED",
    count: 120,
    first: at,
    last: to,
    unsure: false,
    ...over,
  } as const;
}

export function newEdge(over: Partial<EdgesFinding["newEdges"]["rows"][number]> = {}) {
  const edge = {
    ...ends,
    source: "shop/cart",
    destination: "db/orders",
    port: 5432,
    verdict: "forwarded",
    reason: "",
  } as const;
  return { ...edge, count: 340, first: at, last: to, unsure: false, ...over };
}

export function vanished(over: Partial<EdgesFinding["vanishedEdges"]["rows"][number]> = {}) {
  const edge = {
    ...ends,
    source: "shop/web",
    destination: "shop/old-cache",
    port: 6379,
    verdict: "forwarded",
    reason: "",
  } as const;
  return { ...edge, before: 900, days: { had: 7, of: 7 }, last: from - 40 * 60_000, unsure: false, ...over };
}

/** More drops of a namespace, with the pair that they are of. */
export function moreDrops(edges: EdgesFinding, key: string, now: number, before: number): EdgesFinding {
  const row = { key, now, before, median: before };
  const pairRow = { ...ends, verdict: "dropped", reason: "POLICY_DENIED", now, before, median: before } as const;
  return {
    ...edges,
    drops: {
      ...edges.drops,
      byNamespace: rows([row, ...edges.drops.byNamespace.rows]),
      pairs: rows([{ ...pairRow, first: at, last: to }, ...edges.drops.pairs.rows]),
    },
  };
}

interface Plant {
  readonly day: Day;
  /** Kind and what it is of, in order. */
  readonly told: readonly string[];
  readonly title: string;
}

const policyDenied = { reason: "POLICY_DENIED", text: "Policy denied" };

export const plants: Readonly<Record<string, Plant>> = {
  "more drops of a reason, by counters": {
    day: { counted: () => totals([{ ...policyDenied, packets: 1_375 }]), edges: (edges) => reasonNow(edges, 1_375) },
    told: ["drops POLICY_DENIED more"],
    title: "prod-eu: drops with policy denied up 6.5×",
  },
  "a reason that was not there": {
    day: { counted: (quiet) => totals([...quiet.totals, { reason: "CT_MAP_INSERTION_FAILED", packets: 64 }]) },
    told: ["drops CT_MAP_INSERTION_FAILED first"],
    title: "prod-eu: drops with CT: Map insertion failed up from none",
  },
  "drops that ended": {
    day: {
      counted: () => totals([{ ...policyDenied, packets: 0 }]),
      edges: (edges) => reasonNow(edges, 0),
    },
    told: ["drops POLICY_DENIED gone"],
    title: "prod-eu: drops with policy denied down",
  },
  "more drops in a namespace": {
    day: { edges: (edges) => moreDrops(edges, "payments", 1_200, 300) },
    told: ["drops payments more"],
    title: "prod-eu: drops up 4× in payments",
  },
  "drops where there were none, since a time": {
    day: { edges: (edges) => moreDrops(edges, "payments", 1_200, 0) },
    told: ["drops payments first"],
    title: "prod-eu: drops up from none in payments since 02:10 UTC",
  },
  "pairs dropped for the first time": {
    day: { edges: (edges) => ({ ...edges, firstDrops: rows([firstDrop(), firstDrop({ port: 9_090, count: 12 })]) }) },
    told: ["firstDrop shop/web payments/api:8080", "firstDrop shop/web payments/api:9090"],
    title: "prod-eu: 2 new drop pairs",
  },
  "a new connection": {
    day: { edges: (edges) => ({ ...edges, newEdges: rows([newEdge()]) }) },
    told: ["newEdge shop/cart db/orders:5432"],
    title: "prod-eu: 1 new connection",
  },
  "a connection that is gone": {
    day: { edges: (edges) => ({ ...edges, vanishedEdges: rows([vanished()]) }) },
    told: ["vanishedEdge shop/web shop/old-cache:6379"],
    title: "prod-eu: 1 connection gone",
  },
  "a policy that changed, as the watch tells it": {
    day: { changes: (quiet) => ({ ...quiet, changes: [change()] }) },
    told: ["changed payments/api"],
    title: "prod-eu: 1 policy changed",
  },
  "a node that came, a setting that changed": {
    day: {
      changes: (quiet) => ({
        ...quiet,
        changes: [
          change({ kind: "node", object: "Node", namespace: "", name: "k8s-w3", action: "created", what: [] }),
          change({
            kind: "config",
            object: "ConfigMap",
            namespace: "kube-system",
            name: "cilium-config",
            at: from + 5,
          }),
        ],
      }),
    },
    told: ["changed /k8s-w3", "changed kube-system/cilium-config"],
    title: "prod-eu: 2 changes of the cluster",
  },
  "a policy that changed, by itself, because nobody watches": {
    day: {
      changes: () => ({
        ended: "skipped",
        error: { code: "NOT_CONFIGURED", say: "Kubernetes: changes are not watched." },
      }),
      policies: (quiet) => ({
        ...quiet,
        policies: states(["default/rule1"], ["default/rule2", from + hourMs]),
      }),
    },
    told: ["changed default/rule2"],
    title: "prod-eu: 1 policy changed",
  },
  "a policy that became invalid": {
    day: {
      policies: (quiet) => ({
        ...quiet,
        policies: states(["default/rule1", from + hourMs, "bad port"]),
      }),
    },
    told: ["invalidPolicy default/rule1"],
    title: "prod-eu: 1 policy not valid",
  },
  "a policy whose last match was fourteen days ago": {
    day: {
      edges: (edges) => ({
        ...edges,
        policies: {
          ...edges.policies,
          matched: matched("default/rule1", to - 14 * dayMs - hourMs),
        },
      }),
    },
    told: ["unmatchedPolicy default/rule1"],
    title: "prod-eu: 1 policy unmatched for 14 days",
  },
  "a map that will be full": {
    day: {
      maps: (quiet) => ({ ...quiet, pressure: [pressure("ct4_global", 0.7, 0.1, quiet.covered)] }),
    },
    told: ["map ct4_global"],
    title: "prod-eu: ct4_global on k8s-w1 is 70% full, full in about 3 days",
  },
  "a map that became nearly full": {
    day: {
      maps: (quiet) => ({ ...quiet, pressure: [step("policy_v2", 0.5, 0.95, quiet.covered)] }),
    },
    told: ["map policy_v2"],
    title: "prod-eu: policy_v2 on k8s-w1 is 95% full",
  },
  "an agent that counts no more": {
    day: { counted: (quiet) => ({ ...quiet, agents: 2 }) },
    told: ["agents 2/3"],
    title: "prod-eu: 1 of 3 agents missing",
  },
  "agents that are all gone when the day ends": {
    day: { counted: (quiet) => ({ ...quiet, ending: 0, covered: 0.95 }) },
    told: ["agents 0/3"],
    title: "prod-eu: 3 of 3 agents missing",
  },
  "a node that could not be followed": {
    day: {
      edges: (edges) => ({ ...edges, now: { ...edges.now, nodes: { connected: 39, total: 40 } } }),
    },
    told: ["nodes 39/40"],
    title: "prod-eu: 1 of 40 nodes not seen all the time",
  },
  "events that were lost": {
    day: { edges: (edges) => ({ ...edges, now: { ...edges.now, lost: 52_000 } }) },
    told: ["lost 52000"],
    title: "prod-eu: 52,000 events lost",
  },
  "endpoints that are not ready": {
    day: {
      panels: {
        "endpoint-state": panel([
          line({ endpoint_state: "ready" }, 41, 29),
          line({ endpoint_state: "not-ready" }, 0, 11),
          line({ endpoint_state: "waiting-for-identity" }, 0, 1),
        ]),
      },
    },
    told: ["endpoints 12"],
    title: "prod-eu: 12 endpoints not ready",
  },
  "a workload that answers with errors": {
    day: {
      panels: {
        "errors-by-destination": answers([
          ...answered("payments/api", [160, 640], [9_160, 8_000]),
          ...answered("shop/web", [90, 95], [90, 95]),
        ]),
      },
    },
    told: ["httpErrors payments/api more"],
    title: "prod-eu: HTTP errors up 4× at payments/api",
  },
  "a workload that answered well until now": {
    day: {
      panels: {
        "errors-by-destination": answers([...answered("payments/api", [0, 64], [900, 864])]),
      },
    },
    told: ["httpErrors payments/api first"],
    title: "prod-eu: HTTP errors up from none at payments/api",
  },
  "a node that cannot be reached": {
    day: {
      panels: {
        "unreachable-nodes": panel([
          line({ pod: "cilium-a", node: "k8s-w1" }, 0, 1, "nodes"),
          line({ pod: "cilium-a", node: "k8s-w1" }, 0, 2, "health endpoints"),
        ]),
      },
    },
    told: ["unreachable 1/3: k8s-w1 1+2"],
    title: "prod-eu: 1 node cannot reach others",
  },
  "a node that nobody reaches": {
    day: {
      panels: {
        "unreachable-nodes": panel(
          ["nodes", "health endpoints"].flatMap((as) => [
            ...["k8s-w1", "k8s-w2"].map((node) => line({ pod: `cilium-${node}`, node }, 0, 1, as)),
            line({ pod: "cilium-c", node: "k8s-w3" }, 0, 2, as),
          ]),
        ),
      },
    },
    told: ["unreachable 2/3: k8s-w1 1+1 k8s-w2 1+1, suspect k8s-w3"],
    title: "prod-eu: 2 nodes cannot reach others",
  },
  "events that agents lost while nobody noticed": {
    day: { panels: { "lost-events": answers([losses(20, 900)]) } },
    told: ["lost 900"],
    title: "prod-eu: 900 events lost",
  },
};

/** What happens every day, and must not be told as if it were new. */
export const nothings: Readonly<Record<string, Day>> = {
  "HTTP errors that are usual, or fewer": {
    panels: {
      "errors-by-destination": answers([
        ...answered("payments/api", [400, 30], [400, 30]),
        ...answered("shop/web", [90, 95], [90, 95]),
      ]),
    },
  },
  "requests that find nothing": {
    panels: { "errors-by-destination": answers(answered("payments/api", [0, 0], [20, 4_000])) },
  },
  "an identical day": {},
  "a few packets more than before": { counted: () => totals([{ ...policyDenied, packets: 240 }]) },
  "small counts that double": {
    counted: (quiet) => totals([...quiet.totals, { reason: "STALE_OR_UNROUTABLE_IP", packets: 14 }]),
    countedBefore: (quiet) => totals([...quiet.totals, { reason: "STALE_OR_UNROUTABLE_IP", packets: 2 }]),
  },
  "more than the day before, but as usual": {
    counted: () => totals([{ ...policyDenied, packets: 211 }]),
    countedBefore: () => totals([{ ...policyDenied, packets: 30 }]),
  },
  "much more noise": {
    counted: (quiet) => totals([...quiet.totals, { ...noiseTotal, packets: 90_000 }]),
    edges: (edges) => ({
      ...edges,
      drops: {
        ...edges.drops,
        byReason: rows([{ key: "UNSUPPORTED_L3_PROTOCOL", now: 90_000, before: 40, median: 40 }]),
        byNamespace: rows([{ key: "kube-system", now: 90_000, before: 40, median: 40 }]),
        pairs: rows([
          {
            ...{ source: "kube-system/dns", destination: "ff02::2", sourceNamespace: "kube-system" },
            ...{ destinationNamespace: "", port: 0, protocol: "ICMPv6", verdict: "dropped" },
            ...{ reason: "UNSUPPORTED_L3_PROTOCOL", now: 90_000, before: 40, median: 40, first: from, last: to },
          },
        ]),
      },
      firstDrops: rows([firstDrop({ reason: "UNSUPPORTED_L3_PROTOCOL", count: 5_000 })]),
    }),
  },
  "single packets and connections to where none went before": {
    edges: (edges) => ({
      ...edges,
      firstDrops: rows([firstDrop({ count: 2 })]),
      newEdges: rows([newEdge({ count: 1 })]),
      vanishedEdges: rows([vanished({ before: 4 })]),
    }),
  },
  "what was as bad before": {
    policies: (quiet) => ({ ...quiet, policies: states(["default/rule1", undefined, "bad port"]) }),
    maps: (quiet) => ({ ...quiet, pressure: [pressure("lxc", 0.96, 0, quiet.covered)] }),
    panels: {
      "endpoint-state": panel([line({ endpoint_state: "not-ready" }, 2, 2)]),
      "unreachable-nodes": panel([line({ node: "k8s-w1" }, 1, 1)]),
      "lost-events": answers([losses(900, 950)]),
    },
  },
  "policies without a match on a list that was cut": {
    edges: (edges) => ({
      ...edges,
      policies: { ...edges.policies, matched: {}, listedFrom: to - hourMs },
    }),
  },
  "policies without a match in ten days of memory": {
    edges: (edges) => ({ ...edges, policies: { matched: {}, listedFrom: 0, since: to - 10 * dayMs } }),
  },
};

function reasonNow(edges: EdgesFinding, now: number): EdgesFinding {
  const { drops } = edges;
  const byReason = drops.byReason.rows.map((row) => (row.key === "POLICY_DENIED" ? { ...row, now } : row));
  return { ...edges, drops: { ...drops, byReason: rows(byReason) } };
}

/** Flat, then flat at another height: no line to draw on. */
function step(map: string, first: number, last: number, window: { readonly from: number; readonly to: number }) {
  const points = Array.from({ length: 21 }, (_, index): [number, number] => [
    Math.round(window.from + ((window.to - window.from) * index) / 20),
    index < 18 ? first : last,
  ]);
  return { labels: { map_name: map, node: "k8s-w1" }, points };
}

/** What is left of payments/api after its change. */
const payments = clusterWith({
  policies: [
    {
      ...{ namespace: "payments", name: "api" },
      spec: {
        endpointSelector: { matchLabels: { app: "api" } },
        ingress: [
          {
            fromEndpoints: [{ matchLabels: { app: "web", "k8s:io.kubernetes.pod.namespace": "shop" } }],
            toPorts: [{ ports: [{ port: "9090", protocol: "TCP" }] }],
          },
        ],
      },
    },
  ],
});

function changedOn({ at }: { readonly at: number }): string {
  return new Date(at).toISOString();
}

/** Everything at once. */
export const busyDay: Day = {
  counted: () => ({
    ...totals([
      { ...policyDenied, packets: 1_375 },
      { ...noiseTotal, packets: 41 },
    ]),
    agents: 2,
  }),
  drops: {
    ...{ ask: "drops", resolution: null },
    drops: summary([
      pair({
        ...{ source: "shop/web", destination: "payments/api", port: 8080, packets: 1_200 },
        sourceLabels: ["k8s:app=web", "k8s:io.kubernetes.pod.namespace=shop"],
        destinationLabels: ["k8s:app=api", "k8s:io.kubernetes.pod.namespace=payments"],
      }),
    ]),
    coverage: coverage({ oldest: timeBack(26 * hourMs) }),
  },
  edges: (edges) => ({
    ...reasonNow(moreDrops(edges, "payments", 1_200, 300), 1_375),
    firstDrops: rows([
      firstDrop(),
      firstDrop({ port: 9_090, count: 12 }),
      firstDrop({ source: "shop/cart", count: 31 }),
    ]),
    newEdges: rows([
      newEdge(),
      newEdge({ destination: "api.example.com", destinationNamespace: "", port: 443, count: 12 }),
    ]),
    vanishedEdges: rows([vanished()]),
  }),
  select: () => policies([policy({ namespace: "payments", name: "api", changedAt: changedOn(change()) })]),
  why: payments,
  changes: (quiet) => ({
    ...quiet,
    changes: [change(), change({ id: "c2", name: "web", action: "deleted", what: [] })],
  }),
  policies: (quiet) => ({
    ...quiet,
    policies: states(
      ["default/rule1"],
      ["ledger/typo", from + hourMs, "spec.ingress[0].toPorts: port 80800 is not a port"],
    ),
  }),
  maps: (quiet) => ({
    ...quiet,
    pressure: [pressure("ct4_global", 0.7, 0.1, quiet.covered), pressure("lxc", 0.31, 0, quiet.covered)],
  }),
  panels: {
    "endpoint-state": panel([line({ endpoint_state: "ready" }, 41, 29), line({ endpoint_state: "not-ready" }, 0, 12)]),
    "dns-errors": answers([
      dnsErrors({ pod: "cilium-a", node: "k8s-w1", qtypes: "A", rcode: "Server Failure" }, 3_600, 1 / 6),
      dnsErrors({ pod: "cilium-a", node: "k8s-w1", qtypes: "A", rcode: "Non-Existent Domain" }, 72_000, 1 / 20),
    ]),
    "errors-by-destination": answers([
      ...answered("payments/api", [160, 640], [9_160, 8_000]),
      ...answered("shop/web", [90, 95], [90, 95]),
    ]),
    "drops-by-reason": dropsOfWeek(
      week("Policy denied", (at) => (at < 144 ? 9 + 4 * Math.sin(at / 4) : 40 + at / 10)),
      week("Stale or unroutable IP", (at) => (at > 60 && at < 80 ? 30 : 0)),
      week("CT: Map insertion failed", (at) => (at > 100 ? 4 : 0)),
      week("Unsupported L3 protocol", () => 2),
    ),
  },
};
