import { expect, test } from "vitest";
import { enumText } from "../../../src/sources/hubble/wire.ts";
import { begin, everywhere, groupBy, isDropEvent, l4Begin, minute, now, type Seen, starWars } from "./worlds.ts";

const texts: Record<number, string> = { 133: "Policy denied", 139: "Unsupported L3 protocol" };

function counted(seen: readonly Seen[], key: (seen: Seen) => string): Record<string, number> {
  return Object.fromEntries([...groupBy(seen, key)].map(([name, each]) => [name, each.length]));
}

test("counters are what the flows up to their time add up to, in whatever order they are asked", () => {
  const world = starWars();
  for (const at of [now - 7 * minute, now, begin + minute, now - 12 * minute + 1234.5]) {
    for (const { name } of world.nodes) {
      const seen = everywhere(world, world.bornAt, at).filter(({ node }) => node === name);
      const counters = world.counters(name, at);
      const drops = seen.filter(isDropEvent);
      expect(Object.fromEntries(counters.drops)).toEqual(
        counted(
          drops,
          ({ flow }) =>
            `${texts[flow.dropReasonDesc ?? 0]}|${enumText("TrafficDirection", flow.trafficDirection ?? 0)}`,
        ),
      );
      expect(sum(counters.flows)).toBe(seen.length);
      expect(sum(counters.hubbleDrops)).toBe(seen.filter(({ flow }) => flow.verdict === 2).length);
      expect(sum(counters.forwards)).toBe(seen.filter(({ flow }) => flow.eventType?.type === 4).length);
    }
  }
});

test("over a window the counters grow by what the ledger lists", () => {
  const world = starWars();
  const [from, to] = [now - 14 * minute - 333, now - 2 * minute - 77];
  const ledger = world.ledger(from, to);
  for (const { name } of world.nodes) {
    const [before, after] = [world.counters(name, from), world.counters(name, to)];
    const grown = (of: "drops" | "policyL7", key: string) => (after[of].get(key) ?? 0) - (before[of].get(key) ?? 0);
    const listed = (reason: string) => ledger.filter((entry) => entry.node === name && entry.reason === reason).length;
    expect(grown("drops", "Policy denied|INGRESS")).toBe(listed("POLICY_DENIED"));
    expect(grown("drops", "Unsupported L3 protocol|EGRESS")).toBe(listed("UNSUPPORTED_L3_PROTOCOL"));
    expect(grown("policyL7", "denied|envoy")).toBe(listed("L7"));
  }
  expect(ledger.length).toBeGreaterThan(300);
});

test("a policy drop counts once as a packet and twice as a Hubble drop, an L7 denial without a reason", () => {
  const { drops, hubbleDrops, policyL7, policyVerdicts } = starWars().counters("k8s-w2", now);
  expect(hubbleDrops.get("POLICY_DENIED|TCP")).toBe(2 * (drops.get("Policy denied|INGRESS") ?? 0));
  expect(hubbleDrops.get("UNSUPPORTED_L3_PROTOCOL|ICMPv6")).toBe(drops.get("Unsupported L3 protocol|EGRESS"));
  expect(hubbleDrops.get("DROP_REASON_UNKNOWN|HTTP")).toBe(policyL7.get("denied|envoy"));
  expect(policyL7.get("received|envoy")).toBe(
    (policyL7.get("denied|envoy") ?? 0) + (policyL7.get("forwarded|envoy") ?? 0),
  );
  expect(policyVerdicts.get("ingress|none|dropped")).toBe(drops.get("Policy denied|INGRESS"));
  expect(policyVerdicts.get("ingress|l7/http|dropped")).toBe(policyL7.get("denied|envoy"));
});

test("counters never go down", () => {
  const world = starWars();
  let before = new Map<string, number>();
  for (let at = world.bornAt; at <= now; at += 97_000) {
    const counters = world.counters("k8s-w1", at);
    const all = new Map<string, number>();
    for (const [name, values] of Object.entries(counters) as [string, ReadonlyMap<string, number>][]) {
      for (const [key, value] of values) {
        all.set(`${name} ${key}`, value);
      }
    }
    expect([...before].filter(([key, value]) => (all.get(key) ?? 0) < value)).toEqual([]);
    before = all;
  }
});

test("a step that is set in the past is counted as it then was", () => {
  const world = starWars({ steps: [] });
  expect(world.counters("k8s-w1", now).drops.get("Policy denied|INGRESS")).toBeUndefined();
  world.setStep("l3-l4", l4Begin);
  const expected = world
    .ledger(0, now)
    .filter(({ node, reason }) => node === "k8s-w1" && reason === "POLICY_DENIED").length;
  expect(world.counters("k8s-w1", now).drops.get("Policy denied|INGRESS")).toBe(expected);
  expect(expected).toBeGreaterThan(100);
});

test("map operations differ per node and rarely fail", () => {
  const world = starWars();
  const totals = world.nodes.map(({ name }) => sum(world.counters(name, now).mapOps));
  expect(new Set(totals).size).toBe(totals.length);
  const { mapOps } = world.counters("k8s-w1", now);
  const failed = [...mapOps].filter(([key]) => key.endsWith("|fail")).reduce((total, [, count]) => total + count, 0);
  expect(failed).toBeGreaterThan(0);
  expect(failed / sum(mapOps)).toBeLessThan(0.01);
});

test("before its birth a world has counted nothing", () => {
  const world = starWars();
  expect(sum(world.counters("k8s-w1", world.bornAt - 1000).flows)).toBe(0);
});

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
