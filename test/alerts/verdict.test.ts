/** Incidents that people reported, and what they turned out to be: class and the test that has to decide it. */
import { describe, expect, test } from "vitest";
import {
  type DroppedPair,
  judge,
  type TestName,
  testNames,
  type VerdictClass,
  type VerdictFacts,
} from "../../src/alerts/verdict.ts";
import { verdictBlocks } from "../../src/alerts/verdict-text.ts";

const t0 = Date.UTC(2026, 10, 20, 3);
const [second, minute, hour] = [1_000, 60_000, 3_600_000];

/** `lasts`: from the first to the last packet, milliseconds. */
const pair = (reason: string, packets: number, lasts: number, given: Partial<DroppedPair> = {}): DroppedPair => ({
  ...{ source: "default/xwing", destination: "default/deathstar", port: 80, protocol: "TCP", reason, packets },
  ...{ first: t0, last: t0 + lasts, noise: false },
  ...given,
});
const facts = (pairs: readonly DroppedPair[], given: Partial<VerdictFacts> = {}): VerdictFacts => ({
  ...{
    packets: pairs.reduce((sum, { packets }) => sum + packets, 0),
    pairs,
    l7Denials: 0,
    complete: true,
    counted: null,
  },
  ...{ laterThrough: null, mapPressure: null, ends: null, identityChanges: null },
  ...given,
});
const icmp = { protocol: "ICMPv4", port: 0 };
const harmless = { noise: true };
const young = [{ ageMs: 20 * second, gone: false }];
const gone = [{ ageMs: hour, gone: true }];
const old = [{ ageMs: hour, gone: false }];
const denied = "POLICY_DENIED";

type Incident = readonly [what: string, VerdictFacts, VerdictClass, TestName | null];

const incidents: readonly Incident[] = [
  // The issues and pull requests of peers.md §2I.
  [
    "a policy breaks five apps for 14 h and nobody notices",
    facts([1, 2, 3, 4, 5].map((n) => pair(denied, 900, 14 * hour, { source: `media/app-${n}` }))),
    "real",
    "persistence",
  ],
  [
    "1,274 denied in 24 h, while the same connections succeed",
    facts([pair(denied, 1_274, 24 * hour)], { laterThrough: [true] }),
    "noise",
    "later success",
  ],
  [
    "3,250 denied ICMPv4 against 6 TCP",
    facts([pair(denied, 3_250, hour, icmp), pair(denied, 6, 40 * second)]),
    "noise",
    "protocol mix",
  ],
  [
    "a full policy map looks like denied policy",
    facts([pair(denied, 400, 10 * minute)], { mapPressure: { map: "cilium_policy_v2", ratio: 0.99 } }),
    "real",
    "map pressure",
  ],
  [
    "the same, while pings are most of it",
    facts([pair(denied, 400, minute, icmp)], { mapPressure: { map: "cilium_policy_v2", ratio: 1 } }),
    "real",
    "map pressure",
  ],
  ["drops that were over before anybody looked", facts([], { counted: 40, complete: false }), "unknown", null],
  ["an alert on every denied packet: one packet", facts([pair(denied, 1, 0)]), "unknown", null],
  ["nobody complained, and nothing is dropped", facts([]), "unknown", null],
  // Reasons that are harmless by nature (drop-reasons.md §3, §6).
  [
    "router solicitations where IPv6 is off",
    facts([pair("UNSUPPORTED_L3_PROTOCOL", 1_458, hour, { ...harmless, protocol: "ICMPv6" })]),
    "noise",
    "harmless kinds",
  ],
  [
    "duplicate address detection from fe80::",
    facts([pair("INVALID_SOURCE_IP", 30, minute, { ...harmless, protocol: "ICMPv6" })]),
    "noise",
    "harmless kinds",
  ],
  ["VLAN frames of the provider", facts([pair("VLAN_FILTERED", 9_000, hour, harmless)]), "noise", "harmless kinds"],
  [
    "IGMP that was handled",
    facts([pair("IGMP_HANDLED", 60, hour, { ...harmless, protocol: "IGMP" })]),
    "noise",
    "harmless kinds",
  ],
  [
    "VRRP of keepalived",
    facts([pair("CT_UNKNOWN_L4_PROTOCOL", 3_600, hour, { ...harmless, protocol: "VRRP" })]),
    "noise",
    "harmless kinds",
  ],
  ["LLDP", facts([pair("UNSUPPORTED_L2_PROTOCOL", 120, hour, harmless)]), "noise", "harmless kinds"],
  ["NAT not needed, an internal code", facts([pair("NAT_NOT_NEEDED", 77, hour, harmless)]), "noise", "harmless kinds"],
  [
    "noise with a real denial in it",
    facts([pair("UNSUPPORTED_L3_PROTOCOL", 1_000, hour, harmless), pair(denied, 200, 5 * minute)]),
    "real",
    "persistence",
  ],
  [
    "a flood of pings over a denial that lasts",
    facts([pair(denied, 100_000, hour, icmp), pair(denied, 2_000, hour)]),
    "real",
    "persistence",
  ],
  [
    "noise with a single denial in it",
    facts([pair("UNSUPPORTED_L3_PROTOCOL", 1_458, hour, harmless), pair(denied, 1, 0)]),
    "noise",
    "harmless kinds",
  ],
  // Starting and stopping.
  [
    "a pod's first seconds, before its identity is known",
    facts([pair(denied, 3, 3 * second)], { ends: young }),
    "noise",
    "endpoint age",
  ],
  [
    "keepalives to a pod that is gone",
    facts([pair("STALE_OR_UNROUTABLE_IP", 12, minute)], { ends: gone }),
    "noise",
    "endpoint age",
  ],
  [
    "a stale scrape target, for hours",
    facts([pair("STALE_OR_UNROUTABLE_IP", 500, 3 * hour)], { ends: old }),
    "real",
    "persistence",
  ],
  [
    "an agent that starts again",
    facts([pair("DROP_HOST_NOT_READY", 40, 30 * second)], { ends: young }),
    "noise",
    "endpoint age",
  ],
  [
    "a program that is loaded anew",
    facts([pair("MISSED_TAIL_CALL", 9, 2 * second)], { ends: young }),
    "noise",
    "endpoint age",
  ],
  [
    "an endpoint that is never ready",
    facts([pair("DROP_EP_NOT_READY", 900, hour)], { ends: old }),
    "real",
    "persistence",
  ],
  [
    "labels change: identities travel for a second",
    facts([pair(denied, 8, second)], { identityChanges: 4 }),
    "noise",
    "identity churn",
  ],
  [
    "labels change, and it stays denied",
    facts([pair(denied, 300, hour)], { identityChanges: 4 }),
    "real",
    "persistence",
  ],
  [
    "a node joins: no tunnel to it yet",
    facts([pair("NO_TUNNEL_OR_ENCAPSULATION_ENDPOINT", 20, 10 * second)], { ends: young }),
    "noise",
    "endpoint age",
  ],
  [
    "a young pod that a policy shuts out for an hour",
    facts([pair(denied, 400, hour)], { ends: young }),
    "real",
    "persistence",
  ],
  [
    "the first packets of mutual authentication",
    facts([pair("AUTH_REQUIRED", 3, 2 * second)], { laterThrough: [true] }),
    "noise",
    "later success",
  ],
  [
    "mutual authentication that never succeeds",
    facts([pair("AUTH_REQUIRED", 90, 10 * minute)], { laterThrough: [false] }),
    "real",
    "persistence",
  ],
  // Tables and routes.
  [
    "the connection table is full",
    facts([pair("CT_MAP_INSERTION_FAILED", 50, minute)]),
    "real",
    "full tables and routes",
  ],
  [
    "the connection table is full by its gauge",
    facts([pair("CT_MAP_INSERTION_FAILED", 50, minute)], { mapPressure: { map: "ct4_global", ratio: 0.97 } }),
    "real",
    "map pressure",
  ],
  [
    "a full table that has nothing to do with harmless frames",
    facts([pair("VLAN_FILTERED", 50, hour, harmless)], { mapPressure: { map: "ct4_global", ratio: 0.97 } }),
    "noise",
    "harmless kinds",
  ],
  [
    "a service without backends",
    facts([pair("SERVICE_BACKEND_NOT_FOUND", 30, minute)]),
    "real",
    "full tables and routes",
  ],
  ["no route to a node", facts([pair("FIB_LOOKUP_FAILED", 30, minute)]), "real", "full tables and routes"],
  [
    "packets larger than the tunnel",
    facts([pair("CT_MISSING_TCP_ACK_FLAG", 12, minute)]),
    "real",
    "full tables and routes",
  ],
  ["no gateway for egress", facts([pair("NO_EGRESS_GATEWAY", 5, second)]), "real", "full tables and routes"],
  [
    "stray replies to the node, now and then",
    facts([pair("NO_MAPPING_FOR_NAT_MASQUERADE", 4, minute)]),
    "unknown",
    null,
  ],
  [
    "ports for masquerading run out",
    facts([pair("NO_MAPPING_FOR_NAT_MASQUERADE", 4_000, 10 * minute)]),
    "real",
    "persistence",
  ],
  // Policy that does what it says.
  ["a denylist hits a client for an hour", facts([pair("POLICY_DENY", 60, hour)]), "real", "persistence"],
  ["one client that tries once: 1, 3, 7, 15, 31 s", facts([pair(denied, 6, 57 * second)]), "unknown", null],
  [
    "UDP that is refused without end",
    facts([pair(denied, 5_000, hour, { protocol: "UDP", port: 53 })]),
    "real",
    "persistence",
  ],
  ["a proxy refuses requests", facts([], { l7Denials: 12 }), "real", "refused requests"],
  [
    "a proxy refuses requests, and pings are denied",
    facts([pair(denied, 500, hour, icmp)], { l7Denials: 3 }),
    "real",
    "refused requests",
  ],
  [
    "half got through, half did not",
    facts([pair(denied, 50, hour), pair(denied, 50, hour)], { laterThrough: [true, false] }),
    "real",
    "persistence",
  ],
  ["pings from a monitor", facts([pair(denied, 86_400, 24 * hour, icmp)]), "noise", "protocol mix"],
  ["a reason that this program does not know, for an hour", facts([pair("231", 90, hour)]), "real", "persistence"],
  // Decided by what became of the pairs.
  [
    "a rollout: clients reach for a policy that is not everywhere yet, and get through seconds later",
    facts([pair(denied, 14, 20 * second), pair(denied, 6, 9 * second, { source: "default/tiefighter" })], {
      ...{ laterThrough: [true, true], ends: [...young, ...young], identityChanges: 2 },
    }),
    "noise",
    "later success",
  ],
  [
    "for an hour, until somebody fixed the policy before anybody looked",
    facts([pair(denied, 700, hour)], { laterThrough: [true], ends: old, identityChanges: 0 }),
    "noise",
    "later success",
  ],
  [
    "one of two clients was let in again, the other was not",
    facts([pair(denied, 700, hour), pair(denied, 300, hour, { source: "default/ywing" })], {
      ...{ laterThrough: [true, false], ends: [...old, ...old], identityChanges: 0 },
    }),
    "real",
    "persistence",
  ],
  [
    "a namespace gets a label: all its pods get new identities, and a few packets are refused meanwhile",
    facts([pair(denied, 9, 4 * second), pair(denied, 5, 3 * second, { source: "default/tiefighter" })], {
      ...{ laterThrough: [false, false], ends: [...old, ...old], identityChanges: 12 },
    }),
    "noise",
    "identity churn",
  ],
  [
    "the same label, and nothing gets through any more",
    facts([pair(denied, 900, 30 * minute)], { laterThrough: [false], ends: old, identityChanges: 12 }),
    "real",
    "persistence",
  ],
  [
    "a CronJob's pod was gone before its last packets",
    facts([pair("STALE_OR_UNROUTABLE_IP", 40, 70 * second, { destination: "batch/report-29011" })], {
      ...{ laterThrough: [false], ends: gone, identityChanges: 0 },
    }),
    "noise",
    "endpoint age",
  ],
  [
    "a new pod is refused in its first seconds",
    facts([pair(denied, 30, 40 * second)], { laterThrough: [false], ends: young, identityChanges: 0 }),
    "noise",
    "endpoint age",
  ],
  [
    "a new pod is refused and goes on being refused",
    facts([pair(denied, 300, 20 * minute)], { laterThrough: [false], ends: young, identityChanges: 1 }),
    "real",
    "persistence",
  ],
  [
    "old pods, no churn, a minute of denials that nobody repeated",
    facts([pair(denied, 8, minute)], { laterThrough: [false], ends: old, identityChanges: 0 }),
    "unknown",
    null,
  ],
  [
    "one end of many is not known",
    facts([pair(denied, 8, minute), pair(denied, 8, minute)], {
      ...{ laterThrough: [false, false], ends: [...young, { ageMs: null, gone: false }], identityChanges: 0 },
    }),
    "unknown",
    null,
  ],
  ["no flows could be read", { ...facts([]), packets: null, complete: false }, "unknown", null],
];

test(`there are at least 40 of them`, () => {
  expect(incidents.length).toBeGreaterThanOrEqual(40);
  expect(new Set(incidents.map(([what]) => what)).size).toBe(incidents.length);
});

test.each(incidents)("%s", (_, given, expected, by) => {
  const { class: found, decidedBy, say, tests } = judge(given);

  expect([found, decidedBy]).toEqual([expected, by]);
  expect(say).not.toBe("");
  expect(tests.map(({ name }) => name)).toEqual(testNames);
});

test("every test decides some incident, but for the one that only says what there is", () => {
  expect(new Set(incidents.flatMap(([, , , by]) => (by === null ? [] : [by])))).toEqual(
    new Set(testNames.filter((name) => name !== "flows")),
  );
});

describe("what is not known", () => {
  const verdict = judge(facts([pair(denied, 400, hour)]));
  const missing = verdict.tests.filter(({ end }) => end === "not_made").map(({ name }) => name);

  test("is named, and is no good news", () => {
    expect(missing).toEqual(["map pressure", "later success", "identity churn", "endpoint age"]);
    expect(JSON.stringify(verdictBlocks(verdict))).toContain(`Could not look at: ${missing.join(", ")}.`);
  });

  test("says why, where somebody can", () => {
    const because = { laterThrough: "only 2 of 3 nodes answered", ends: "Kubernetes: no answer in 5 s." };
    const text = JSON.stringify(verdictBlocks(judge(facts([pair(denied, 400, hour)], { because }))));
    expect(text).toContain(
      "later success (only 2 of 3 nodes answered), identity churn, endpoint age (Kubernetes: no answer in 5 s).",
    );
  });

  test("makes no noise of silence: nothing seen is said to be unseen", () => {
    expect(judge(facts([], { complete: false })).say).toBe("no drop was seen, but not all could be seen");
    expect(judge({ ...facts([]), packets: null }).say).toBe("no flows could be read");
  });
});
