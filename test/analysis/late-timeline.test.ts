import { expect, test } from "vitest";
import { createDropsReducer } from "../../src/analysis/drops-reducer.ts";
import { type LateTimeline, lastParts, mergeLate } from "../../src/analysis/late-timeline.ts";
import { makeFlow, noon } from "../fixtures/flows/make.ts";

const day = 86_400_000;
const window = { from: noon, to: noon + day };

/** Drops so many milliseconds before the window's end. */
function reduceBefore(...before: number[]) {
  const reducer = createDropsReducer({ window, top: 5, buckets: 30 });
  for (const ms of before) reducer.add(makeFlow({ time: window.to - ms }));
  return reducer.finish();
}

test("the last minutes of a day are told apart", () => {
  const { late, timeline } = reduceBefore(180_000, 90_000, 1_000);
  expect(timeline.slice(-2)).toEqual([0, 3]);
  expect(late).toEqual({
    stepMs: 22_500,
    timeline: [1, 0, 0, 0, 1, 0, 0, 1],
    timelines: { POLICY_DENIED: [1, 0, 0, 0, 1, 0, 0, 1] },
  });
});

test("parts are never many, and there are none where the whole timeline is as fine", () => {
  for (const before of [60_000, 3_600_000, 5 * 3_600_000, 11 * 3_600_000]) {
    const { late } = reduceBefore(before);
    expect(late?.timeline.length).toBeLessThanOrEqual(60);
    expect(late?.timeline.reduce((sum, count) => sum + count, 0)).toBe(1);
  }
  expect(reduceBefore(day - 1).late).toBeUndefined();
  expect(reduceBefore().late).toBeUndefined();
});

test("clusters are added up in the coarser step, end upon end", () => {
  const fine: LateTimeline = { stepMs: 10, timeline: [1, 2, 3], timelines: { A: [1, 2, 3] } };
  const coarse: LateTimeline = { stepMs: 20, timeline: [10, 20, 30], timelines: { B: [10, 20, 30] } };
  expect(mergeLate([fine, coarse])).toEqual({
    stepMs: 20,
    timeline: [10, 21, 35],
    timelines: { A: [0, 1, 5], B: [10, 20, 30] },
  });
  expect(mergeLate([fine, undefined])).toBeUndefined();
  expect(mergeLate([])).toBeUndefined();
});

test("the last parts of a row end where it ends", () => {
  expect(lastParts([1, 2, 3, 4, 5], 2, 2)).toEqual([5, 9]);
  expect(lastParts([1, 2, 3], 2, 4)).toEqual([0, 0, 1, 5]);
});
