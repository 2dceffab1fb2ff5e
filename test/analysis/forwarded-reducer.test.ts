import { expect, test } from "vitest";
import type { Flow } from "../../src/analysis/flow.ts";
import { createForwardedReducer } from "../../src/analysis/forwarded-reducer.ts";
import { deathstar, makeFlow, noon, xwing } from "../fixtures/flows/make.ts";

const window = { from: noon, to: noon + 60_000 };
const trace = (fields: Partial<Flow> = {}) =>
  makeFlow({ verdict: 1, eventType: 4, dropReason: 0, isReply: false, ...fields });

function reduce(flows: readonly Flow[], top = 10) {
  const reducer = createForwardedReducer({ window, top });
  for (const flow of flows) reducer.add(flow);
  return reducer.finish();
}

test("traces of the request direction are counted by pair, port and protocol", () => {
  const flows = [trace(), trace({ time: noon + 5_000 }), trace({ destinationPort: 443 }), trace({ verdict: 5 })];
  expect(reduce(flows)).toEqual({
    flows: 4,
    pairs: [
      {
        source: "default/xwing",
        destination: "default/deathstar",
        port: 80,
        protocol: "TCP",
        flows: 3,
        last: "2026-11-20T12:00:05.000Z",
      },
      {
        source: "default/xwing",
        destination: "default/deathstar",
        port: 443,
        protocol: "TCP",
        flows: 1,
        last: "2026-11-20T12:00:00.000Z",
      },
    ],
  });
});

test("replies, drops, verdicts and what lies outside the window are not counted", () => {
  const flows = [
    trace({ isReply: true, source: deathstar, destination: xwing }),
    makeFlow(),
    trace({ eventType: 5 }),
    trace({ time: window.to }),
  ];
  expect(reduce(flows)).toEqual({ flows: 0, pairs: [] });
});

test("pairs beyond the rows asked for are part of the total", () => {
  const flows = Array.from({ length: 8 }, (_, index) => trace({ destinationPort: index + 1 }));
  const { flows: total, pairs } = reduce(flows, 3);
  expect([total, pairs.length]).toEqual([8, 3]);
});
