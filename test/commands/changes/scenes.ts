/** Situations in which people ask what changed. Each has a golden file. */
import { type Change, changeKinds } from "../../../src/analysis/changes/change.ts";
import type { DropSummary } from "../../../src/analysis/drops.ts";
import type { ChangesFinding, DropsFinding, Question } from "../../../src/sources/question.ts";
import {
  askedAt,
  coverage,
  kubernetesDenied,
  pair,
  type Reply,
  relayDown,
  type Scene,
  summary,
  timeBack,
} from "../../fixtures/outcomes/build.ts";

const minute = 60_000;

function dropsFinding(drops: DropSummary, more: Partial<DropsFinding> = {}): DropsFinding {
  return { ask: "drops", resolution: null, drops, coverage: coverage(), ...more };
}

function change(id: string, ago: number, more: Partial<Change> = {}): Change {
  const at = askedAt - ago;
  return {
    ...{ id, cluster: "prod-eu", kind: "policy", object: "CiliumNetworkPolicy", namespace: "default", name: "rule1" },
    ...{ action: "changed", at, after: null, observedAt: at + 100, by: "kubectl-client-side-apply" },
    ...{ what: ["ingress port 8080/TCP removed"], diff: "", ...more },
  };
}

const diff = [
  "--- CiliumNetworkPolicy default/rule1",
  "+++ CiliumNetworkPolicy default/rule1",
  "@@ -8,7 +8,5 @@",
  "             org: empire",
  "       toPorts:",
  "         - ports:",
  '             - port: "80"',
  "               protocol: TCP",
  '-            - port: "8080"',
  "-              protocol: TCP",
].join("\n");
const file = { id: "f1", name: "changes.diff.txt", type: "text/plain; charset=utf-8", bytes: 420 } as const;

function finding(changes: readonly Change[] | null, more: Partial<ChangesFinding> = {}): ChangesFinding {
  const watched = changeKinds.map((kind) => ({ kind, since: askedAt - 9 * 24 * 60 * minute, gaps: [] }));
  return { ...{ ask: "changes", resolution: null, changes, folded: 0, watched, file: null, notes: [] }, ...more };
}

function scene(
  text: string,
  changes: Reply,
  drops: Reply = dropsFinding(summary([])),
  more: Partial<Scene> = {},
): Scene {
  const reply = (question: Question) => (question.ask === "changes" ? changes : drops);
  return { text, reply, ...more };
}

const rule1 = change("r1", 9 * minute + 5_000, { diff });
const dropped = (ago: number, more = {}) => pair({ first: timeBack(ago), ...more });
const whole = coverage({ oldest: timeBack(90 * minute) });
const withDrops = (...pairs: ReturnType<typeof pair>[]) => dropsFinding(summary(pairs), { coverage: whole });
const rollout = change("w1", 31 * minute, {
  ...{ kind: "workload", object: "Deployment", name: "deathstar", by: "helm" },
  what: ["image starwars:1.2 → starwars:1.3", "env TOKEN of deathstar changed"],
});
const several = [
  rule1,
  rollout,
  change("n1", 40 * minute, {
    kind: "node",
    object: "Node",
    namespace: "",
    name: "k8s-w2",
    by: null,
    what: ["not ready"],
  }),
  change("s1", 44 * minute, {
    ...{ kind: "namespace", object: "Namespace", namespace: "", name: "default", by: "argocd-controller" },
    what: ["label team=a → team=b"],
  }),
  change("c1", 50 * minute, {
    ...{ kind: "config", object: "ConfigMap", namespace: "kube-system", name: "cilium-config", by: "helm" },
    what: ["enable-policy default → always"],
  }),
  change("d1", 55 * minute, {
    action: "deleted",
    name: "old",
    by: null,
    after: askedAt - 58 * minute,
    what: ["selects class=xwing"],
  }),
];

export const scenes = {
  "first drop": scene(
    "changes deathstar",
    finding([rule1, rollout], { file }),
    withDrops(dropped(8 * minute + 51_000)),
  ),
  "at once": scene("changes deathstar", finding([rule1]), withDrops(dropped(9 * minute + 4_243))),
  "drops from before": scene(
    "changes deathstar",
    finding([rule1]),
    withDrops(dropped(30 * minute, { source: "default/old" }), dropped(8 * minute + 51_000)),
  ),
  "all kinds": scene("changes", finding(several)),
  nothing: scene("changes deathstar", finding([])),
  "nothing, of one kind": scene("changes --kind policies,node", finding([])),
  "watched only just": scene(
    "changes deathstar --since 6h",
    finding([], {
      watched: changeKinds.map((kind, at) => ({
        kind,
        since: kind === "config" ? null : askedAt - 30 * minute + at * 900,
        gaps: [],
      })),
      notes: [
        "ConfigMap cilium-config: not read, because our role may not list it; allow list and watch on configmaps with resourceNames: [cilium-config].",
      ],
    }),
  ),
  "nobody watched for a while": scene(
    "changes",
    finding([several[5] as Change], {
      watched: changeKinds.map((kind) => ({
        ...{ kind, since: askedAt - 9 * 24 * 60 * minute },
        gaps: [{ from: askedAt - 58 * minute, to: askedAt - 55 * minute }],
      })),
    }),
  ),
  "not seen before": scene(
    "changes deathstar",
    finding([change("r1", 20 * minute, { what: ["what changed is not known"] })]),
  ),
  created: scene(
    "changes deathstar",
    finding([
      change("r1", 20_000, {
        action: "created",
        what: ["selects class=deathstar, org=empire", "ingress from org=empire", "ingress port 80/TCP"],
        diff,
      }),
    ]),
    withDrops(dropped(6_000)),
  ),
  many: scene(
    "changes --since 7d",
    finding(
      Array.from({ length: 60 }, (_, at) => change(`r${at}`, at * 10 * minute, { name: `rule${at}` })),
      { folded: 240 },
    ),
  ),
  "Relay is down": scene("changes deathstar", finding([rule1]), relayDown),
  "Kubernetes failed": scene("changes deathstar", kubernetesDenied),
  ambiguous: scene(
    "changes xwing",
    finding(null, {
      resolution: { status: "ambiguous", text: "xwing", candidates: ["default/xwing", "staging/xwing"] },
    }),
  ),
  unknown: scene(
    "changes deathstr",
    finding(null, { resolution: { status: "unknown", text: "deathstr", near: ["default/deathstar"] } }),
  ),
  "impossible times": scene("changes --since 8d", finding([])),
  restricted: scene("changes --kind policy,node", finding([rule1]), undefined, { visible: { "prod-eu": ["default"] } }),
  "two clusters": scene("changes --cluster *", finding([rule1]), withDrops(dropped(8 * minute + 51_000)), {
    clusters: ["prod-eu", "prod-us"],
  }),
  hostile: scene(
    "changes deathstar",
    finding([
      change("x", minute, {
        ...{ name: "\u202eevil<!channel>", by: "\u001b[5m*_~`".repeat(20), what: ["label <!here> \u202e".repeat(30)] },
        diff: `--- x\n+++ x\n+ \`\`\`<!channel>\u202e\u001b[2J${"y".repeat(6_000)}`,
      }),
    ]),
  ),
} satisfies Record<string, Scene>;
