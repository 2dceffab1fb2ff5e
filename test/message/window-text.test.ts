import { expect, test } from "vitest";
import { momentText, windowText } from "../../src/message/window-text.ts";

const at = (text: string) => Date.parse(`2026-${text}Z`);

test.each([
  ["11-21T10:00", "11-21T11:00", undefined, "Nov 21 10:00–11:00 UTC", undefined],
  ["11-21T10:00", "11-21T11:00", "UTC", "Nov 21 10:00–11:00 UTC", undefined],
  ["11-21T10:00", "11-21T11:00", "Asia/Seoul", "Nov 21 10:00–11:00 UTC", "19:00–20:00 Asia/Seoul"],
  ["11-21T20:00", "11-21T21:00", "Asia/Seoul", "Nov 21 20:00–21:00 UTC", "Nov 22 05:00–06:00 Asia/Seoul"],
  ["11-21T14:30", "11-21T15:30", "Asia/Seoul", "Nov 21 14:30–15:30 UTC", "Nov 21 23:30 – Nov 22 00:30 Asia/Seoul"],
  [
    "11-20T22:00",
    "11-21T04:00",
    "Europe/Berlin",
    "Nov 20 22:00 – Nov 21 04:00 UTC",
    "Nov 20 23:00 – Nov 21 05:00 Europe/Berlin",
  ],
  [
    "11-20T23:30",
    "11-21T00:30",
    "America/New_York",
    "Nov 20 23:30 – Nov 21 00:30 UTC",
    "Nov 20 18:30–19:30 America/New_York",
  ],
  [
    "11-21T10:00:05",
    "11-21T10:02:35",
    "Asia/Kolkata",
    "Nov 21 10:00:05–10:02:35 UTC",
    "15:30:05–15:32:35 Asia/Kolkata",
  ],
  ["11-21T00:00", "11-21T01:00", "Mars/Olympus", "Nov 21 00:00–01:00 UTC", undefined],
])("from %s to %s in %s", (from, to, zone, utc, local) => {
  expect(windowText({ from: at(from), to: at(to) }, zone)).toEqual({ utc, ...(local !== undefined && { local }) });
});

test("summer time is the zone's own", () => {
  expect(windowText({ from: at("07-01T10:00"), to: at("07-01T11:00") }, "Europe/Berlin").local).toBe(
    "12:00–13:00 Europe/Berlin",
  );
});

test("times that no clock shows are said to be unknown", () => {
  expect(windowText({ from: Number.NaN, to: 0 }, "Asia/Seoul")).toEqual({ utc: "at an unknown time" });
  expect(windowText({ from: 0, to: 1e17 })).toEqual({ utc: "at an unknown time" });
  expect(momentText(1e17, { dated: false })).toBe("at an unknown time");
  expect(momentText(at("11-21T10:12:30"), { dated: true })).toBe("Nov 21 10:12:30 UTC");
});
