import { expect, test } from "vitest";
import { differenceOf } from "../../../src/analysis/digest/significant.ts";

test.each([
  // now, before, usually
  [1_375, 210, 190, "more"],
  [1_375, 210, null, "more"],
  [1_375, null, 190, "more"],
  // Only one of the two is exceeded: it was the other day that was odd.
  [1_375, 210, 1_300, "same"],
  [1_375, 1_300, 210, "same"],
  // Twice as many, but so few that chance does it.
  [14, 2, 3, "same"],
  [30, 14, 14, "same"],
  // Two and a half times as many, and still within what bursts do.
  [60, 25, 25, "same"],
  [70, 25, 25, "more"],
  // Many more in number, but not in proportion; and the other way round.
  [100_000, 60_000, 61_000, "same"],
  [120_001, 60_000, 60_000, "more"],
  // From nothing: twenty are told.
  [19, 0, 0, "same"],
  [20, 0, 0, "first"],
  [20, 0, null, "first"],
  [500, 0, 400, "same"],
  [0, 500, 400, "gone"],
  [0, 12, 14, "same"],
  [90, 500, 400, "less"],
  [90, 500, 100, "same"],
  [210, 210, 210, "same"],
  [0, 0, 0, "same"],
  [900, null, null, "unknown"],
] as const)("%d now, %s before, usually %s: %s", (now, before, median, difference) => {
  expect(differenceOf({ now, before, median })).toBe(difference);
});
