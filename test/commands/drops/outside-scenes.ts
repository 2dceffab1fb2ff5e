/** Packets of `checkout` to addresses outside that DNS answers gave a name; `payments-egress` admits names under example.com. */
import type { DropPair } from "../../../src/analysis/drops.ts";
import {
  coverage,
  pair,
  policies,
  policy,
  type Scene,
  summary,
  timeBack,
  totals,
} from "../../fixtures/outcomes/build.ts";
import { clusterWith } from "../../fixtures/outcomes/policies.ts";

const https = [{ ports: [{ port: "443", protocol: "TCP" }] }];
const inForce = clusterWith({
  pods: [{ name: "checkout-7d4b9c-x2x5q", namespace: "payments", labels: { app: "checkout" }, ip: "172.20.1.80" }],
  policies: [
    {
      ...{ namespace: "payments", name: "payments-egress", changedAt: timeBack(3_600_000) },
      spec: {
        endpointSelector: { matchLabels: { app: "checkout" } },
        egress: [
          {
            toEndpoints: [
              { matchLabels: { "k8s:io.kubernetes.pod.namespace": "kube-system", "k8s:k8s-app": "kube-dns" } },
            ],
            toPorts: [{ ports: [{ port: "53", protocol: "ANY" }], rules: { dns: [{ matchPattern: "*" }] } }],
          },
          { toFQDNs: [{ matchPattern: "*.example.com" }], toPorts: https },
        ],
      },
    },
  ],
});

export function outsidePair(outside: DropPair["outside"], change: Partial<DropPair> = {}): DropPair {
  return pair({
    ...{ source: "payments/checkout", destination: "203.0.113.7", port: 443, direction: "EGRESS", packets: 21 },
    ...{ first: timeBack(122_000), last: timeBack(2_500) },
    sourceLabels: ["k8s:app=checkout", "k8s:io.kubernetes.pod.namespace=payments"],
    destinationLabels: ["reserved:world"],
    ...(outside && { outside }),
    ...change,
  });
}

export const answered = (ttl: number, agoMs: number) =>
  ({ at: timeBack(2_500 + agoMs), ttl, lateMs: Math.max(0, agoMs - ttl * 1_000) }) as const;

export function outsideScene(...pairs: readonly DropPair[]): Scene {
  return {
    text: "drops payments/checkout --since 10m",
    reply(question) {
      switch (question.ask) {
        case "drops":
          return { ask: "drops", resolution: null, drops: summary(pairs), coverage: coverage() };
        case "dropTotals":
          return totals([{ packets: pairs.reduce((sum, { packets }) => sum + packets, 0) }]);
        case "policies":
          return policies([policy({ namespace: "payments", name: "payments-egress", enforces: ["egress"] })]);
        case "why":
          return inForce(question);
        default:
          throw new Error(`this scene does not expect ${question.ask}`);
      }
    },
  };
}

const api = "api.example.com";
const internal = pair({
  ...{ source: "payments/checkout", destination: "default/deathstar", direction: "EGRESS", packets: 80 },
  sourceLabels: ["k8s:app=checkout", "k8s:io.kubernetes.pod.namespace=payments"],
});

export const outsideScenes = {
  "outside name expired": outsideScene(outsidePair({ name: api, answer: answered(30, 70_000) })),
  "outside name that no rule matches": outsideScene(
    internal,
    outsidePair({ name: "cdn.example.net", answer: answered(300, 4_000) }),
    outsidePair({ name: api, answer: answered(30, 70_000) }, { destination: "203.0.113.8", packets: 3 }),
  ),
} as const satisfies Record<string, Scene>;
