import { describe, expect, test } from "vitest";
import { type Flow, Verdict } from "../../../src/analysis/flow.ts";
import { createPairsReducer, type PairsOf } from "../../../src/analysis/top/pairs.ts";
import type { FlowRanking, TopOptions } from "../../../src/analysis/top/ranking.ts";
import { deathstar, endpoint, farDeathstar, makeFlow, noon, world } from "../../fixtures/flows/make.ts";
import { randomFrom } from "../../fixtures/random.ts";
import { dropOf, forwardedOf, nameOf, streamsOf } from "./streams.ts";

const options = { window: { from: noon, to: noon + 60_000 }, top: 10 };

function ranked(of: PairsOf, flows: Iterable<Flow>, change: Partial<TopOptions> = {}): FlowRanking {
  const reducer = createPairsReducer(of, { ...options, ...change });
  for (const flow of flows) reducer.add(flow);
  return reducer.finish();
}

const forwarded = { verdict: Verdict.forwarded, eventType: 4, dropReason: 0, isReply: false } as const;
const counts = ({ rows }: FlowRanking) => rows.map(({ labels, count }) => [Object.values(labels).join(" "), count]);

describe("what is counted", () => {
  test("of drops: packets by pair, port and reason, without noise, verdicts and what got through", () => {
    const ranking = ranked("drops", [
      ...[80, 80, 443].map((destinationPort) => makeFlow({ destinationPort })),
      makeFlow({ dropReason: 181 }),
      makeFlow({ eventType: 5 }),
      makeFlow({ dropReason: 139, protocol: "ICMPv6", destinationPort: 0 }),
      makeFlow(forwarded),
      makeFlow({ time: noon - 1 }),
    ]);
    expect(counts(ranking)).toEqual([
      ["default/xwing default/deathstar 80 TCP POLICY_DENIED INGRESS", 2],
      ["default/xwing default/deathstar 443 TCP POLICY_DENIED INGRESS", 1],
      ["default/xwing default/deathstar 80 TCP POLICY_DENY INGRESS", 1],
    ]);
    expect(ranking).toMatchObject({ total: 4, noise: 1, others: 0, bound: 0, search: null });
  });

  test("of talkers: flows by pair whatever the port, of ports: by port whoever it was; answers count for neither", () => {
    const flows = [
      makeFlow({ ...forwarded, destinationPort: 80 }),
      makeFlow({ ...forwarded, destinationPort: 443 }),
      makeFlow({ ...forwarded, destinationPort: 80, source: world, sourceIp: "192.0.2.7" }),
      makeFlow({ ...forwarded, isReply: true }),
      makeFlow(),
    ];
    expect(counts(ranked("talkers", flows))).toEqual([
      ["default/xwing default/deathstar", 2],
      ["192.0.2.7 default/deathstar", 1],
    ]);
    expect(counts(ranked("ports", flows))).toEqual([
      ["80 TCP", 2],
      ["443 TCP", 1],
    ]);
  });

  test("under a pod's name becomes its workload's when a flow tells it", () => {
    const flows = [farDeathstar, farDeathstar, deathstar].map((destination) => makeFlow({ ...forwarded, destination }));
    expect(counts(ranked("talkers", flows))).toEqual([["default/xwing default/deathstar", 3]]);
  });

  test("is redacted before it has a name", () => {
    const destinationNames = [
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    ];
    const flow = makeFlow({ ...forwarded, destination: endpoint({ identity: 2 }), destinationNames });
    expect(JSON.stringify(ranked("talkers", [flow]))).not.toContain("eyJzdWIi");
  });
});

const length = 15_000;
const keys = 2_000;
const capacity = 150;

describe.each(streamsOf(length, keys))("a $name stream of more keys than there is room for", ({ next }) => {
  const random = randomFrom(7);
  const stream = Array.from({ length }, (_, at) => next(random, at));
  const truth = new Map<string, number>();
  for (const key of stream) truth.set(nameOf(key), (truth.get(nameOf(key)) ?? 0) + 1);

  test.each([
    ["drops", dropOf],
    ["talkers", forwardedOf],
  ] as const)("%s keep the stated bound, and nothing larger is missing", (of, flowOf) => {
    const ranking = ranked(of, stream.map(flowOf), { capacity, top: 60 });
    const { rows, total, bound, others } = ranking;
    expect(total).toBe(length);
    expect(bound).toBeGreaterThan(0);
    expect(bound).toBeLessThanOrEqual(length / capacity);
    expect(others).toBeNull();
    const listed = new Map(
      rows.map(({ labels, count, error }) => [`${labels["source"]} ${labels["destination"]}`, { count, error }]),
    );
    for (const [name, { count, error }] of listed) {
      const real = truth.get(name) ?? 0;
      expect(real).toBeLessThanOrEqual(count);
      expect(real).toBeGreaterThanOrEqual(count - error);
      expect(error).toBeLessThanOrEqual(bound);
    }
    const least = Math.max(bound, rows.at(-1)?.count ?? 0);
    expect([...truth].filter(([name, real]) => real > least && !listed.has(name))).toEqual([]);
  });

  test("is exact where there is room", () => {
    const fitting = stream.map((key) => key % 120);
    const exact = new Map<string, number>();
    for (const key of fitting) exact.set(nameOf(key), (exact.get(nameOf(key)) ?? 0) + 1);
    const { rows, bound, others } = ranked("talkers", fitting.map(forwardedOf), { capacity, top: 60 });
    expect({ bound, others }).toEqual({ bound: 0, others: exact.size - 60 });
    const best = [...exact].sort(([a, m], [b, n]) => n - m || (a.replace(" ", "\n") < b.replace(" ", "\n") ? -1 : 1));
    expect(rows.map(({ labels, count }) => [`${labels["source"]} ${labels["destination"]}`, count])).toEqual(
      best.slice(0, 60),
    );
  });
});

test("what grows late comes to the top", () => {
  const stream = Array.from({ length: 20_000 }, (_, at) => (at < 15_000 ? 1_000 + at : 3));
  const [first] = ranked("talkers", stream.map(forwardedOf), { capacity: 100 }).rows;
  expect(first?.labels).toEqual({ source: "shop/client-0", destination: "shop/server-3" });
  expect(first?.count).toBeGreaterThanOrEqual(5_000);
  expect((first?.count ?? 0) - (first?.error ?? 0)).toBeLessThanOrEqual(5_000);
});

test("a list is never longer than a finding has room for", () => {
  const ranking = ranked(
    "drops",
    Array.from({ length: 200 }, (_, at) => dropOf(at)),
    { top: 1_000 },
  );
  expect(ranking.rows).toHaveLength(60);
  expect(ranking.others).toBe(140);
});
