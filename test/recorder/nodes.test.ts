import { expect, test } from "vitest";
import { createNodes, overlapMs } from "../../src/recorder/nodes.ts";
import { gapText, noReach, type Reach, readGaps, readReach, writeReach } from "../../src/recorder/note.ts";
import { makeFlow, noon } from "../fixtures/flows/make.ts";

const keepMs = 1_800_000;
const [connected, unavailable, gone, failed] = [1, 2, 3, 4];

function nodesAt(reach: Reach = noReach) {
  const time = { now: noon, pending: undefined as number | undefined };
  const nodes = createNodes({ reach, keepMs, clock: () => time.now, pendingSince: () => time.pending });
  const hear = (at: number) => {
    time.now = at;
    nodes.heard();
  };
  return { nodes, time, hear };
}

test("the first stream reads all that rings have; from then on a node is recorded since its oldest flow", () => {
  const { nodes, hear } = nodesAt();
  expect(nodes.opening()).toBe(noon - keepMs);
  nodes.status(connected, ["a", "b"]);
  hear(noon + 3_000);
  expect(nodes.reach()).toEqual(noReach);
  expect(nodes.settle(new Map([["a", noon - 5_000.5]]))).toEqual([]);
  expect(nodes.reach()).toEqual({
    through: noon + 3_000,
    nodes: new Map([
      ["a", { from: noon - 5_000, through: null }],
      ["b", { from: noon, through: null }],
    ]),
  });
});

test("what waits to be written is not recorded yet", () => {
  const { nodes, hear, time } = nodesAt();
  nodes.opening();
  nodes.status(connected, ["a"]);
  hear(noon + 3_000);
  nodes.settle(undefined);
  time.pending = noon + 4_000;
  hear(noon + 9_000);
  expect(nodes.reach().through).toBe(noon + 4_000);
  time.pending = undefined;
  expect(nodes.reach().through).toBe(noon + 9_000);
});

const reach: Reach = {
  through: noon - 20_000,
  nodes: new Map([
    ["a", { from: noon - 90_000, through: null }],
    ["b", { from: noon - 90_000, through: noon - 60_000 }],
  ]),
};

test("a successor begins before the node that is furthest behind, and takes of the others what is new", () => {
  const { nodes } = nodesAt(reach);
  expect(nodes.opening()).toBe(noon - 60_000 - overlapMs);
  nodes.status(connected, ["a", "b"]);
  expect(nodes.accept(makeFlow({ node: "a", time: noon - 31_000 }))).toBe(false);
  expect(nodes.accept(makeFlow({ node: "a", time: noon - 30_000 }))).toBe(true);
  expect(nodes.accept(makeFlow({ node: "b", time: noon - 69_000 }))).toBe(true);
  expect(nodes.accept(makeFlow({ node: "new", time: noon - 69_000 }))).toBe(true);
});

test("a ring that does not reach back to what is recorded is a gap of its node", () => {
  const { nodes, hear } = nodesAt(reach);
  nodes.opening();
  nodes.status(connected, ["a", "b"]);
  hear(noon + 1);
  const gaps = nodes.settle(
    new Map([
      ["a", noon - 25_000],
      ["b", noon - 25_000],
    ]),
  );
  expect(gaps).toEqual([{ from: noon - 60_000, to: noon - 25_000, reason: "unseen", node: "b" }]);
});

test("rings that nobody could ask about are gaps up to now", () => {
  const { nodes, hear } = nodesAt(reach);
  nodes.opening();
  nodes.status(connected, ["a"]);
  hear(noon + 1);
  expect(nodes.settle(undefined)).toEqual([{ from: noon - 20_000, to: noon, reason: "unseen", node: "a" }]);
});

test("a leader that dies before a stream has settled leaves the recording where it was", () => {
  const { nodes, hear } = nodesAt(reach);
  nodes.opening();
  nodes.status(connected, ["a", "b"]);
  hear(noon + 2_000);
  expect(nodes.reach().through).toBe(reach.through);
  expect(nodes.reach().nodes.get("b")?.through).toBe(noon - 60_000);
});

test.each([unavailable, failed])("a node of state %i keeps its moment while the others go on", (state = 0) => {
  const { nodes, hear } = nodesAt();
  nodes.opening();
  nodes.status(connected, ["a", "b"]);
  hear(noon + 3_000);
  nodes.settle(undefined);
  nodes.status(state, ["b"]);
  hear(noon + 8_000);
  expect(nodes.away()).toEqual(["b"]);
  expect(nodes.connected()).toBe(1);
  expect(nodes.reach()).toMatchObject({ through: noon + 8_000 });
  expect(nodes.reach().nodes.get("b")?.through).toBe(noon + 3_000);
  nodes.status(gone, ["b"]);
  expect(nodes.away()).toEqual([]);
});

test("a node that falls silent while others talk is suspected once", () => {
  const { nodes, time } = nodesAt();
  nodes.opening();
  nodes.status(connected, ["a", "b"]);
  time.now = noon + 1_000;
  nodes.accept(makeFlow({ node: "a" }));
  nodes.accept(makeFlow({ node: "b" }));
  time.now = noon + 40_000;
  expect(nodes.silent(30_000)).toBeUndefined();
  nodes.accept(makeFlow({ node: "a" }));
  expect(nodes.silent(30_000)).toBe("b");
  expect(nodes.silent(30_000)).toBeUndefined();
});

test("reach and gaps survive as text, and strange text is nothing", () => {
  expect(readReach(writeReach(reach))).toEqual(reach);
  for (const text of [undefined, "", "null", "[]", "{", '{"through":"x","nodes":[[1,2,3],null,7]}'])
    expect(readReach(text)).toEqual(noReach);
  expect(readGaps('[{"from":1,"to":2,"reason":"shed"},{"from":1},7,null,{"from":1,"to":2,"reason":"other"}]')).toEqual([
    { from: 1, to: 2, reason: "shed" },
  ]);
  expect(readGaps("{")).toEqual([]);
});

test("a gap is one sentence", () => {
  expect(gapText({ from: noon, to: noon + 38_000, reason: "shed", count: 12_345 })).toBe(
    "shed 12,345 flows between 12:00:00 and 12:00:38",
  );
  expect(gapText({ from: noon, to: noon + 1_000, reason: "unseen", node: "a" })).toBe(
    "nobody saw the flows of a between 12:00:00 and 12:00:01",
  );
});
