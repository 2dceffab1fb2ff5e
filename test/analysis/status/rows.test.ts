import { expect, test } from "vitest";
import type { AgentTrouble, RelayNode } from "../../../src/analysis/status/node.ts";
import { isWell, nodeRows } from "../../../src/analysis/status/rows.ts";

const at = Date.UTC(2026, 10, 20, 12);

function node(name: string, more: Partial<RelayNode> = {}): RelayNode {
  return { name, state: "connected", version: "", flows: 600, maxFlows: 1_000, oldest: at - 60_000, ...more };
}

const agent = (on: string): AgentTrouble => ({ node: on, pod: "cilium-x", why: "CrashLoopBackOff", restarts: 2 });
const notReady = (name: string) => ({ name, reason: "KubeletNotReady", since: null });

test("what is wrong comes first, and names count as people count", () => {
  const rows = nodeRows({
    relay: [node("n10"), node("n2"), node("n3", { state: "unavailable" }), node("n4")],
    notReady: [notReady("n4")],
    agents: [agent("n10")],
    isWhole: true,
    at,
  });
  expect(rows.map(({ name }) => name)).toEqual(["n3", "n4", "n10", "n2"]);
  expect(rows.map(isWell)).toEqual([false, false, false, true]);
});

test("a ring says how fast flows come, how far back it reaches and how full it is", () => {
  const [row] = nodeRows({ relay: [node("a")], notReady: [], agents: [], isWhole: true, at });
  expect(row).toMatchObject({ rate: 10, reachMs: 60_000, fill: 0.6 });
});

test.each([
  ["a moment's worth of flows", { oldest: at - 200 }, { rate: null, reachMs: 200 }],
  ["nobody told how far it reaches", { oldest: null }, { rate: null, reachMs: null }],
  ["a node's clock is ahead", { oldest: at + 5_000 }, { rate: null, reachMs: 0 }],
  ["a ring that holds nothing", { maxFlows: 0 }, { fill: null }],
  ["more flows than the ring says it holds", { flows: 2_000 }, { fill: 1 }],
  [
    "a Relay that does not tell what rings hold",
    { flows: 0, maxFlows: 0 },
    { rate: null, reachMs: 60_000, fill: null },
  ],
] as const)("%s", (_, more, expected) => {
  expect(nodeRows({ relay: [node("a", more)], notReady: [], agents: [], isWhole: true, at })[0]).toMatchObject(
    expected,
  );
});

test("a cluster's name in front of Relay's node is not in Kubernetes' one", () => {
  const rows = nodeRows({
    relay: [node("tatooine/w1")],
    notReady: [notReady("w1")],
    agents: [agent("w1")],
    isWhole: true,
    at,
  });
  expect(rows).toMatchObject([{ name: "tatooine/w1", notReady: { name: "w1" }, agent: { node: "w1" } }]);
});

test("of two clusters behind one Relay it is not guessed whose node Kubernetes means", () => {
  const rows = nodeRows({
    relay: [node("a/w1"), node("b/w1")],
    notReady: [notReady("w1")],
    agents: [],
    isWhole: true,
    at,
  });
  expect(rows).toMatchObject([
    { name: "w1", relay: null, notReady: { name: "w1" }, isUnlisted: false },
    { name: "a/w1", notReady: null },
    { name: "b/w1", notReady: null },
  ]);
});

test("a node that Relay does not list is a row of its own", () => {
  const rows = nodeRows({
    relay: [],
    notReady: [notReady("w9")],
    agents: [agent("w9"), agent("w8")],
    isWhole: true,
    at,
  });
  expect(rows.map(({ name, relay, isUnlisted }) => [name, relay, isUnlisted])).toEqual([
    ["w9", null, true],
    ["w8", null, true],
  ]);
});

test("of a list that was cut it is not said who is none of it", () => {
  const rows = nodeRows({ relay: [node("a")], notReady: [notReady("w9")], agents: [], isWhole: false, at });
  expect(rows.map(({ name, isUnlisted }) => [name, isUnlisted])).toEqual([
    ["w9", false],
    ["a", false],
  ]);
});
