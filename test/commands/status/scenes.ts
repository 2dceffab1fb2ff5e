/** Situations in which people ask how the cluster is. Each has a golden file. */
import type {
  AgentsFinding,
  NodesFinding,
  PanelFinding,
  PolicyRules,
  PolicyRulesFinding,
  Question,
} from "../../../src/sources/question.ts";
import {
  askedAt,
  kubernetesDenied,
  policy,
  prometheusLate,
  type Reply,
  relayDown,
  type Scene,
} from "../../fixtures/outcomes/build.ts";

const minute = 60_000;
type RelayNode = NodesFinding["nodes"][number];

function node(name: string, more: Partial<RelayNode> = {}): RelayNode {
  return {
    ...{ name, state: "connected", version: "cilium v1.19.4", flows: 4_095, maxFlows: 4_095 },
    ...{ oldest: askedAt - 4 * minute - 12_000, ...more },
  };
}

const away = { state: "unavailable", version: "", flows: 0, maxFlows: 0, oldest: null } as const;

function nodes(list: readonly RelayNode[], more: Partial<NodesFinding> = {}): NodesFinding {
  const connected = list.filter(({ state }) => state === "connected");
  return {
    ...{ ask: "nodes", at: askedAt, version: "hubble-relay v1.19.4", flowsPerSecond: 45.9 },
    ...{ connected: connected.length, unavailable: list.length - connected.length },
    flows: connected.reduce((sum, { flows }) => sum + flows, 0),
    maxFlows: connected.reduce((sum, { maxFlows }) => sum + maxFlows, 0),
    ...{ nodes: list, folded: 0, versions: [{ version: "cilium v1.19.4", nodes: connected.length }], lost: {} },
    ...{ recorder: { oldest: askedAt - 30 * minute, through: askedAt - 400 }, notes: [], ...more },
  };
}

function agents(more: Partial<AgentsFinding> = {}): AgentsFinding {
  return {
    ask: "agents",
    nodes: { total: 3, notReady: [], unknown: 0, folded: 0 },
    agents: { total: 3, troubled: [], folded: 0 },
    policies: { total: 12, invalid: 0 },
    ...{ staleSince: null, notes: [], ...more },
  };
}

function rules(list: readonly Partial<PolicyRules>[]): PolicyRulesFinding {
  const policies = list.map((one): PolicyRules => {
    const shared = { changedBy: null, subject: "", rules: [], foldedRules: 0 };
    return { ...policy(), ...shared, valid: false, message: "invalid port 99999", ...one };
  });
  return {
    ...{ ask: "policyRules", resolution: null, policies, folded: 0 },
    notes: ["Policy enforcement: default (cilium-config), Cilium 1.19."],
  };
}

type Line = readonly [labels: Readonly<Record<string, string>>, value: number, as?: string];

/** Each line as so many equal points, one a minute. */
function panel(lines: readonly Line[], more: Partial<PanelFinding> = {}): PanelFinding {
  const series = lines.map(([labels, value, as]) => ({
    ...{ labels, ...(as !== undefined && { as }) },
    points: Array.from({ length: 15 }, (_, at) => [askedAt - (14 - at) * minute, value] as const),
  }));
  return {
    ...{ ask: "panel", series, quiet: false, folded: 0, cannot: null, notes: [] },
    ...{ queries: ["sum by (source) (rate(hubble_lost_events_total[1m]))"], stepMs: minute, ...more },
  };
}

interface Replies {
  readonly relay: Reply;
  readonly agents: Reply;
  readonly policies: Reply;
  readonly lost: Reply;
  readonly unreachable: Reply;
  readonly maps: Reply;
}

const well: Replies = {
  relay: nodes([node("k8s-ctr"), node("k8s-w1", { oldest: askedAt - 92_000 }), node("k8s-w2")]),
  agents: agents(),
  policies: rules([{ valid: true, message: "" }]),
  lost: panel([[{ source: "perf_event_ring_buffer" }, 0]]),
  unreachable: panel([
    [{ pod: "cilium-a", node: "k8s-w1" }, 0, "nodes"],
    [{ pod: "cilium-b", node: "k8s-w2" }, 0, "nodes"],
  ]),
  maps: panel([], { cannot: "No map is full enough to be told of.", quiet: true }),
};

function scene(text: string, replies: Partial<Replies> = {}, more: Partial<Scene> = {}): Scene {
  return { text, reply: replying({ ...well, ...replies }), ...more };
}

function replying(all: Replies): Scene["reply"] {
  return (question: Question) => {
    switch (question.ask) {
      case "nodes":
        return all.relay;
      case "agents":
        return all.agents;
      case "policyRules":
        return all.policies;
      case "panel":
        return { "lost-events": all.lost, "unreachable-nodes": all.unreachable, "map-pressure": all.maps }[
          question.panel
        ] as Reply;
      default:
        throw new Error(`status asks for ${question.ask}`);
    }
  };
}

const kubernetesLate: Reply = {
  ...{ ended: "late", ms: 5_000 },
  error: { code: "TIMEOUT", say: "Kubernetes: no answer in 5 s." },
};
const skipped: Reply = { ended: "skipped", ms: 0, error: { code: "NOT_CONFIGURED", say: "It is not configured." } };
const noPrometheus = { lost: skipped, unreachable: skipped, maps: skipped };
const noKubernetes = { agents: skipped, policies: skipped };
const w2Away: Partial<Replies> = {
  relay: nodes([node("k8s-w2", away), node("k8s-ctr"), node("k8s-w1")]),
  agents: agents({
    nodes: {
      ...{ total: 3, unknown: 0, folded: 0 },
      notReady: [{ name: "k8s-w2", reason: "NodeStatusUnknown", since: askedAt - 3 * minute }],
    },
    agents: {
      ...{ total: 3, folded: 0 },
      troubled: [{ node: "k8s-w2", pod: "cilium-x7k2p", why: "", restarts: 0 }],
    },
    policies: { total: 12, invalid: 1 },
  }),
  policies: rules([{ name: "rule1" }]),
};
const twoPolicies = rules([{ name: "rule1" }, { name: "rule2", valid: true, message: "" }]);

export const scenes = {
  "all is well": scene("status"),
  "under its other name": scene("nodes"),
  "a node is away and a policy invalid": scene("status", w2Away),
  "an agent crashes, another is missing": scene("status", {
    agents: agents({
      nodes: { total: 4, notReady: [], unknown: 0, folded: 0 },
      agents: {
        ...{ total: 4, folded: 0 },
        troubled: [
          { node: "k8s-w1", pod: "cilium-9qqlc", why: "CrashLoopBackOff", restarts: 17 },
          { node: "fargate-1", pod: null, why: "", restarts: 0 },
        ],
      },
    }),
  }),
  "an agent answers with an error": scene("status", {
    relay: nodes([node("k8s-w1", { ...away, state: "error" }), node("k8s-ctr"), node("k8s-w2")]),
  }),
  "everything at once": scene("status", {
    ...w2Away,
    relay: nodes([node("k8s-w2", away), node("k8s-ctr"), node("k8s-w1")], {
      lost: { PERF_EVENT_RING_BUFFER: 20 },
      recorder: { oldest: askedAt - 30 * minute, through: askedAt - 12 * minute },
    }),
    lost: panel([[{ source: "perf_event_ring_buffer" }, 1.5]]),
    unreachable: panel([
      [{ pod: "cilium-a", node: "k8s-ctr" }, 1, "nodes"],
      [{ pod: "cilium-b", node: "k8s-w1" }, 1, "nodes"],
    ]),
    maps: panel([
      [{ map_name: "cilium_ct4_global", pod: "cilium-a", node: "k8s-ctr" }, 0.974],
      [{ map_name: "cilium_snat_v4_external", pod: "cilium-b", node: "k8s-w1" }, 1],
    ]),
  }),
  "a large cluster": scene("status", {
    relay: nodes(
      [
        ...Array.from({ length: 4 }, (_, at) => node(`node-${at * 7}`, away)),
        ...Array.from({ length: 296 }, (_, at) => node(`node-${at + 30}`, { flows: 900 + at })),
      ],
      {
        ...{ folded: 700, connected: 996, unavailable: 4 },
        versions: [
          { version: "cilium v1.19.4", nodes: 990 },
          { version: "cilium v1.18.12", nodes: 6 },
        ],
      },
    ),
    agents: agents({
      nodes: { total: 1_000, notReady: [], unknown: 0, folded: 0 },
      agents: { total: 1_000, troubled: [], folded: 0 },
    }),
  }),
  "during an upgrade": scene("status", {
    relay: nodes([node("k8s-ctr"), node("k8s-w1", { version: "cilium v1.18.12" }), node("k8s-w2")], {
      versions: [
        { version: "cilium v1.19.4", nodes: 2 },
        { version: "cilium v1.18.12", nodes: 1 },
      ],
    }),
  }),
  "a full map": scene("status", {
    maps: panel([[{ map_name: "cilium_ct4_global", pod: "cilium-a", node: "k8s-w1" }, 0.97]]),
  }),
  "no word of what is measured": scene("status", {
    lost: panel([], { cannot: "No agent has hubble_lost_events_total: set hubble.metrics.enabled.", queries: [] }),
  }),
  "Relay is down": scene("status", { relay: relayDown }),
  "Relay is down and a node not ready": scene("status", { ...w2Away, relay: relayDown }),
  "agents do not reach others": scene("status", {
    unreachable: panel([
      [{ pod: "cilium-a", node: "k8s-ctr" }, 1, "nodes"],
      [{ pod: "cilium-b", node: "k8s-w1" }, 0, "nodes"],
      [{ pod: "cilium-c", node: "k8s-w2" }, 2, "health endpoints"],
    ]),
  }),
  "Prometheus is late": scene("status", { lost: prometheusLate, unreachable: prometheusLate, maps: prometheusLate }),
  "Kubernetes denies": scene("status", { agents: kubernetesDenied, policies: kubernetesDenied }),
  "Kubernetes is stale": scene("status", {
    agents: agents({
      staleSince: askedAt - 5 * minute,
      notes: ["Pod: as of 2026-11-20T03:09:05.000Z, because the watch is lost; it was refused."],
    }),
  }),
  "nobody answers": scene("status", {
    ...{ relay: relayDown, agents: kubernetesDenied, policies: kubernetesDenied },
    ...{ lost: prometheusLate, unreachable: prometheusLate, maps: prometheusLate },
  }),
  "Relay alone is configured": scene("status", { ...noPrometheus, ...noKubernetes }),
  "Kubernetes alone is configured": scene("status", { ...noPrometheus, relay: skipped }),
  "a Relay that lists no nodes": scene("status", {
    relay: nodes([node("k8s-w2", away)], {
      ...{ connected: 2, unavailable: 1, versions: [], flows: 8_190, maxFlows: 8_190, recorder: null, lost: null },
      notes: ["Relay does not list its nodes. This version of it cannot, or hubble.address is a single agent's."],
    }),
  }),
  "an older Relay, and more are away than it names": scene("status", {
    relay: nodes(
      Array.from({ length: 10 }, (_, at) => node(`node-${at}`, away)),
      {
        ...{ connected: 88, unavailable: 12, versions: [], flows: 8_190, maxFlows: 8_190, recorder: null, lost: null },
        reach: { leastMs: 61_000, mostMs: 4 * minute },
        notes: ["Relay does not list its nodes. This version of it cannot, or hubble.address is a single agent's."],
      },
    ),
    agents: agents({
      nodes: { total: 100, notReady: [], unknown: 0, folded: 0 },
      agents: {
        ...{ total: 100, folded: 0 },
        troubled: [{ node: "node-50", pod: "cilium-x7k2p", why: "CrashLoopBackOff", restarts: 2 }],
      },
    }),
  }),
  "more are not ready than are listed": scene("status", {
    relay: nodes(
      Array.from({ length: 300 }, (_, at) => node(`node-${at}`, { flows: 0, maxFlows: 0 })),
      { ...{ folded: 700, connected: 1_000, unavailable: 0 }, reach: { leastMs: 5_000, mostMs: 9 * minute } },
    ),
    agents: agents({
      nodes: {
        ...{ total: 1_200, unknown: 0, folded: 50 },
        notReady: Array.from({ length: 100 }, (_, at) => ({
          ...{ name: `node-${at + 250}`, reason: "KubeletNotReady", since: null },
        })),
      },
      agents: { total: 1_200, troubled: [], folded: 0 },
    }),
  }),
  "nodes by the hundreds are away": scene("status", {
    relay: nodes(
      Array.from({ length: 300 }, (_, at) => node(`node-${at}`, away)),
      { ...{ folded: 700, connected: 600, unavailable: 400 }, versions: [{ version: "cilium v1.19.4", nodes: 600 }] },
    ),
    agents: agents({
      nodes: {
        ...{ total: 1_000, unknown: 0, folded: 300 },
        notReady: Array.from({ length: 100 }, (_, at) => ({
          ...{ name: `node-${at + 250}`, reason: "NodeStatusUnknown", since: null },
        })),
      },
      agents: { total: 1_000, troubled: [], folded: 0 },
    }),
  }),
  "two clusters behind one Relay": scene("status", {
    relay: nodes([node("a/w1"), node("b/w1")]),
    agents: agents({
      nodes: { total: 1, notReady: [{ name: "w1", reason: "KubeletNotReady", since: null }], unknown: 0, folded: 0 },
      agents: { total: 1, troubled: [], folded: 0 },
    }),
  }),
  "a state that nobody knows": scene("status", { relay: nodes([node("k8s-w1", { state: "7" }), node("k8s-ctr")]) }),
  "a worker that does not know the question": scene("status", {
    relay: { ended: "failed", error: { code: "INTERNAL", say: "Hubble Relay: Something failed inside the bot." } },
  }),
  "Kubernetes answers in part": scene("status", { agents: kubernetesLate }),
  "policies are not told": scene("status", { policies: kubernetesLate }),
  "Prometheus answers in part": scene("status", { maps: prometheusLate }),
  "a Prometheus of several clusters": scene("status", {
    lost: panel([[{ source: "perf_event_ring_buffer" }, 0]], {
      notes: ["This Prometheus holds 2 clusters, none of them called prod-eu: the numbers are of all."],
    }),
    maps: panel([], {
      ...{ cannot: "No map is full enough to be told of.", quiet: true },
      notes: ["A map has a value only above its own threshold: policy maps from 10% on."],
    }),
  }),
  "a part may be seen": scene(
    "status",
    { agents: agents({ policies: { total: 12, invalid: 3 } }), policies: twoPolicies },
    { visible: { "prod-eu": ["default"] } },
  ),
  "two clusters": {
    text: "status --cluster *",
    clusters: ["prod-eu", "prod-us"],
    reply: (question) => replying(question.cluster === "prod-eu" ? { ...well, ...w2Away } : well)(question),
  },
  hostile: scene("status", {
    relay: nodes([node(`\u202eevil<!channel>${"x".repeat(300)}`, { ...away, version: "\u001b[31m" })], {
      notes: ["\u202e<!here>".repeat(90)],
      versions: [{ version: "*_~`<!channel>\u202e", nodes: 1 }],
    }),
    agents: agents({
      agents: {
        ...{ total: 3, folded: 0 },
        troubled: [{ node: "<!here>", pod: "x", why: "\u001b[2J`*".repeat(40), restarts: 3 }],
      },
    }),
    policies: rules([{ name: "\u202e<!channel>", message: `\`\`\`\u202e${"y".repeat(900)}` }]),
  }),
} satisfies Record<string, Scene>;
