import { describe, expect, test } from "vitest";
import { durationText, parseDuration, roughDuration } from "../../src/analysis/duration.ts";

describe("a duration", () => {
  test.each([
    ["15m", 900_000],
    ["1h30m", 5_400_000],
    ["90s", 90_000],
    ["2d", 172_800_000],
    ["1d2h3m4s", 93_784_000],
    ["1.5h", 5_400_000],
    ["15 min", 900_000],
    ["2 hours 30 minutes", 9_000_000],
    ["10M", 600_000],
    ["0s", 0],
  ])("%j is %i ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(["", "15", "m", "15ms", "15mm", "5m5m", "1e3s", "-5m", "1h-5m", "m5", "1 h 30", "٣m", "1..5h"])(
    "%j is none",
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  test.each([
    [900_000, "15m"],
    [5_400_000, "1h30m"],
    [86_400_000, "1d"],
    [1_499, "1s"],
    [0, "0s"],
  ])("of %i ms is typed %j", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  test.each([
    [400, "400ms"],
    [367_000, "6m7s"],
    [7_265_000, "2h1m"],
    [190_000_000, "2d4h"],
  ])("of %i ms is read as about %s", (ms, text) => {
    expect(roughDuration(ms)).toBe(text);
  });
});
