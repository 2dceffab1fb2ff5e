import { describe, expect, test } from "vitest";
import { clockText, parseTime, rangeText, resolveTime, rfc3339, timeSpecText } from "../../src/analysis/time.ts";

const askedAt = Date.parse("2026-11-20T00:10:05Z");

describe("a point in time", () => {
  test.each([
    ["15m", "2026-11-19T23:55:05Z"],
    ["15m ago", "2026-11-19T23:55:05Z"],
    ["now", "2026-11-20T00:10:05Z"],
    ["00:05", "2026-11-20T00:05:00Z"],
    // Shortly after midnight 23:50 was yesterday.
    ["23:50", "2026-11-19T23:50:00Z"],
    ["23:50:30", "2026-11-19T23:50:30Z"],
    ["9:05", "2026-11-19T09:05:00Z"],
    ["2026-11-20", "2026-11-20T00:00:00Z"],
    ["2026-11-19T23:04", "2026-11-19T23:04:00Z"],
    ["2026-11-19 23:04:05", "2026-11-19T23:04:05Z"],
    ["2026-11-19T23:04:05.250Z", "2026-11-19T23:04:05.250Z"],
    ["2026-11-19T23:04:05.123456789Z", "2026-11-19T23:04:05.123Z"],
    ["2026-11-20T08:04+09:00", "2026-11-19T23:04:00Z"],
    ["2026-11-19T16:04:00-07:00", "2026-11-19T23:04:00Z"],
    ["2026-11-19T15-07:00", "2026-11-19T22:00:00Z"],
    ["Nov 19 22:17:14.633", "2026-11-19T22:17:14.633Z"],
    ["Nov  9 22:17:14", "2026-11-09T22:17:14Z"],
    ["dec 31 10:00", "2025-12-31T10:00:00Z"],
    ["Feb 29 10:00", "2024-02-29T10:00:00Z"],
  ])("%j was %s", (text, expected) => {
    const spec = parseTime(text);
    expect(spec && rfc3339(resolveTime(spec, askedAt))).toBe(expected);
  });

  test.each([
    "",
    "yesterday",
    "24:00",
    "10:60",
    "2026-13-01",
    "2026-02-30",
    "2026-11-20T25:00Z",
    "2026-11-20T10:00+15:00",
    "Nov 31 10:00",
    "Foo 3 10:00",
    "Nov 0 10:00",
    "20261120",
    "1795144445",
  ])("%j is none", (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  test.each([
    "15m",
    "1h30m",
    "23:50",
    "23:50:30",
    "2026-11-19T23:04:05Z",
    "2026-11-19T23:04:05.250Z",
    "Nov 19 22:17:14.633",
  ])("%j is spelled so that it reads the same", (text) => {
    const spec = parseTime(text);
    expect(spec && parseTime(timeSpecText(spec))).toEqual(spec);
  });
});

test("a time of another day has its date", () => {
  expect(clockText(askedAt - 60_000, askedAt)).toBe("00:09:05");
  expect(clockText(askedAt - 3_600_000, askedAt)).toBe("2026-11-19 23:10:05");
});

test("a stretch of time over midnight has both its dates, however near its end is", () => {
  expect(rangeText({ from: askedAt - 120_000, to: askedAt }, askedAt)).toBe("00:08:05 to 00:10:05");
  expect(rangeText({ from: askedAt - 86_400_000, to: askedAt }, askedAt)).toBe(
    "2026-11-19 00:10:05 to 2026-11-20 00:10:05",
  );
  expect(rangeText({ from: askedAt - 172_800_000, to: askedAt - 172_700_000 }, askedAt)).toBe(
    "2026-11-18 00:10:05 to 2026-11-18 00:11:45",
  );
});
