import { expect, test } from "vitest";
import { humanDuration } from "../../../src/lab/kubernetes/columns/duration.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [-5_000, "<invalid>"],
  [-1_500, "0s"],
  [0, "0s"],
  [72_900, "72s"],
  [2 * minute, "2m"],
  [9 * minute + 30_000, "9m30s"],
  [10 * minute + 30_000, "10m"],
  [179 * minute, "179m"],
  [3 * hour, "3h"],
  [7 * hour + 5 * minute, "7h5m"],
  [47 * hour, "47h"],
  [3 * day + 4 * hour, "3d4h"],
  [8 * day, "8d"],
  [700 * day, "700d"],
  [800 * day, "2y70d"],
  [10 * 365 * day, "10y"],
])("%i ms is %s", (milliseconds, text) => {
  expect(humanDuration(milliseconds)).toBe(text);
});
