import { expect, test } from "vitest";
import type { Gaps } from "../../src/analysis/gaps.ts";
import { type Reconciled, reconcile } from "../../src/analysis/reconcile.ts";

const complete: Gaps = {
  nodes: [],
  nodeCount: 0,
  empty: false,
  unreachedMs: 0,
  lost: 0,
  shed: 0,
  truncated: false,
  unrecordedMs: 0,
  none: true,
};
const denied = { reason: "POLICY_DENIED", text: "Policy denied", direction: "INGRESS", packets: 318 };
const noise = { reason: "UNSUPPORTED_L3_PROTOCOL", text: "Unsupported L3 protocol", direction: "EGRESS", packets: 41 };

const facts: Reconciled = {
  packets: 312,
  byReason: { POLICY_DENIED: 312 },
  byDirection: { INGRESS: 312 },
  denials: 0,
  narrowed: false,
  last: undefined,
  totals: [denied, noise],
  agents: 3,
  nodes: 3,
  gaps: complete,
  windowMs: 600_000,
};
const whole = "in the whole cluster";

test("a reason that agents only number has its text", () => {
  const sentence = reconcile({
    ...facts,
    ...{ packets: 0, byReason: {}, byDirection: {} },
    totals: [{ reason: "SERVICE_BACKEND_NOT_FOUND", text: "158", direction: "EGRESS", packets: 200 }],
  });
  expect(sentence).toContain("200 Service backend not found");
});

const cases: readonly (readonly [name: string, change: Partial<Reconciled>, sentence: string])[] = [
  [
    "within 5 % they agree",
    {},
    `Prometheus agrees: the agents counted about 318 such packets ${whole}, flows show 312.`,
  ],
  [
    "only the same reason and direction are compared",
    { totals: [denied, { ...denied, direction: "EGRESS", packets: 9_000 }] },
    `Prometheus agrees: the agents counted about 318 such packets ${whole}, flows show 312.`,
  ],
  [
    "a short ring explains more",
    { totals: [{ ...denied, packets: 1_240 }], gaps: { ...complete, none: false, unreachedMs: 400_000 } },
    `Prometheus shows more: the agents counted about 1,240 such packets ${whole}, flows show 312; flows reach back only 3m20s.`,
  ],
  [
    "so do missing nodes and lost events",
    { totals: [{ ...denied, packets: 1_240 }], gaps: { ...complete, none: false, nodeCount: 1, lost: 7 } },
    `Prometheus shows more: the agents counted about 1,240 such packets ${whole}, flows show 312; 1 node did not answer and events were lost.`,
  ],
  [
    "more without a known gap is suspicious",
    { totals: [{ ...denied, packets: 1_240 }] },
    `Prometheus shows more: the agents counted about 1,240 such packets ${whole}, flows show 312; drop events may be rate-limited or switched off on a node.`,
  ],
  [
    "a target explains more",
    { narrowed: true, totals: [{ ...denied, packets: 1_240 }] },
    `Prometheus shows more: the agents counted about 1,240 such packets ${whole}, flows show 312; counters know no pods, so the other 928 hit somebody else or fell between two scrapes.`,
  ],
  [
    "a target and a gap may both explain more",
    { narrowed: true, totals: [{ ...denied, packets: 1_240 }], gaps: { ...complete, none: false, truncated: true } },
    `Prometheus shows more: the agents counted about 1,240 such packets ${whole}, flows show 312; counters know no pods, so the other 928 hit somebody else, or were not seen: reading stopped early.`,
  ],
  [
    "missing agents explain fewer",
    { agents: 2, totals: [{ ...denied, packets: 200 }] },
    `Prometheus shows fewer: the agents counted about 200 such packets ${whole} (2 of 3 agents had samples), flows show 312; the missing agents' packets are only in the flows.`,
  ],
  [
    "a short time explains fewer",
    { windowMs: 60_000, totals: [{ ...denied, packets: 200 }] },
    `Prometheus shows fewer: the agents counted about 200 such packets ${whole}, flows show 312; over so short a time the scrape interval blurs the counters.`,
  ],
  [
    "counters may know none of them",
    { totals: [noise] },
    `Prometheus shows none of them: the agents counted no such packet ${whole}, flows show 312; counters are read once per scrape, so the newest packets are not in them yet.`,
  ],
  [
    "the newest few are no total",
    { packets: 20, last: 20 },
    `Prometheus: the agents counted about 318 such packets ${whole} in this time; of the flows only the newest 20 were asked for.`,
  ],
  ["no samples are no zero", { agents: 0 }, "Prometheus has no samples of the agents' drop counters for this time."],
  [
    "nothing on both sides",
    { packets: 0, byReason: {}, byDirection: {}, totals: [] },
    `Prometheus: the agents counted no dropped packets ${whole}.`,
  ],
  [
    "nothing but noise",
    { packets: 0, byReason: {}, byDirection: {}, totals: [noise] },
    `Prometheus: the agents counted only normal noise ${whole}, about 41 Unsupported L3 protocol.`,
  ],
  [
    "flows show nothing of a target",
    { packets: 0, narrowed: true },
    `Prometheus: the agents counted about 318 Policy denied ${whole}; counters know no pods, so none of that need concern this target.`,
  ],
  [
    "flows show nothing at all",
    { packets: 0 },
    `Prometheus: the agents counted about 318 Policy denied ${whole}; flows no longer show them.`,
  ],
  [
    "refused requests are no packets",
    { packets: 0, denials: 4, totals: [] },
    `Prometheus: the agents counted no dropped packets ${whole}; refused requests are not among them.`,
  ],
];

test.each(cases)("%s", (_, change, sentence) => {
  expect(reconcile({ ...facts, ...change })).toBe(sentence);
});
