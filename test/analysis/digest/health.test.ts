import { expect, test } from "vitest";
import { endpointsItems, type Line } from "../../../src/analysis/digest/health.ts";

const hour = 3_600_000;
const stepMs = 480_000;

/** Of a day: at each hour from one until another so many. */
function state(name: string, count: number, { from = 0, until = 24 } = {}): Line {
  const points = Array.from({ length: until - from + 1 }, (_, at) => [(from + at) * hour, count] as const);
  return { labels: { endpoint_state: name }, points };
}

function told(...lines: readonly Line[]): string | undefined {
  const [item, ...others] = endpointsItems("lab", [state("ready", 40), ...lines], stepMs);
  expect(others).toEqual([]);
  if (item === undefined) return undefined;
  const now = item.states.map((one) => `${one.count} ${one.state}`).join(" ");
  return `${now}, ${item.before} before${item.standing ? ", standing" : ""}`;
}

test("as many as at the beginning are as before", () => {
  expect(told(state("not-ready", 2))).toBe("2 not-ready, 2 before, standing");
});

test("a state begins with its first endpoint: none were in it before", () => {
  expect(told(state("not-ready", 3, { from: 20 }))).toBe("3 not-ready, 0 before");
  expect(told(state("not-ready", 1), state("invalid", 1, { from: 20 }))).toBe("1 not-ready 1 invalid, 1 before");
});

test("a state ends with its agent: nobody is in it any more", () => {
  expect(told(state("not-ready", 3, { until: 4 }))).toBeUndefined();
  expect(told(state("not-ready", 3, { until: 4 }), state("invalid", 1))).toBe("1 invalid, 4 before, standing");
});

test("states that pass by themselves are none", () => {
  expect(told(state("regenerating", 3))).toBeUndefined();
});
