import { expect, test } from "vitest";
import { countsAsDrop, createDropsReducer } from "../../src/analysis/drops-reducer.ts";
import type { Flow } from "../../src/analysis/flow.ts";
import { newestOnly } from "../../src/analysis/reduce.ts";
import { createDice, http, makeFlow, noon } from "../fixtures/flows/make.ts";

function newest(limit: number, flows: readonly Flow[]) {
  const window = { from: noon, to: noon + 600_000 };
  const reducer = newestOnly(createDropsReducer({ window, top: 50, buckets: 10 }), limit, countsAsDrop);
  for (const flow of flows) reducer.add(flow);
  return reducer.finish();
}

test("the newest flows count, whatever the order in which they come", () => {
  const dice = createDice(5);
  const times = Array.from({ length: 1_000 }, (_, index) => noon + index * 10);
  const shuffled = times.map((time) => ({ time, at: dice(1_000_000) })).sort((a, b) => a.at - b.at);
  const { packets, pairs } = newest(
    100,
    shuffled.map(({ time }) => makeFlow({ time })),
  );
  expect(packets).toBe(100);
  expect(pairs[0]?.first).toBe(new Date(noon + 9_000).toISOString());
  expect(pairs[0]?.last).toBe(new Date(noon + 9_990).toISOString());
});

test("fewer than asked for are all", () => {
  expect(newest(100, [makeFlow(), makeFlow({ time: noon + 1 })]).packets).toBe(2);
  expect(newest(100, []).packets).toBe(0);
});

test("a verdict beside a drop takes nobody's place and lends its policy", () => {
  const policy = { kind: "CiliumNetworkPolicy", namespace: "default", name: "deny" };
  const flows = Array.from({ length: 10 }, (_, index) => {
    const time = noon + index * 1_000;
    return [
      makeFlow({ time: time + 0.1, dropReason: 181 }),
      makeFlow({ time, eventType: 5, dropReason: 181, deniedBy: [policy] }),
    ];
  }).flat();
  const { packets, pairs } = newest(3, flows);
  expect(packets).toBe(3);
  expect(pairs[0]?.deniedBy).toEqual([policy]);
});

test("refused requests count among the newest", () => {
  const request = makeFlow({ time: noon + 5_000, eventType: 129, type: 2, dropReason: 0, l7: http() });
  const { packets, l7Denials } = newest(2, [makeFlow(), makeFlow({ time: noon + 1_000 }), request]);
  expect([packets, l7Denials.length]).toEqual([1, 1]);
});
