import { describe, expect, test } from "vitest";
import { mergeDrops } from "../../src/analysis/merge-drops.ts";
import { belongsTo, deniedEnd, ranked, rankedReasons, realCounts, realPackets } from "../../src/analysis/worst.ts";
import { deathstar, noisePair, pair, summary } from "../fixtures/outcomes/build.ts";

describe("the order of pairs", () => {
  test("is by packets, with churn and stray packets behind, and policy always in front", () => {
    const pairs = [
      pair({ source: "churn", reason: "STALE_OR_UNROUTABLE_IP", packets: 9_000 }),
      pair({ source: "stray", reason: "222", packets: 3 }),
      pair({ source: "full", reason: "CT_MAP_INSERTION_FAILED", packets: 500 }),
      pair({ source: "policy", reason: "POLICY_DENY", packets: 2 }),
      noisePair({ source: "noise" }),
    ];
    expect(ranked(pairs, false).map(({ source }) => source)).toEqual(["full", "policy", "churn", "stray"]);
    expect(ranked(pairs, true).at(-1)?.source).toBe("noise");
  });

  test("is that of reasons too, whatever their names", () => {
    expect(
      rankedReasons({ "222": 3, STALE_OR_UNROUTABLE_IP: 9_000, CT_MAP_INSERTION_FAILED: 500 }).map(
        ([reason]) => reason,
      ),
    ).toEqual(["CT_MAP_INSERTION_FAILED", "STALE_OR_UNROUTABLE_IP", "222"]);
  });
});

describe("counts without noise", () => {
  const drops = summary([
    pair({ packets: 100 }),
    noisePair({ packets: 40 }),
    pair({ reason: "INVALID_SOURCE_IP", packets: 5 }),
    noisePair({ reason: "INVALID_SOURCE_IP", packets: 7 }),
  ]);

  test("leave out what is known to be noise", () => {
    expect(realPackets(drops, false)).toBe(105);
    expect(realCounts(drops, false)).toEqual({
      byReason: { POLICY_DENIED: 100, INVALID_SOURCE_IP: 5 },
      byDirection: { INGRESS: 105 },
    });
  });

  test("are the counts themselves when noise is asked for", () => {
    expect(realPackets(drops, true)).toBe(152);
    expect(realCounts(drops, true).byReason).toEqual(drops.byReason);
  });

  test("leave out noise that is not listed by its reason", () => {
    const folded = {
      byReason: { POLICY_DENIED: 10, IGMP_HANDLED: 90 },
      byDirection: { INGRESS: 10, EGRESS: 90 },
      pairs: [pair({ packets: 10 })],
    };
    expect(realCounts(folded, false).byReason).toEqual({ POLICY_DENIED: 10 });
  });
});

test("the denied end is the receiver on ingress, the sender on egress, and nobody when that is not known", () => {
  expect(deniedEnd(pair())).toMatchObject({ name: "default/deathstar", direction: "ingress" });
  expect(deniedEnd(pair({ direction: "EGRESS" }))).toMatchObject({ name: "default/xwing", direction: "egress" });
  expect(deniedEnd(pair({ direction: "TRAFFIC_DIRECTION_UNKNOWN" }))).toBeUndefined();
});

test("an end belongs to a target by its workload, its pods, their addresses, or its namespace", () => {
  const resolution = deathstar();
  if (resolution.status !== "resolved") throw new Error("resolved");
  const { target } = resolution;
  for (const name of ["default/deathstar", "default/deathstar-8c4c77fb7-9klws", "172.20.2.9"])
    expect(belongsTo(name, target)).toBe(true);
  for (const name of ["default/deathstar-proxy", "staging/deathstar", "172.20.2.90"])
    expect(belongsTo(name, target)).toBe(false);
  const namespace = { ...target, target: { kind: "namespace", name: "shop" } as const, pods: [], workload: undefined };
  expect(belongsTo("shop/web", namespace)).toBe(true);
  expect(belongsTo("shop-eu/web", namespace)).toBe(false);
});

test("drops of several clusters are added up, and rows keep their cluster", () => {
  const merged = mergeDrops([
    {
      cluster: "a",
      drops: summary([pair({ packets: 2 })], {
        timeline: [1, 1],
        timelines: { POLICY_DENIED: [1, 1] },
        policyLogs: ["x"],
      }),
    },
    {
      cluster: "b",
      drops: summary([pair({ packets: 5 }), noisePair({ packets: 1 })], {
        timeline: [0, 5, 1],
        timelines: { POLICY_DENIED: [0, 5], UNSUPPORTED_L3_PROTOCOL: [0, 0, 1] },
        policyLogs: ["x", "y"],
        folded: { pairs: 2, packets: 9 },
      }),
    },
  ]);
  expect(merged).toMatchObject({
    packets: 8,
    noise: 1,
    byReason: { POLICY_DENIED: 7, UNSUPPORTED_L3_PROTOCOL: 1 },
    timeline: [1, 6, 1],
    timelines: { POLICY_DENIED: [1, 6], UNSUPPORTED_L3_PROTOCOL: [0, 0, 1] },
    policyLogs: ["x", "y"],
    folded: { pairs: 2, packets: 9 },
  });
  expect(merged.pairs.map(({ cluster, packets }) => [cluster, packets])).toEqual([
    ["b", 5],
    ["a", 2],
    ["b", 1],
  ]);
});
