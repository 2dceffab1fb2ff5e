import { describe, expect, test } from "vitest";
import { type Counters, dropItems } from "../../../src/analysis/digest/drops.ts";
import type { CountChangeRow, DroppedPair, Observed, TrafficChanges } from "../../../src/analysis/sketch/changes.ts";

const hour = 3_600_000;
const from = Date.parse("2026-11-19T03:00:00Z");
const window = { from, to: from + 24 * hour };
const none = { rows: [], folded: { rows: 0, count: 0 } };
const whole: Observed = {
  ...{ window, hours: 24, sketched: 24, seconds: 86_400, dropSeconds: 86_400, openingSeconds: 86_400 },
  ...{ openings: 10, shed: 0, lost: 0, nodes: { connected: 3, total: 3 }, folded: 0, unreadable: 0 },
};
const nobody: Counters = { now: null, before: null, whole: true };

interface Seen {
  readonly reasons?: readonly CountChangeRow[];
  readonly namespaces?: readonly CountChangeRow[];
  readonly pairs?: readonly DroppedPair[];
  readonly now?: Partial<Observed>;
  readonly before?: Partial<Observed>;
}

function traffic({ reasons = [], namespaces = [], pairs = [], now = {}, before = {} }: Seen): TrafficChanges {
  return {
    ...{ now: { ...whole, ...now }, before: { ...whole, ...before }, days: [] },
    history: { from, dropsFrom: from },
    drops: {
      total: { now: 0, before: 0, median: 0 },
      byReason: { ...none, rows: reasons },
      byNamespace: { ...none, rows: namespaces },
      pairs: { ...none, rows: pairs },
    },
    openings: { now: 0, before: 0, median: 0 },
    ...{ newEdges: none, vanishedEdges: none, firstDrops: none, policies: { matched: {}, listedFrom: 0, since: null } },
  };
}

function told(counters: Counters, seen?: Seen): string[] {
  return dropItems("prod-eu", counters, seen && traffic(seen)).map(
    ({ key, change, now, before, from: of, sure }) => `${key} ${change} ${now}/${before} ${of}${sure ? "" : " unsure"}`,
  );
}

function counted(now: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>): Counters {
  return { now: new Map(Object.entries(now)), before: new Map(Object.entries(before)), whole: true };
}

function row(key: string, now: number, before: number | null, median: number | null = before): CountChangeRow {
  return { key, now, before, median };
}

function pair(over: Partial<DroppedPair>): DroppedPair {
  return {
    ...{ source: "shop/web", destination: "payments/api", sourceNamespace: "shop", destinationNamespace: "payments" },
    ...{ port: 80, protocol: "TCP", verdict: "dropped", reason: "POLICY_DENIED" },
    ...{ now: 0, before: 0, median: 0, first: from, last: from, ...over },
  };
}

describe("reasons", () => {
  test("counters come before flows: flows miss what nobody saw", () => {
    const seen = { reasons: [row("POLICY_DENIED", 900, 100)] };
    expect(told(counted({ POLICY_DENIED: 200 }, { POLICY_DENIED: 190 }), seen)).toEqual([]);
    expect(told(nobody, seen)).toEqual(["POLICY_DENIED more 900/100 flows"]);
  });

  test("counters of a part of the time are not compared", () => {
    const counters = { ...counted({ POLICY_DENIED: 900 }, { POLICY_DENIED: 10 }), whole: false };
    expect(told(counters, { reasons: [row("POLICY_DENIED", 100, 101)] })).toEqual([]);
  });

  test("what flows know as usual is no news, whatever the day before was", () => {
    const counters = counted({ POLICY_DENIED: 900 }, { POLICY_DENIED: 10 });
    expect(told(counters, { reasons: [row("POLICY_DENIED", 880, 9, 850)] })).toEqual([]);
    expect(told(counters, { reasons: [row("POLICY_DENIED", 880, 9, 10)] })).toEqual([
      "POLICY_DENIED more 900/10 counters",
    ]);
  });

  test("refused requests are in no counter", () => {
    const seen = { reasons: [row("HTTP", 400, 3)] };
    expect(told(counted({}, {}), seen)).toEqual(["HTTP more 400/3 flows"]);
  });

  test("noise is never news, and numbers that nobody knows are", () => {
    expect(told(counted({ UNSUPPORTED_L3_PROTOCOL: 90_000, NAT_NOT_NEEDED: 900, 299: 50 }, {}))).toEqual([
      "299 first 50/0 counters",
    ]);
  });
});

describe("namespaces", () => {
  test("noise is taken off them, the rest counts", () => {
    const noise = pair({ reason: "UNSUPPORTED_L3_PROTOCOL", now: 900, before: 10, median: 10 });
    expect(told(nobody, { namespaces: [row("payments", 950, 60)], pairs: [noise] })).toEqual([]);
    expect(told(nobody, { namespaces: [row("payments", 1_400, 60)], pairs: [noise] })).toEqual([
      "payments more 500/50 flows",
    ]);
  });

  test.each([
    ["all of both days", {}, {}, ["payments less 10/400 flows"]],
    ["half of now: what is missing may be a blind spot", { dropSeconds: 40_000 }, {}, []],
    ["three quarters of now", { dropSeconds: 64_800 }, {}, ["payments less 10/400 flows unsure"]],
    [
      "one node of three for an hour",
      { nodes: { connected: 1, total: 3 }, nodeShare: 0.97 },
      {},
      ["payments less 10/400 flows"],
    ],
    ["one node of three", { nodes: { connected: 1, total: 3 } }, {}, []],
  ])("fewer, having observed %s", (_, now, before, expected) => {
    expect(told(nobody, { namespaces: [row("payments", 10, 400, null)], now, before })).toEqual(expected);
  });
});

describe("since when", () => {
  const since = (pairs: readonly DroppedPair[]) =>
    dropItems("prod-eu", nobody, traffic({ namespaces: [row("payments", 1_000, 100)], pairs })).map(
      (item) => item.since,
    );

  test("the first drop of what is new, where it is most of the difference", () => {
    const fresh = pair({ now: 800, first: from + 5 * hour });
    expect(since([fresh, pair({ port: 81, now: 200, before: 100, median: 100 })])).toEqual([from + 5 * hour]);
  });

  test("nothing where old ones grew", () => {
    expect(
      since([pair({ now: 900, before: 90, median: 90 }), pair({ port: 81, now: 30, first: from + hour })]),
    ).toEqual([null]);
  });
});
