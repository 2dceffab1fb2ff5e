/** Days of a cluster as its sources tell them: what a quiet day looks like, and one difference planted into it at a time. */
import type { Change } from "../../../src/analysis/changes/change.ts";
import type { CountChange, Observed } from "../../../src/analysis/sketch/changes.ts";
import type {
  ChangesFinding,
  ChangesQuestion,
  DropTotalsFinding,
  EdgesFinding,
  EdgesQuestion,
  Finding,
  PanelFinding,
  PolicyState,
  PolicyStatesFinding,
  Question,
  RankingFinding,
  WhyQuestion,
} from "../../../src/sources/question.ts";
import {
  askedAt,
  coverage,
  pair,
  policies,
  policy,
  type Reply,
  summary,
  timeBack,
  totals,
} from "../../fixtures/outcomes/build.ts";

import { clusterWith, rule1 } from "../../fixtures/outcomes/policies.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** The window's ends: the last whole hour, and a day before it. */
export const to = Math.floor(askedAt / hourMs) * hourMs;
export const from = to - dayMs;

/** What a day's sources say, each of which a scene may replace. */
export interface Day {
  readonly edges?: (quiet: EdgesFinding) => Reply;
  readonly drops?: Reply;
  readonly counted?: (quiet: DropTotalsFinding) => Reply;
  readonly countedBefore?: (quiet: DropTotalsFinding) => Reply;
  readonly policies?: (quiet: PolicyStatesFinding) => Reply;
  /** Of the denied end of the worst pair. */
  readonly select?: (quiet: Finding) => Reply;
  readonly why?: (question: WhyQuestion) => Reply;
  readonly changes?: (quiet: ChangesFinding) => Reply;
  readonly maps?: (quiet: RankingFinding) => Reply;
  readonly panels?: Readonly<Record<string, Reply>>;
}

/** Answers every question of a digest as on a quiet day, apart from what the day says. */
export function dayOf(day: Day = {}): (question: Question) => Reply {
  return (question) => {
    switch (question.ask) {
      case "edges":
        return (day.edges ?? same)(quietEdges(question));
      case "drops":
        return day.drops ?? quietFlows;
      case "dropTotals":
        return question.window.to === askedAt
          ? (day.counted ?? same)(totals(usual))
          : (day.countedBefore ?? same)(totals(usual.map((one) => ({ ...one, packets: (one.packets ?? 0) + 3 }))));
      case "policyStates":
        return (day.policies ?? same)(quietPolicies);
      case "changes":
        return (day.changes ?? same)(quietChanges(question));
      case "ranking":
        return (day.maps ?? same)(quietMaps(question.of, question.window));
      case "panel":
        return day.panels?.[question.panel] ?? quietPanels[question.panel] ?? nothingFails;
      case "policies":
        return (day.select ?? same)(ofRule1);
      case "why":
        return (day.why ?? starWars)(question);
      default:
        throw new Error(`digest asks for ${question.ask}`);
    }
  };
}

function same<Same>(finding: Same): Same {
  return finding;
}

/** rule1 is all there is. */
const starWars = clusterWith({ policies: [rule1()] });
const ofRule1 = policies([policy({ changedAt: new Date(from - 20 * dayMs).toISOString() })]);

/** Two kinds: one that is there every day, and noise. */
const usual = [
  { reason: "POLICY_DENIED", text: "Policy denied", packets: 211 },
  { reason: "UNSUPPORTED_L3_PROTOCOL", text: "Unsupported L3 protocol", direction: "EGRESS", packets: 40 },
];

const quietFlows: Reply = {
  ask: "drops",
  resolution: null,
  drops: summary([pair({ packets: 211 })]),
  coverage: coverage({ oldest: timeBack(26 * hourMs) }),
};

export function observed(
  window: { readonly from: number; readonly to: number },
  change: Partial<Observed> = {},
): Observed {
  const hours = (window.to - window.from) / hourMs;
  const seconds = hours * 3_600;
  return {
    ...{ window, hours, sketched: hours, seconds, dropSeconds: seconds, openingSeconds: seconds },
    ...{ openings: 1_204, shed: 0, lost: 0, nodes: { connected: 3, total: 3 }, folded: 0, unreadable: 0 },
    ...change,
  };
}

export function rows<Row>(list: readonly Row[], folded = { rows: 0, count: 0 }) {
  return { rows: list, folded };
}

function quietEdges({ window, before, days }: EdgesQuestion): EdgesFinding {
  const count = (now: number, then: number, median: number | null): CountChange => ({
    ...{ now, before: then, median: days.length > 0 ? median : null },
  });
  return {
    ask: "edges",
    now: observed(window),
    before: observed(before, { openings: 1_190 }),
    days: days.map((day) => observed(day)),
    history: { from: from - 30 * dayMs, dropsFrom: from - 30 * dayMs },
    drops: {
      total: count(251, 257, 249),
      byReason: rows([
        { key: "POLICY_DENIED", ...count(211, 214, 209) },
        { key: "UNSUPPORTED_L3_PROTOCOL", ...count(40, 43, 40) },
      ]),
      byNamespace: rows([{ key: "default", ...count(211, 214, 209) }]),
      pairs: rows([
        {
          ...{ source: "default/xwing", destination: "default/deathstar", port: 80, protocol: "TCP" },
          ...{ sourceNamespace: "default", destinationNamespace: "default", verdict: "dropped" as const },
          ...{ reason: "POLICY_DENIED", ...count(211, 214, 209), first: from + 60_000, last: to - 60_000 },
        },
      ]),
    },
    openings: count(1_204, 1_190, 1_201),
    newEdges: rows([]),
    vanishedEdges: rows([]),
    firstDrops: rows([]),
    policies: {
      matched: matched("default/rule1", to - hourMs),
      listedFrom: 0,
      since: from - 30 * dayMs,
    },
  };
}

/** One CiliumNetworkPolicy, and its last match. */
export function matched(name: string, last: number) {
  return { CiliumNetworkPolicy: { [name]: last / 1_000 } };
}

/** Of CiliumNetworkPolicies, `namespace/name`; written long ago unless told. */
export function states(
  ...all: readonly (readonly [name: string, changedAt?: number | undefined, lacks?: string | null])[]
) {
  const CiliumNetworkPolicy = all.map(([path, changedAt = from - 20 * dayMs, lacks]): PolicyState => {
    const [namespace = "", name = ""] = path.split("/");
    const at = changedAt / 1_000;
    return lacks === undefined ? [namespace, name, at] : [namespace, name, at, lacks];
  });
  return { CiliumNetworkPolicy };
}

const quietPolicies: PolicyStatesFinding = {
  ...{ ask: "policyStates", policies: states(["default/rule1"]), folded: 0, notes: [] },
};

function quietChanges({ kinds }: ChangesQuestion): ChangesFinding {
  return {
    ...{ ask: "changes", resolution: null, changes: [], folded: 0, file: null, notes: [] },
    watched: kinds.map((kind) => ({ kind, since: from - 40 * dayMs, gaps: [] })),
  };
}

export function change(over: Partial<Change> = {}): Change {
  return {
    ...{
      id: "c1",
      cluster: "prod-eu",
      kind: "policy",
      object: "CiliumNetworkPolicy",
      namespace: "payments",
      name: "api",
    },
    ...{ action: "changed", at: to - 25 * hourMs + 3 * hourMs + 600_000, after: null, observedAt: to },
    ...{ by: "kubectl-client-side-apply", what: ["ingress port 8080/TCP removed"], diff: "" },
    ...over,
  };
}

/** `growth`: of its size, from the window's beginning to its end. */
export function pressure(
  map: string,
  now: number,
  growth: number,
  window: { readonly from: number; readonly to: number },
) {
  const points = Array.from({ length: 49 }, (_, at): [number, number] => [
    Math.round(window.from + ((window.to - window.from) * at) / 48),
    now - growth * (1 - at / 48),
  ]);
  return { labels: { map_name: map, node: "k8s-w1" }, points };
}

function quietMaps(of: RankingFinding["of"], window: RankingFinding["covered"]): RankingFinding {
  const labels =
    of === "maps"
      ? { map_name: "ct4_global", operation: "update", outcome: "success", node: "k8s-w1" }
      : { reason: "Policy denied", direction: "INGRESS" };
  const points = Array.from({ length: 12 }, (_, at): [number, number] => [
    Math.round(window.from + ((window.to - window.from) * at) / 11),
    40 + 10 * Math.sin(at),
  ]);
  return {
    ...{
      ask: "ranking",
      of,
      metric: "cilium_bpf_map_ops_total",
      unit: of === "maps" ? "ops/s" : "packets/s",
      covered: window,
      lacks: null,
    },
    rows: [{ labels, rate: 41, before: 40, points }],
    totals: [{ labels: {}, rate: 50, count: 3 }],
    failing: [],
    pressure: of === "maps" ? [pressure("ct4_global", 0.31, 0, window)] : [],
    ...{ unmeasured: [], cannot: null, notes: [], queries: ["topk(5, …)"], stepMs: 480_000 },
  };
}

export function panel(series: PanelFinding["series"], over: Partial<PanelFinding> = {}): PanelFinding {
  return {
    ...{ ask: "panel", series, folded: 0, cannot: null, notes: [], queries: ["…"], stepMs: 480_000, quiet: false },
    ...over,
  };
}

/** From one value to another. */
export function line(labels: Readonly<Record<string, string>>, first: number, last: number, as?: string) {
  const points: [number, number][] = [
    [from, first],
    [to, last],
  ];
  return { labels, points, ...(as !== undefined && { as }) };
}

/** Of a workload: answers with 5xx, and all answers, on the day before and on this day, in 20 minutes each. */
export function answered(destination: string, errors: readonly [number, number], requests: readonly [number, number]) {
  return [answersOf(destination, "errors", ...errors), answersOf(destination, "requests", ...requests)];
}

function answersOf(destination: string, as: string, before: number, now: number) {
  const [namespace = "", workload = ""] = destination.split("/");
  const points = Array.from({ length: (2 * dayMs) / stepMs }, (_, at): [number, number] => {
    const count = at < dayMs / stepMs ? before : now;
    return [askedAt - 2 * dayMs + (at + 1) * stepMs, (count * stepMs) / dayMs / (stepMs / 1_000)];
  });
  return { labels: { destination_namespace: namespace, destination_workload: workload }, points, as };
}

const stepMs = 1_200_000;

/** `dns-errors` of so many seconds until the end of the day, at so many a second; before that there is nothing. */
export function dnsErrors(labels: Readonly<Record<string, string>>, seconds: number, perSecond: number) {
  const end = askedAt - hourMs;
  const points = Array.from({ length: (seconds * 1_000) / stepMs }, (_, at): [number, number] => [
    end - at * stepMs,
    perSecond,
  ]);
  return { labels, points: points.reverse() };
}

/** `errors-by-destination`. */
export function answers(series: PanelFinding["series"], over: Partial<PanelFinding> = {}): PanelFinding {
  return panel(series, { stepMs, ...over });
}

/** `lost-events`: so many on the day before and on this day. */
export function losses(before: number, now: number) {
  return { ...answersOf("", "", before, now), labels: { source: "perf_event_ring_buffer" } };
}

/** `drops-by-reason` of a week, an hour a point. */
export function dropsOfWeek(...series: PanelFinding["series"]): PanelFinding {
  return panel(series, { stepMs: hourMs });
}

/** By the hour, 0 is the first. */
export function week(reason: string, perHour: (hour: number) => number): PanelFinding["series"][number] {
  const points = Array.from({ length: 7 * 24 }, (_, at): [number, number] => [
    to - 7 * dayMs + (at + 1) * hourMs,
    perHour(at) / 3_600,
  ]);
  return { labels: { reason }, points };
}

const nothingFails = panel([], { cannot: "No DNS query failed.", quiet: true });
const quietPanels: Readonly<Record<string, Reply>> = {
  "endpoint-state": panel([line({ endpoint_state: "ready" }, 40, 41), line({ endpoint_state: "regenerating" }, 0, 1)]),
  "unreachable-nodes": panel([line({ pod: "cilium-a", node: "k8s-w1" }, 0, 0, "nodes")]),
  "lost-events": panel([line({ source: "perf_event_ring_buffer" }, 0, 0)]),
  "drops-by-reason": dropsOfWeek(
    week("Policy denied", (at) => 9 + 4 * Math.sin(at / 4)),
    week("Unsupported L3 protocol", () => 2),
  ),
};

/** Nothing was kept before it. */
export const firstDay: Day = {
  countedBefore: (quiet) => ({ ...quiet, totals: [], agents: 0 }),
  edges: (edges) => ({
    ...edges,
    before: observed(edges.before.window, {
      sketched: 0,
      dropSeconds: 0,
      openingSeconds: 0,
      nodes: { connected: 0, total: 0 },
    }),
    days: edges.days.map(({ window }) => observed(window, { sketched: 0, dropSeconds: 0, openingSeconds: 0 })),
    history: { from: edges.now.window.from, dropsFrom: null },
    openings: { ...edges.openings, before: null, median: null },
    drops: {
      ...edges.drops,
      byReason: rows(edges.drops.byReason.rows.map((row) => ({ ...row, before: null, median: null }))),
      byNamespace: rows(edges.drops.byNamespace.rows.map((row) => ({ ...row, before: null, median: null }))),
    },
    policies: { ...edges.policies, since: edges.now.window.from },
  }),
};

/** The recorder was down for half of it, and metrics are missing. */
export const halfDay: Day = {
  counted: (quiet) => ({ ...quiet, totals: [], agents: 0, warnings: ["Prometheus has no samples of the agents."] }),
  countedBefore: (quiet) => ({ ...quiet, totals: [], agents: 0 }),
  edges: (edges) => ({
    ...edges,
    now: observed(edges.now.window, { dropSeconds: 41_000, openingSeconds: 41_000 }),
    vanishedEdges: rows([
      {
        ...{ source: "shop/web", destination: "shop/cache", sourceNamespace: "shop", destinationNamespace: "shop" },
        ...{ port: 6_379, protocol: "TCP", verdict: "forwarded", reason: "", before: 900 },
        ...{ days: { had: 7, of: 7 }, last: from - hourMs, unsure: true },
      },
    ]),
    drops: { ...edges.drops, byNamespace: rows([{ key: "default", now: 0, before: 800, median: 800 }]) },
  }),
};
