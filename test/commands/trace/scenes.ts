/** What clusters answer to `trace`, by name. */
import {
  type Stage,
  stages,
  type TraceExample,
  type TraceRow,
  type TraceSummary,
} from "../../../src/analysis/trace/trace.ts";
import type { TraceFinding } from "../../../src/sources/question.ts";
import { coverage, deathstar, relayDown, type Scene, timeBack } from "../../fixtures/outcomes/build.ts";

export function row(stage: Stage, change: Partial<TraceRow> = {}): TraceRow {
  return {
    ...{ stage, because: "", source: "default/xwing", destination: "default/deathstar", port: 80, protocol: "TCP" },
    ...{ node: "k8s-w2", reason: "", name: "", lateMs: 0, attempts: 12, packets: 24 },
    ...{ first: timeBack(280_000), last: timeBack(3_000) },
    ...change,
  };
}

function example(stage: Stage, events: TraceExample["events"], change: Partial<TraceExample> = {}): TraceExample {
  return {
    ...{ stage, source: "default/xwing", destination: "default/deathstar", port: 80, protocol: "TCP" },
    ...{ sourceNode: "k8s-w1", destinationNode: "k8s-w2", clientPort: 43_210, time: timeBack(3_500), events },
    ...change,
  };
}

const event = (
  at: number,
  side: "source" | "destination",
  what: "SYN" | "SYN-ACK" | "RST" | "data",
  how: "left" | "arrived" | "dropped",
  reason = "",
) => ({
  ...{ at, side, what, how, reason },
});

export function summary(rows: readonly TraceRow[], change: Partial<TraceSummary> = {}): TraceSummary {
  const sum = (of: readonly TraceRow[]) => of.reduce((total, { attempts }) => total + attempts, 0);
  return {
    attempts: sum(rows),
    byStage: Object.fromEntries(
      stages
        .map((stage) => [stage, sum(rows.filter((one) => one.stage === stage))] as const)
        .filter(([, count]) => count > 0),
    ),
    ...{ rows, folded: { rows: 0, attempts: 0 }, examples: [], names: [], services: [], translated: 0 },
    ...change,
  };
}

const xwing = deathstar({
  ...{
    target: { kind: "pod", namespace: "default", name: "xwing" },
    title: "Pod default/xwing",
    text: "pod/default/xwing",
  },
  ...{ pods: [], podCount: 1, identities: [37711], workload: undefined, generations: [] },
});

export function found(trace: TraceSummary | null, change: Partial<TraceFinding> = {}): TraceFinding {
  return { ask: "trace", from: xwing, resolution: deathstar(), trace, coverage: coverage(), ...change };
}

function scene(text: string, trace: TraceSummary, change: Partial<TraceFinding> = {}): Scene {
  return { text, reply: () => found(trace, change) };
}

const twoSyns = (how: "dropped" | "arrived", reason = "") =>
  [0, 1_024.7].flatMap((at) => [
    event(at, "source", "SYN", "left"),
    event(at + 0.4, "destination", "SYN", how, reason),
  ]);

const named = (name: string, missing: number, answered: number) => ({
  ...{ name, missing, found: answered, refused: 0, last: timeBack(2_000) },
});

export const scenes = {
  "dropped on arrival": scene(
    "trace xwing deathstar:80",
    summary([row("dropped-at-destination", { reason: "POLICY_DENIED" })], {
      examples: [example("dropped-at-destination", twoSyns("dropped", "POLICY_DENIED"))],
      services: [{ service: "default/deathstar", asked: 12, translated: 12 }],
    }),
  ),
  "some get through": scene(
    "trace xwing deathstar:80 --since 15m",
    summary(
      [
        row("established", { attempts: 40, node: "k8s-w1" }),
        row("dropped-at-destination", { reason: "POLICY_DENIED", attempts: 7 }),
        row("l7-refused", { attempts: 3 }),
        row("unanswered", { attempts: 1 }),
      ],
      { folded: { rows: 2, attempts: 5 } },
    ),
  ),
  "no port, and one of two is closed": scene(
    "trace xwing deathstar",
    summary(
      [
        row("refused", { port: 8_080, attempts: 50 }),
        row("established", { attempts: 48 }),
        row("unanswered", { attempts: 2 }),
      ],
      {
        examples: [
          example("refused", [event(0.3, "destination", "SYN", "arrived"), event(0.4, "destination", "RST", "left")], {
            ...{ port: 8_080, sourceNode: "", sameNode: true },
          }),
        ],
      },
    ),
  ),
  "no port, and more rows than are listed": scene(
    "trace xwing deathstar",
    summary([row("refused", { port: 8_080, attempts: 50 }), row("established", { attempts: 50 })], {
      folded: { rows: 2, attempts: 5 },
    }),
  ),
  "an address that is a pod's": scene("trace 10.0.1.7 identity/37697", summary([row("refused")]), {
    from: deathstar({
      ...{ target: { kind: "ip", ip: "10.0.1.7" }, title: "IP 10.0.1.7 (Pod default/xwing)", text: "10.0.1.7" },
      ...{ podCount: 1, workload: undefined, generations: [] },
    }),
    resolution: deathstar({
      ...{ target: { kind: "identity", identity: 37_697 }, text: "identity/37697", workload: undefined },
      title: `Identity 37697 (${["k8s:app.kubernetes.io/name=deathstar", "k8s:class=deathstar", "k8s:io.cilium.k8s.policy.cluster=default", "k8s:org=empire"].join(", ")})`,
      ...{ podCount: 2, generations: [] },
    }),
  }),
  "never left": scene(
    "trace xwing deathstar:80",
    summary([row("dropped-at-source", { node: "k8s-w1", reason: "FIB_LOOKUP_FAILED", attempts: 1, packets: 2 })], {
      examples: [
        example("dropped-at-source", [event(0, "source", "SYN", "dropped", "FIB_LOOKUP_FAILED")], {
          destinationNode: "",
        }),
      ],
    }),
  ),
  "denied on egress": scene(
    "trace xwing deathstar:80",
    summary([row("dropped-at-source", { node: "k8s-w1", reason: "POLICY_DENIED" })], {
      examples: [
        example("dropped-at-source", [event(0, "source", "SYN", "dropped", "POLICY_DENIED")], { destinationNode: "" }),
      ],
    }),
  ),
  "arrived as its node": scene(
    "trace xwing deathstar:80",
    summary([row("dropped-at-destination", { reason: "POLICY_DENIED" })], { translated: 12 }),
  ),
  "never arrived": scene(
    "trace xwing deathstar:80",
    summary([row("lost")], {
      examples: [
        example("lost", [event(0, "source", "SYN", "left"), event(1_024.7, "source", "SYN", "left")], {
          destinationNode: "",
        }),
      ],
    }),
  ),
  "a node does not answer": scene("trace xwing deathstar:80", summary([row("unknown", { because: "node" })]), {
    coverage: coverage({ nodes: { answered: 2, total: 3, missing: ["k8s-w2"] } }),
  }),
  "closed port": scene(
    "trace xwing deathstar:8080",
    summary([row("refused", { port: 8_080 })], {
      examples: [
        example("refused", [
          event(0, "source", "SYN", "left"),
          event(0.3, "destination", "SYN", "arrived"),
          event(0.4, "destination", "RST", "left"),
          event(0.7, "source", "RST", "arrived"),
        ]),
      ],
    }),
  ),
  "no backend": scene(
    "trace xwing svc/default/shield:80",
    summary(
      [row("no-backend", { destination: "svc/default/shield", node: "k8s-w1", reason: "SERVICE_BACKEND_NOT_FOUND" })],
      {
        services: [{ service: "default/shield", asked: 12, translated: 0 }],
      },
    ),
  ),
  "name expired": scene(
    "trace xwing holonet.example.org:443",
    summary(
      [
        row("name-expired", {
          destination: "198.51.100.7",
          port: 443,
          node: "k8s-w1",
          reason: "POLICY_DENIED",
          name: "holonet.example.org",
          lateMs: 15_000,
          attempts: 7,
        }),
        row("established", {
          destination: "holonet.example.org",
          port: 443,
          node: "",
          name: "holonet.example.org",
          attempts: 7,
        }),
      ],
      { names: [named("holonet.example.org", 0, 7)] },
    ),
  ),
  "no such name": scene(
    "trace xwing tauntaun.example.org:443",
    summary([], {
      names: [named("tauntaun.example.org", 30, 0), named("tauntaun.example.org.default.svc.cluster.local", 30, 0)],
    }),
  ),
  "search path": scene(
    "trace xwing www.example.com:443",
    summary([row("outside", { destination: "www.example.com", port: 443, node: "k8s-w1" })], {
      names: [named("www.example.com", 0, 12), named("www.example.com.default.svc.cluster.local", 12, 0)],
    }),
  ),
  "nothing seen": scene("trace xwing deathstar:80", summary([])),
  "nothing seen, poor coverage": scene("trace xwing deathstar:80", summary([]), {
    coverage: coverage({ oldest: timeBack(60_000), lost: { HUBBLE_RING_BUFFER: 12 } }),
  }),
  "two clusters": {
    text: "trace xwing deathstar:80 --cluster prod-eu,prod-us",
    clusters: ["prod-eu", "prod-us"],
    reply: (question) =>
      question.cluster === "prod-us" ? relayDown : found(summary([row("answered"), row("established")])),
  },
  "which one": {
    text: "trace xwing deathstar:80",
    reply: () =>
      found(null, {
        resolution: { status: "ambiguous", text: "deathstar", candidates: ["default/deathstar", "sith/deathstar"] },
        coverage: null,
      }),
  },
  "nobody answers": { text: "trace xwing deathstar:80", reply: () => relayDown },
  "no such time": { text: "trace xwing deathstar:80 --since 2026-12-01", reply: () => relayDown },
} as const satisfies Record<string, Scene>;
