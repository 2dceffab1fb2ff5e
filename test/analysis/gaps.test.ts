import { describe, expect, test } from "vitest";
import type { Coverage } from "../../src/analysis/coverage.ts";
import { gapsOf, mergeCoverage } from "../../src/analysis/gaps.ts";

const window = { from: Date.parse("2026-11-20T03:00:00Z"), to: Date.parse("2026-11-20T03:10:00Z") };
const full: Coverage = {
  nodes: { answered: 3, total: 3, missing: [] },
  oldest: "2026-11-20T02:00:00Z",
  lost: { HUBBLE_RING_BUFFER: 0 },
  shed: 0,
  truncated: false,
};

describe("a coverage", () => {
  test("without any gap has none", () => {
    expect(gapsOf(full, window)).toMatchObject({ none: true, unreachedMs: 0 });
  });

  test.each([
    ["a node is missing", { nodes: { answered: 2, total: 3, missing: ["w1"] } }, { nodes: ["w1"], nodeCount: 1 }],
    ["a node without a name is missing", { nodes: { answered: 1, total: 3, missing: [] } }, { nodeCount: 2 }],
    ["the rings are empty", { oldest: null }, { empty: true }],
    ["the rings are too short", { oldest: "2026-11-20T03:04:00Z" }, { unreachedMs: 240_000 }],
    ["the rings begin after the window", { oldest: "2026-11-20T03:30:00Z" }, { unreachedMs: 600_000 }],
    ["events were lost", { lost: { HUBBLE_RING_BUFFER: 3, OBSERVER_EVENTS_QUEUE: 4 } }, { lost: 7 }],
    ["flows were shed", { shed: 1 }, { shed: 1 }],
    ["reading was cut", { truncated: true }, { truncated: true }],
  ] as const)("has a gap when %s", (_, change, expected) => {
    expect(gapsOf({ ...full, ...change }, window)).toMatchObject({ ...expected, none: false });
  });

  test("is not short by the pause before the first flow", () => {
    expect(gapsOf({ ...full, oldest: "2026-11-20T03:00:01.900Z" }, window).none).toBe(true);
    expect(gapsOf({ ...full, oldest: "2026-11-20T03:00:02.100Z" }, window).none).toBe(false);
  });

  test("is short by a second that is a fortieth of a short window", () => {
    const short = { from: window.from, to: window.from + 40_000 };
    expect(gapsOf({ ...full, oldest: "2026-11-20T03:00:00.390Z" }, short).none).toBe(true);
    expect(gapsOf({ ...full, oldest: "2026-11-20T03:00:01.000Z" }, short).unreachedMs).toBe(1_000);
  });
});

describe("several coverages as one", () => {
  test("of none is none, of one is that one", () => {
    expect(mergeCoverage([])).toBeNull();
    expect(mergeCoverage([{ cluster: "a", coverage: full }])).toBe(full);
  });

  test("add up, and reach back as far as the shortest", () => {
    const other: Coverage = {
      nodes: { answered: 1, total: 2, missing: ["w9"] },
      oldest: "2026-11-20T03:05:00+01:00",
      lost: { HUBBLE_RING_BUFFER: 5, X: 1 },
      shed: 2,
      truncated: true,
    };
    expect(
      mergeCoverage([
        { cluster: "a", coverage: full },
        { cluster: "b", coverage: other },
      ]),
    ).toEqual({
      nodes: { answered: 4, total: 5, missing: ["b/w9"] },
      oldest: "2026-11-20T03:05:00+01:00",
      lost: { HUBBLE_RING_BUFFER: 5, X: 1 },
      shed: 2,
      truncated: true,
    });
    expect(
      mergeCoverage([
        { cluster: "a", coverage: full },
        { cluster: "b", coverage: { ...other, oldest: null } },
      ])?.oldest,
    ).toBeNull();
  });

  test("of recordings begin where the last of them does, with what all of them lack", () => {
    const until = (hour: number) => `2026-11-20T0${hour}:00:00.000Z`;
    const part = { until: until(3), gapMs: 1_000, shed: 2 };
    const merged = mergeCoverage([
      { cluster: "a", coverage: { ...full, recorded: { ...part, dropsFrom: until(1) } } },
      { cluster: "b", coverage: { ...full, recorded: { ...part, until: until(4), dropsFrom: until(2) } } },
      { cluster: "c", coverage: full },
    ]);
    expect(merged?.recorded).toEqual({ until: until(4), gapMs: 2_000, shed: 4, dropsFrom: until(2) });
  });
});
