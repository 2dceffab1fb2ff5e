import { expect, test } from "vitest";
import type { Line } from "../../../src/analysis/digest/health.ts";
import { unreachableItems } from "../../../src/analysis/digest/unreachable.ts";

const hour = 3_600_000;
const stepMs = 480_000;

/** Of an agent: at the beginning and at the end of a day, `until` of its hours. */
function agent(node: string, first: number, last: number, { until = 24, endpoints = last } = {}): Line[] {
  return [
    {
      as: "nodes",
      labels: { pod: `cilium-${node}`, node },
      points: [
        [0, first],
        [until * hour, last],
      ],
    },
    {
      as: "health endpoints",
      labels: { pod: `cilium-${node}`, node },
      points: [
        [0, first],
        [until * hour, endpoints],
      ],
    },
  ];
}

interface More {
  readonly folded?: number;
  readonly agents?: number;
  readonly notReady?: readonly string[];
}

function told(agents: readonly (readonly Line[])[], { folded = 0, agents: known = 0, notReady = [] }: More = {}) {
  const [item, ...others] = unreachableItems("lab", { lines: agents.flat(), stepMs, folded, agents: known, notReady });
  expect(others).toEqual([]);
  if (item === undefined) return undefined;
  const { nodes, count, of, more, suspect, standing } = item;
  const who = nodes.map((one) => `${one.node} ${one.nodes}+${one.endpoints}`).join(" ");
  return `${count}${more ? " or more" : ""} of ${of}: ${who}${suspect === null ? "" : `, suspect ${suspect}`}${standing ? ", standing" : ""}`;
}

const ok = (node: string) => agent(node, 0, 0);

test("nothing where all are reached", () => {
  expect(told([ok("a"), ok("b")])).toBeUndefined();
  expect(told([])).toBeUndefined();
});

test("one agent alone, of a node and of its health endpoint, is one finding and suspects nobody", () => {
  expect(told([agent("a", 0, 1), ok("b"), ok("c")])).toBe("1 of 3: a 1+1");
  expect(told([agent("a", 0, 1), ok("b"), agent("c", 0, 0, { until: 3 })])).toBe("1 of 3: a 1+1");
  expect(told([agent("a", 0, 0, { endpoints: 1 }), ok("b")])).toBe("1 of 2: a 0+1");
});

/** So many agents do not reach it, until so many hours have passed. */
function target(node: string, count: number, until = 24): Line[] {
  const labels = { target_node_name: node };
  const points = [20 * hour, until * hour].map((time) => [time, count] as const);
  return [{ as: "agents that cannot reach", labels, points }];
}

test("where agents tell whom they do not reach that node is named, and only where it is the only one", () => {
  const two = [agent("a", 0, 1), agent("b", 0, 1), ...["c", "d", "e", "f"].map(ok)];
  expect(told(two)).toBe("2 of 6: a 1+1 b 1+1");
  expect(told([...two, target("f", 2)])).toBe("2 of 6: a 1+1 b 1+1, suspect f");
  expect(told([...two, target("f", 1), target("e", 1)])).toBe("2 of 6: a 1+1 b 1+1");
  // Reached again since.
  expect(told([...two, target("f", 2), target("e", 3, 22)])).toBe("2 of 6: a 1+1 b 1+1, suspect f");
  expect(told([ok("a"), target("f", 1, 22)])).toBeUndefined();
  expect(told([agent("a", 0, 1), ok("b"), target("b", 1)])).toBe("1 of 2: a 1+1");
});

test.each<[string, readonly (readonly Line[])[], More, string]>([
  ["the agent that is away", [agent("c", 0, 0, { until: 3 })], {}, "2 of 3: a 1+1 b 1+1, suspect c"],
  ["the agent that reaches none of them", [agent("c", 0, 2)], {}, "2 of 3: a 1+1 b 1+1, suspect c"],
  ["the node that is not ready", [], { notReady: ["c"], agents: 3 }, "2 of 3: a 1+1 b 1+1, suspect c"],
  [
    "that node before an agent that is away",
    [agent("d", 0, 0, { until: 3 })],
    { notReady: ["c"] },
    "2 of 3: a 1+1 b 1+1, suspect c",
  ],
  [
    "nobody, where two are away",
    [agent("c", 0, 0, { until: 3 }), agent("d", 0, 0, { until: 3 })],
    {},
    "2 of 4: a 1+1 b 1+1",
  ],
  ["nobody, where two miss several", [agent("c", 0, 2), agent("d", 0, 2)], {}, "4 of 4: c 2+2 d 2+2 a 1+1 b 1+1"],
  ["nobody, where most reach all", [ok("c"), ok("d"), agent("e", 0, 0, { until: 3 })], {}, "2 of 5: a 1+1 b 1+1"],
])("of those that miss one each it suspects %s", (_, others, more, expected) => {
  expect(told([agent("a", 0, 1), agent("b", 0, 1), ...others], more)).toBe(expected);
});

test("as before only where none misses more than before", () => {
  expect(told([agent("a", 1, 1), agent("b", 2, 1)])).toBe("2 of 2: a 1+1 b 1+1, standing");
  expect(told([agent("a", 1, 1), agent("b", 0, 1)])).toBe("2 of 2: a 1+1 b 1+1");
});

test("a node that came since and misses one is no news of before", () => {
  const [nodes, endpoints] = agent("a", 1, 1);
  const late = [nodes, endpoints].map((one) => ({
    ...(one as Line),
    points: [
      [20 * hour, 1],
      [24 * hour, 1],
    ] as const,
  }));
  expect(told([ok("b"), late])).toBe("1 of 2: a 1+1");
});

test("of a large cluster only those with the most are told: there may be others", () => {
  const listed = Array.from({ length: 12 }, (_, at) => agent(`w${at}`, 0, 1));
  expect(told(listed, { folded: 60, agents: 40 })).toMatch(/^12 or more of 40: /);
  expect(
    told([...listed.slice(0, 3), ...Array.from({ length: 9 }, (_, at) => ok(`x${at}`))], { folded: 60, agents: 40 }),
  ).toBe("3 of 40: w0 1+1 w1 1+1 w2 1+1");
});

test("a node whose agent began anew is one agent", () => {
  const [old = [], young = []] = [agent("a", 0, 1, { until: 3 }), agent("a", 0, 0)];
  expect(told([old, young, ok("b")])).toBeUndefined();
});
