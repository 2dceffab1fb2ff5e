import { describe, expect, test } from "vitest";
import { createNodeChanges } from "../../../src/analysis/follow/node-changes.ts";
import { createRates } from "../../../src/analysis/follow/rates.ts";
import { createRecent } from "../../../src/analysis/follow/recent.ts";
import { createFollowSummary } from "../../../src/analysis/follow/summary.ts";
import { deathstar, http, makeFlow, noon, xwing } from "../../fixtures/flows/make.ts";

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

describe("rates", () => {
  /** `perSecond(n)` flows in second n after noon. */
  function rates(seconds: number, perSecond: (second: number) => number) {
    const made = createRates(noon);
    for (let second = 0; second < seconds; second++)
      for (let one = 0; one < perSecond(second); one++) made.add(noon + second * 1_000 + one);
    return made;
  }

  test("now is of the last five whole seconds that have come, the average of all", () => {
    const made = rates(60, (second) => (second < 50 ? 10 : 100));
    expect(made.read(noon + 60_000)).toEqual({ now: (4 * 100 + 100) / 5, average: 1_500 / 60 });
    expect(made.read(noon + 55_000).now).toBeCloseTo((10 + 4 * 100) / 5);
  });

  test("a stream that went quiet has no rate now", () => {
    const made = rates(10, () => 50);
    expect(made.read(noon + 30_000)).toEqual({ now: 0, average: 500 / 30 });
  });

  test("in the first seconds the average stands for both", () => {
    const made = createRates(noon);
    expect(made.read(noon)).toEqual({ now: 0, average: 0 });
    made.add(noon + 100);
    made.add(noon + 200);
    expect(made.read(noon + 500)).toEqual({ now: 2, average: 2 });
  });

  test("flows out of order count in their own second, and those of long ago only on average", () => {
    const made = createRates(noon);
    for (const second of [40, 38, 39, 1, 41]) made.add(noon + second * 1_000);
    expect(made.read(noon + 43_000)).toEqual({ now: 4 / 5, average: 5 / 43 });
  });
});

describe("recent flows", () => {
  test("a copy is known by its id, without one by what it says", () => {
    const recent = createRecent(100);
    expect([recent.add(makeFlow({ uuid: uuid(1) })), recent.add(makeFlow({ uuid: uuid(1) }))]).toEqual([true, false]);
    expect([recent.add(makeFlow()), recent.add(makeFlow()), recent.add(makeFlow({ sourcePort: 1 }))]).toEqual([
      ...[true, false, true],
    ]);
  });

  test("the last so many are remembered, those long before are not", () => {
    const recent = createRecent(100);
    for (let number = 0; number < 1_000; number++) recent.add(makeFlow({ uuid: uuid(number) }));
    for (let number = 900; number < 1_000; number++) expect(recent.add(makeFlow({ uuid: uuid(number) }))).toBe(false);
    expect(recent.add(makeFlow({ uuid: uuid(0) }))).toBe(true);
  });
});

describe("nodes that come and go", () => {
  const [connected, unavailable, gone, error] = [1, 2, 3, 4];

  test("what is said at first is no change; then lost, back and late are told apart", () => {
    const nodes = createNodeChanges();
    nodes.note(connected, ["a", "b"], 1);
    nodes.note(unavailable, ["c"], 1);
    expect(nodes.read()).toEqual({ changes: [], earlier: 0 });
    nodes.begun();
    nodes.note(connected, ["a", "d"], 5);
    nodes.note(error, ["b"], 6);
    nodes.note(unavailable, ["b"], 7);
    nodes.note(connected, ["b", "c"], 8);
    nodes.note(gone, ["a"], 9);
    expect(nodes.read().changes).toEqual([
      { node: "d", change: "late", at: 5 },
      { node: "b", change: "lost", at: 6 },
      { node: "b", change: "back", at: 8 },
      { node: "c", change: "late", at: 8 },
      { node: "a", change: "lost", at: 9 },
    ]);
  });

  test("one that flaps fills no memory", () => {
    const nodes = createNodeChanges();
    for (let at = 0; at < 100; at++) nodes.note(at % 2 === 0 ? connected : unavailable, ["a"], at);
    expect(nodes.read()).toMatchObject({ earlier: 89, changes: expect.objectContaining({ length: 10 }) });
    expect(nodes.read().changes.at(-1)).toEqual({ node: "a", change: "lost", at: 99 });
  });
});

describe("the summary", () => {
  const summary = () => createFollowSummary({ from: noon, lines: 3 });

  test("counts verdicts, a dropped packet once, and the top pairs by their server's port", () => {
    const made = summary();
    made.add(makeFlow());
    made.add(makeFlow({ eventType: 5, eventSubType: 0 }));
    made.add(makeFlow({ eventType: 129, dropReason: 0, l7: http() }));
    made.add(makeFlow({ verdict: 1, eventType: 4, dropReason: 0 }));
    const reply = { source: deathstar, destination: xwing, sourcePort: 80, destinationPort: 33_141, isReply: true };
    made.add(makeFlow({ ...reply, verdict: 1, eventType: 4, dropReason: 0 }));
    made.add(makeFlow({ verdict: 99, eventType: 4, dropReason: 0, destinationPort: 443 }));

    const pair = { source: "default/xwing", destination: "default/deathstar", protocol: "TCP" };
    expect(made.read(noon + 10_000)).toEqual({
      flows: 6,
      byVerdict: { DROPPED: 3, FORWARDED: 2, "99": 1 },
      rate: expect.objectContaining({ average: 0.6 }),
      drops: { count: 2, byReason: { HTTP: 1, POLICY_DENIED: 1 } },
      pairs: [
        { ...pair, port: 80, flows: 5, dropped: 2 },
        { ...pair, port: 443, flows: 1, dropped: 0 },
      ],
      folded: { pairs: 0, flows: 0 },
    });
  });

  test("is read as often as one likes: the same flows give the same numbers", () => {
    const made = createFollowSummary({ from: noon, lines: 3, workloadOf: () => undefined });
    for (let second = 0; second < 30; second++)
      made.add(makeFlow({ destinationPort: second % 7, time: noon + second * 1_000 }));
    const first = made.read(noon + 30_000);
    expect(made.read(noon + 30_000)).toEqual(first);
    expect(first.pairs).toHaveLength(5);
    expect(first.folded.pairs).toBe(2);
    expect(first.pairs.reduce((sum, { flows }) => sum + flows, 0) + first.folded.flows).toBe(30);
  });

  test("keeps the newest by time, whatever order they come in", () => {
    const made = summary();
    for (const second of [5, 1, 9, 3, 8, 2]) made.add(makeFlow({ time: noon + second, uuid: uuid(second) }));
    expect(made.newest().map(({ time }) => time - noon)).toEqual([5, 8, 9]);
  });
});
