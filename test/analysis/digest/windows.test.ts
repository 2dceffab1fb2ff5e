import { describe, expect, test } from "vitest";
import { localText } from "../../../src/analysis/calendar/text.ts";
import { digestTimes } from "../../../src/analysis/digest/windows.ts";

const hourMs = 3_600_000;

function hours(zone: string, askedAt: string, span: "day" | "week" = "day"): number[] {
  const { window, before, days } = digestTimes(Date.parse(askedAt), span, zone);
  return [window, before, ...days].map(({ from, to }) => (to - from) / hourMs);
}

const day = [24, 24, 24, 24, 24, 24, 24, 24, 24];

describe("the same hours of earlier days", () => {
  test.each([
    ["UTC", "2026-11-20T09:00:20Z", day],
    ["Asia/Seoul", "2026-11-20T00:00:20Z", day],
    // Summer begins on March 29 and ends on October 25; the digest of that day, and of days after it.
    ["Europe/Berlin", "2026-03-29T07:00:05Z", [23, ...day.slice(1)]],
    ["Europe/Berlin", "2026-03-30T07:00:05Z", [24, 23, ...day.slice(2)]],
    ["Europe/Berlin", "2026-10-25T08:00:05Z", [25, ...day.slice(1)]],
    ["Europe/Berlin", "2026-10-28T08:00:05Z", [24, 24, 24, 25, ...day.slice(4)]],
    ["America/New_York", "2026-03-08T13:00:05Z", [23, ...day.slice(1)]],
    ["America/New_York", "2026-11-01T14:00:05Z", [25, ...day.slice(1)]],
  ])("%s, asked at %s", (zone, askedAt, expected) => {
    expect(hours(zone, askedAt)).toEqual(expected);
  });

  test.each(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])(
    "%s: whole hours, one day after the other without a gap, a year long",
    (zone) => {
      for (let asked = Date.parse("2026-01-01T09:17:00Z"); asked < Date.parse("2027-01-01"); asked += 24 * hourMs) {
        const { window, before, days } = digestTimes(asked, "day", zone);
        const all = [window, before, ...days];
        expect([all.length, asked - window.to]).toEqual([9, 17 * 60_000]);
        const wrong = all.filter(({ from, to }, at) => {
          const whole = from % hourMs === 0 && to % hourMs === 0;
          const aDay = to - from >= 23 * hourMs && to - from <= 25 * hourMs;
          return !(whole && aDay && from === (all[at + 1]?.to ?? from));
        });
        expect(wrong).toEqual([]);
      }
    },
  );

  test("a clock that jumps shows the same time on every day", () => {
    const { days } = digestTimes(Date.parse("2026-03-31T07:00:05Z"), "day", "Europe/Berlin");
    expect(days.map(({ from }) => localText(from, "Europe/Berlin").slice(-5))).toEqual(Array(7).fill("09:00"));
  });

  test("a week against the week before it", () => {
    expect(hours("Europe/Berlin", "2026-03-30T07:00:05Z", "week")).toEqual([167, 168]);
  });
});
