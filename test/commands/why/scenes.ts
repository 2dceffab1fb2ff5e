/** Situations in which people ask why. Policies are judged as the source judges them; flows are made up. Each scene has a golden file. */

import type { Coverage } from "../../../src/analysis/coverage.ts";
import type { DropPair } from "../../../src/analysis/drops.ts";
import type { TraceSummary } from "../../../src/analysis/trace/trace.ts";
import type { Question } from "../../../src/sources/question.ts";
import {
  coverage,
  deathstar,
  denial,
  kubernetesDenied,
  pair,
  type Reply,
  relayDown,
  type Scene,
  summary,
  timeBack,
} from "../../fixtures/outcomes/build.ts";
import { clusterWith, rule1, starWarsPods, type Written } from "../../fixtures/outcomes/policies.ts";
import { row as traceRow, summary as traceSummary } from "../trace/scenes.ts";

interface Seen {
  readonly denied?: readonly Partial<DropPair>[];
  readonly refused?: Parameters<typeof summary>[1];
  readonly passed?: readonly {
    readonly source?: string;
    readonly destination?: string;
    readonly port?: number;
    readonly flows: number;
    readonly ago?: number;
  }[];
  /** No connection was seen from both sides where it is left out. */
  readonly trace?: TraceSummary;
  /** Of both sides; whole where it is left out. */
  readonly traceCoverage?: Coverage;
}

function scene(text: string, written: Written, seen: Seen = {}, change: Partial<Scene> = {}): Scene {
  const why = clusterWith(written);
  const reply = (question: Question): Reply => {
    if (question.ask === "why") return why(question);
    if (question.ask === "drops")
      return {
        ask: "drops",
        resolution: deathstar(),
        drops: summary((seen.denied ?? []).map(pair), seen.refused),
        coverage: coverage(),
      };
    if (question.ask === "trace")
      return {
        ...{ ask: "trace", from: deathstar(), resolution: deathstar(), coverage: seen.traceCoverage ?? coverage() },
        trace: seen.trace ?? traceSummary([]),
      };
    if (question.ask !== "forwarded") throw new Error(`why does not ask for ${question.ask}`);
    const pairs = (seen.passed ?? []).map(
      ({ source = "default/xwing", destination = "default/deathstar", port = 80, flows, ago = 1_000 }) => ({
        ...{ source, destination, port, protocol: "TCP", flows },
        last: timeBack(ago),
      }),
    );
    return {
      ask: "forwarded",
      resolution: deathstar(),
      forwarded: { flows: pairs.reduce((sum, { flows }) => sum + flows, 0), pairs },
      coverage: coverage(),
    };
  };
  return { text, reply, ...change };
}

const l4 = { policies: [rule1()] };
const l7 = { policies: [rule1({ http: true })] };
const tiefighter = { source: "default/tiefighter" };

/** What some questions are answered with in place of the scene's own. */
function except(of: Scene, replies: Partial<Record<Question["source"], Reply>>): Scene {
  return { ...of, reply: (question) => replies[question.source] ?? of.reply(question) };
}

const denied = scene("why xwing deathstar:80", l4, { denied: [{}] });
const payments = {
  namespace: "payments",
  policies: [
    {
      namespace: "payments",
      name: "ledger",
      spec: {
        endpointSelector: { matchLabels: { app: "ledger" } },
        ingress: [
          {
            fromEndpoints: [{ matchLabels: { app: "api" } }],
            toPorts: [{ ports: [{ port: "5432", protocol: "TCP" }] }],
          },
        ],
      },
    },
  ],
  pods: [
    { namespace: "payments", name: "api", labels: { app: "api" }, ip: "10.9.0.1" },
    { namespace: "payments", name: "ledger", labels: { app: "ledger" }, ip: "10.9.0.2" },
    { namespace: "shop", name: "web", labels: { app: "web" }, ip: "10.9.1.1" },
  ],
} as const;
const noise = { ...denial(), source: "default/tiefighter" };

const toFqdns = (matchPattern: string): Written => ({
  policies: [
    {
      name: "to-example",
      spec: {
        endpointSelector: { matchLabels: { class: "xwing" } },
        egress: [{ toFQDNs: [{ matchPattern }], toPorts: [{ ports: [{ port: "443", protocol: "TCP" }] }] }],
      },
    },
  ],
});
const lastDrop = 4_200;
const resolved = (agoMs: number, ttl: number) =>
  ({ at: timeBack(agoMs), ttl, lateMs: Math.max(0, agoMs - lastDrop - ttl * 1_000) }) as const;
const byAddress = (outside: DropPair["outside"], change: Partial<DropPair> = {}): Partial<DropPair> => ({
  ...{ destination: "203.0.113.7", port: 443, direction: "EGRESS", packets: 21, destinationLabels: ["reserved:world"] },
  ...(outside && { outside }),
  ...change,
});

export const scenes = {
  "no policy": scene("why xwing deathstar:80", {}, { passed: [{ flows: 207 }] }),
  "after rule1 xwing": denied,
  "after rule1 tiefighter": scene("why tiefighter deathstar:80", l4, { passed: [{ ...tiefighter, flows: 411 }] }),
  "after l7 rule1 PUT": scene("why tiefighter deathstar:80 --http 'PUT /v1/exhaust-port'", l7, {
    refused: { l7Denials: [noise] },
    passed: [{ ...tiefighter, flows: 411 }],
  }),
  "after l7 rule1 POST": scene("why tiefighter deathstar:80 --http 'POST /v1/request-landing'", l7),
  "after l7 rule1 a query": scene("why tiefighter deathstar:80 --http 'POST /v1/request-landing?token=hunter2'", l7),
  "after l7 rule1 no request": scene("why tiefighter deathstar:80", l7),
  "after l7 rule1 xwing": scene("why xwing deathstar:80 --http 'POST /v1/request-landing'", l7, { denied: [{}] }),
  "another port": scene("why tiefighter deathstar:8080", l4),
  "another protocol": scene("why tiefighter deathstar:80/udp", l4),
  "no port": scene("why tiefighter deathstar", l4),
  "no port and no policy": scene("why tiefighter deathstar", {}),
  "another protocol of ICMP": scene("why tiefighter deathstar:8/icmp", l4),
  "explicit deny": scene("why xwing deathstar:80", {
    policies: [
      rule1({ spec: { endpointSelector: {}, ingress: [{ fromEndpoints: [{}] }] }, name: "let-all" }),
      {
        kind: "CiliumClusterwideNetworkPolicy",
        name: "no-rebels",
        spec: {
          endpointSelector: { matchLabels: { class: "deathstar" } },
          ingressDeny: [{ fromEndpoints: [{ matchLabels: { org: "alliance" } }] }],
        },
      },
    ],
  }),
  "a CIDR rule and a pod": scene("why xwing deathstar:80", {
    policies: [
      {
        name: "by-address",
        spec: { endpointSelector: { matchLabels: { class: "xwing" } }, egress: [{ toCIDR: ["172.20.0.0/16"] }] },
        changedAt: "2026-11-20T01:00:00Z",
        by: "helm",
      },
    ],
  }),
  "both sides": scene("why xwing deathstar:80", {
    policies: [rule1(), { name: "closed", spec: { endpointSelector: {}, egress: [{}] } }],
  }),
  "a DNS name": scene("why xwing api.example.com:443", {
    policies: [
      {
        name: "to-example",
        spec: {
          endpointSelector: { matchLabels: { class: "xwing" } },
          egress: [
            { toFQDNs: [{ matchPattern: "*.example.org" }], toPorts: [{ ports: [{ port: "443", protocol: "TCP" }] }] },
          ],
        },
      },
    ],
  }),
  "an expired name": scene("why xwing api.example.com:443", toFqdns("*.example.com"), {
    denied: [byAddress({ name: "api.example.com", answer: resolved(720_000, 30) })],
    trace: traceSummary([
      traceRow("name-expired", {
        ...{ destination: "203.0.113.7", port: 443, node: "k8s-w1", reason: "POLICY_DENIED", name: "api.example.com" },
        ...{ lateMs: 685_800, attempts: 11 },
      }),
      traceRow("established", { destination: "api.example.com", port: 443, node: "", attempts: 4 }),
    ]),
  }),
  "an expired name, and no view of both sides": scene("why xwing api.example.com:443", toFqdns("*.example.com"), {
    denied: [byAddress({ name: "api.example.com", answer: resolved(720_000, 30) })],
  }),
  "a name whose answer still held": scene("why xwing api.example.com:443", toFqdns("*.example.com"), {
    denied: [byAddress({ name: "api.example.com", answer: resolved(20_000, 300) })],
  }),
  "a name with answers missing": scene("why xwing api.example.com:443", toFqdns("*.example.com"), {
    denied: [byAddress({ name: "api.example.com", answer: null })],
  }),
  "an expired name, and others before": scene("why xwing api.example.com:443", toFqdns("*.example.com"), {
    denied: [byAddress({ name: "api.example.com", answer: resolved(60_000, 30) }, { first: timeBack(600_000) })],
  }),
  "denied by its name, which is admitted now": scene("why xwing api.example.com:443", toFqdns("*.example.com"), {
    denied: [byAddress({ name: "api.example.com", answer: resolved(60_000, 300) }, { destination: "api.example.com" })],
  }),
  "a name that no rule admits, by address": scene("why xwing api.example.com:443", toFqdns("*.example.org"), {
    denied: [
      byAddress({ name: "api.example.com", answer: resolved(20_000, 300) }),
      byAddress(undefined, { destination: "203.0.113.99" }),
    ],
  }),
  "an address whose name is admitted": scene("why xwing 203.0.113.7:443", toFqdns("*.example.com"), {
    denied: [byAddress({ name: "api.example.com", answer: resolved(720_000, 30) })],
    passed: [{ destination: "api.example.com", port: 443, flows: 12 }],
  }),
  "an address whose name is admitted, and all is well": scene("why xwing 203.0.113.7:443", toFqdns("*.example.com"), {
    passed: [{ destination: "api.example.com", port: 443, flows: 12 }],
  }),
  "an address whose name no rule admits": scene("why xwing 203.0.113.7:443", toFqdns("*.example.org"), {
    denied: [byAddress({ name: "api.example.com", answer: resolved(20_000, 300) })],
  }),
  "a CIDR with several names": scene("why xwing 203.0.113.0/24", toFqdns("*.example.com"), {
    denied: [
      byAddress({ name: "few.example.com", answer: resolved(720_000, 30) }, { destination: "203.0.113.9", packets: 2 }),
      byAddress({ name: "api.example.com", answer: resolved(720_000, 30) }),
      byAddress({ name: "api.example.com", answer: null }, { destination: "203.0.113.8", packets: 7 }),
      byAddress({ name: "www.example.org", answer: null }, { destination: "203.0.113.10", packets: 9, port: 80 }),
      byAddress({ name: "last.example.com", answer: null }, { destination: "203.0.113.11", packets: 1 }),
      byAddress(undefined, { destination: "203.0.113.12", packets: 90 }),
    ],
  }),
  "the world, of which one address has a name": scene("why xwing world:443", toFqdns("*.example.com"), {
    denied: [byAddress({ name: "api.example.com", answer: resolved(720_000, 30) })],
  }),
  "an address without a name": scene("why xwing 203.0.113.7:443", toFqdns("*.example.com"), {
    denied: [byAddress(undefined)],
    passed: [{ destination: "203.0.113.7", port: 443, flows: 3 }],
  }),
  "allowed, and lost between the nodes": scene(
    "why xwing deathstar:80",
    {},
    { trace: traceSummary([traceRow("lost")]) },
  ),
  "allowed, and some are refused": scene(
    "why xwing deathstar:80",
    {},
    {
      passed: [{ flows: 90 }],
      trace: traceSummary([traceRow("refused", { attempts: 3 }), traceRow("established", { attempts: 90 })]),
    },
  ),
  "both sides, and not all could be read": scene(
    "why xwing deathstar:80",
    {},
    {
      trace: traceSummary([traceRow("refused", { attempts: 3 })], { translated: undefined }),
      traceCoverage: coverage({ truncated: true }),
    },
  ),
  "denied, seen from both sides": scene("why xwing deathstar:80", l4, {
    denied: [{}],
    trace: traceSummary([traceRow("dropped-at-destination", { reason: "POLICY_DENIED" })]),
  }),
  "no such name": scene(
    "why xwing tauntaun.example.org:443",
    {},
    {
      trace: traceSummary([], {
        names: [{ name: "tauntaun.example.org", missing: 30, found: 0, refused: 0, last: timeBack(2_000) }],
      }),
    },
  ),
  "the world": scene("why world deathstar:80", l4),
  "a Service's port": scene("why tiefighter svc/deathstar:80", {
    policies: [rule1()],
    pods: starWarsPods.map((pod) => ({ ...pod, ports: [{ name: "web", containerPort: 8080 }] })),
    services: [{ name: "deathstar", ip: "10.96.1.2", target: "web" }],
  }),
  "pods that differ": scene("why -- org=empire deathstar:80", {
    policies: [
      rule1({
        spec: {
          endpointSelector: { matchLabels: { class: "deathstar" } },
          ingress: [{ fromEndpoints: [{ matchLabels: { class: "tiefighter" } }] }],
        },
      }),
    ],
  }),
  "denied in the past": scene(
    "why tiefighter deathstar:80",
    { policies: [rule1({ changedAt: timeBack(61_000) })] },
    {
      denied: [{ ...tiefighter, packets: 40, last: timeBack(95_000) }],
      passed: [{ ...tiefighter, flows: 12 }],
    },
  ),
  "denied although allowed": scene("why tiefighter deathstar:80", l4, { denied: [{ ...tiefighter, packets: 40 }] }),
  "passed although denied": scene("why xwing deathstar:80", l4, { passed: [{ flows: 9 }] }),
  "a change on its way": scene(
    "why xwing deathstar:80",
    { policies: [rule1({ changedAt: timeBack(9_000) })] },
    { passed: [{ flows: 9, ago: 3_000 }] },
  ),
  "an invalid policy": scene(
    "why tiefighter deathstar:80",
    { policies: [rule1({ invalid: "Invalid CiliumNetworkPolicy spec: port 80800 is not in range 0-65535" })] },
    { denied: [{ ...tiefighter, packets: 40 }] },
  ),
  "another reason": scene("why tiefighter deathstar:80", l4, {
    denied: [{ ...tiefighter, reason: "CT_MAP_INSERTION_FAILED", packets: 40 }],
  }),
  "somebody else's flows": scene("why xwing deathstar:80", l4, { denied: [{ source: "default/xwing-two" }] }),
  "host network": scene("why agent deathstar:80", {
    policies: [rule1()],
    pods: [...starWarsPods, { name: "agent", labels: { app: "agent" }, ip: "192.168.10.101", hostNetwork: true }],
  }),
  ambiguous: scene("why xwing deathstar:80", {
    pods: [...starWarsPods, { namespace: "staging", name: "xwing", labels: {}, ip: "10.3.0.1" }],
  }),
  unknown: scene("why xwing deathstr:80", {}),
  "kubernetes failed": except(denied, { kubernetes: kubernetesDenied }),
  "relay failed": except(denied, { hubble: relayDown }),
  "all failed": except(denied, { kubernetes: kubernetesDenied, hubble: relayDown }),
  "impossible times": scene("why xwing deathstar:80 --since 2h --until 3h", l4),
  "two clusters": scene(
    "why xwing deathstar:80 --cluster *",
    l4,
    { denied: [{}] },
    { clusters: ["prod-eu", "prod-us"] },
  ),
  restricted: scene("why payments/api payments/ledger:5432", payments, {}, { visible: { "prod-eu": ["payments"] } }),
  "restricted, an address elsewhere": scene(
    "why 10.9.1.1 payments/ledger:5432",
    payments,
    {},
    {
      visible: { "prod-eu": ["payments"] },
    },
  ),
  hostile: scene("why xwing deathstar:80 --http 'GET /'", {
    policies: [
      rule1({
        by: "evil\u001b[2J",
        spec: {
          endpointSelector: { matchLabels: { class: "deathstar" } },
          ingress: [
            {
              toPorts: [
                {
                  ports: [{ port: "80", protocol: "TCP" }],
                  rules: { http: [{ method: "\u202e*_<!channel>_*\u0007", path: `/${"(a|b)".repeat(300)}` }] },
                },
              ],
            },
          ],
        },
      }),
    ],
  }),
} satisfies Record<string, Scene>;
