import { expect, test } from "vitest";
import { createFlowList } from "../../src/analysis/flow-list.ts";
import { createDice, makeFlow, noon } from "./../fixtures/flows/make.ts";

const uuidOf = (number: number) => `uuid-${number}`;

test.each(["newest", "oldest"] as const)(
  "keeps the %s, in the order of time, each once, whatever the order of arrival",
  (keep) => {
    const dice = createDice(4);
    for (let round = 0; round < 200; round++) {
      const count = 1 + dice(60);
      const limit = 1 + dice(20);
      const flows = Array.from({ length: count }, (_, at) =>
        makeFlow({ time: noon + at, uuid: uuidOf(at), node: `n${dice(3)}` }),
      );
      const list = createFlowList({ keep, limit });
      // Each comes up to three times, shuffled.
      const arrivals = flows.flatMap((flow) =>
        Array.from({ length: 1 + dice(3) }, () => ({ flow, order: dice(1_000_000) })),
      );
      for (const { flow } of arrivals.sort((a, b) => a.order - b.order)) list.add(flow);
      const wanted = keep === "newest" ? flows.slice(-limit) : flows.slice(0, limit);
      expect(list.finish().flows.map(({ uuid }) => uuid)).toEqual(wanted.map(({ uuid }) => uuid));
    }
  },
);

test("counts what was offered", () => {
  const list = createFlowList({ keep: "newest", limit: 3 });
  for (let at = 0; at < 10; at++) list.add(makeFlow({ time: noon + at, uuid: uuidOf(at) }));
  list.add(makeFlow({ time: noon + 9, uuid: uuidOf(9) }));
  expect(list.finish().offered).toBe(10);
});

test("flows without a uuid are never taken for copies", () => {
  const list = createFlowList({ keep: "newest", limit: 5 });
  for (let at = 0; at < 3; at++) list.add(makeFlow());
  expect(list.finish().flows).toHaveLength(3);
});

test("flows of one double are told apart by their nanoseconds", () => {
  const stamped = (nanos: number) =>
    makeFlow({
      uuid: String(nanos),
      details: {
        stamp: { seconds: noon / 1_000, nanos },
        hasIp: true,
        ethernet: undefined,
        authType: 0,
        socketPoint: 0,
        capturePoint: 0,
      },
    });
  const list = createFlowList({ keep: "newest", limit: 2 });
  for (const nanos of [3, 1, 2]) list.add(stamped(nanos));
  expect(list.finish().flows.map(({ uuid }) => uuid)).toEqual(["2", "3"]);
});
