import { expect, test } from "vitest";
import { createCoverage } from "../../src/analysis/collect-coverage.ts";
import { noon } from "../fixtures/flows/make.ts";

const end = { oldest: undefined, shed: 0, truncated: false };
const [connected, unavailable, gone, error] = [1, 2, 3, 4];

test("nodes that are not reached are missing by name", () => {
  const coverage = createCoverage();
  coverage.nodes(connected, ["c", "a"], "");
  coverage.nodes(unavailable, ["d", "b"], "");
  expect(coverage.finish(end).nodes).toEqual({ answered: 2, total: 4, missing: ["b", "d"] });
});

test("a node that connected and then failed did not answer", () => {
  const coverage = createCoverage();
  coverage.nodes(connected, ["a", "b"], "");
  coverage.nodes(error, ["b"], "rpc error");
  coverage.nodes(error, ["b"], "rpc error");
  expect(coverage.finish(end).nodes).toEqual({ answered: 1, total: 2, missing: ["b"] });
  expect(coverage.errors).toEqual(["rpc error"]);
});

test("what nodes say is told without secrets, and once although these differ", () => {
  const coverage = createCoverage();
  for (const password of ["hunter2", "hunter3"])
    coverage.nodes(error, ["a"], `dial grpc://peer:${password}@10.0.0.1:4244: connection refused`);
  expect(coverage.errors).toEqual(["dial grpc://10.0.0.1:4244: connection refused"]);
});

test("a node that left the cluster is nobody's", () => {
  const coverage = createCoverage();
  coverage.nodes(connected, ["a", "b"], "");
  coverage.nodes(gone, ["b"], "");
  coverage.nodes(77, ["x"], "");
  expect(coverage.finish(end).nodes).toEqual({ answered: 1, total: 1, missing: [] });
});

test("an agent asked without Relay is known by its flows", () => {
  const coverage = createCoverage();
  coverage.flow("k8s-w1", noon);
  expect(coverage.finish(end).nodes).toEqual({ answered: 1, total: 1, missing: [] });
});

test("the window is covered from the youngest of the nodes' oldest flows on", () => {
  const coverage = createCoverage();
  coverage.flow("a", noon + 90_000);
  const oldest = new Map([
    ["a", noon],
    ["b", noon + 60_000],
  ]);
  expect(coverage.finish({ ...end, oldest }).oldest).toBe("2026-11-20T12:01:00.000Z");
});

test("where nobody said so, the flows themselves show how far back their nodes reach", () => {
  const coverage = createCoverage();
  for (const [node, time] of [
    ["a", 5],
    ["a", 1],
    ["b", 3],
  ] as const)
    coverage.flow(node, noon + time * 1_000);
  expect(coverage.finish(end).oldest).toBe("2026-11-20T12:00:03.000Z");
  expect(createCoverage().finish(end).oldest).toBeNull();
});

test("lost events add up by source", () => {
  const coverage = createCoverage();
  expect(coverage.heard).toBe(false);
  coverage.lost("PERF_EVENT_RING_BUFFER", 2);
  coverage.lost("HUBBLE_RING_BUFFER", 1);
  coverage.lost("PERF_EVENT_RING_BUFFER", 40);
  expect(coverage.heard).toBe(true);
  expect(coverage.finish({ oldest: undefined, shed: 3, truncated: true })).toMatchObject({
    lost: { HUBBLE_RING_BUFFER: 1, PERF_EVENT_RING_BUFFER: 42 },
    shed: 3,
    truncated: true,
  });
});

test("thousands of missing nodes are counted, and a hundred named", () => {
  const coverage = createCoverage();
  coverage.nodes(
    unavailable,
    Array.from({ length: 5_000 }, (_, index) => `node-${index}`),
    "",
  );
  const { nodes } = coverage.finish(end);
  expect([nodes.total, nodes.answered, nodes.missing.length]).toEqual([5_000, 0, 100]);
});
