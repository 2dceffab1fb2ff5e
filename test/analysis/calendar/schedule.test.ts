import { describe, expect, test } from "vitest";
import { dueOn, duesBetween, localDay, nextDue, type Schedule } from "../../../src/analysis/calendar/schedule.ts";

const daily = (zone: string, clock: string): Schedule => {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return { at: hour * 60 + minute, zone, weekdays: false, weekly: false };
};
const utc = (schedule: Schedule, day: string) => {
  const due = dueOn(schedule, day);
  return due && new Date(due.at).toISOString().slice(0, 16);
};

describe("days on which the clocks change", () => {
  test.each([
    // Forward at 01:00Z, 02:00 to 03:00: 02:30 does not exist, its day runs at the jump.
    ["Europe/Berlin", "09:00", "2026-03-28", "2026-03-28T08:00"],
    ["Europe/Berlin", "09:00", "2026-03-29", "2026-03-29T07:00"],
    ["Europe/Berlin", "01:59", "2026-03-29", "2026-03-29T00:59"],
    ["Europe/Berlin", "02:00", "2026-03-29", "2026-03-29T01:00"],
    ["Europe/Berlin", "02:30", "2026-03-29", "2026-03-29T01:00"],
    ["Europe/Berlin", "03:00", "2026-03-29", "2026-03-29T01:00"],
    ["Europe/Berlin", "02:30", "2026-03-30", "2026-03-30T00:30"],
    // Back at 01:00Z, 03:00 to 02:00: 02:30 comes twice, the first counts.
    ["Europe/Berlin", "02:30", "2026-10-25", "2026-10-25T00:30"],
    ["Europe/Berlin", "03:00", "2026-10-25", "2026-10-25T02:00"],
    ["Europe/Berlin", "09:00", "2026-10-25", "2026-10-25T08:00"],
    ["America/New_York", "02:30", "2026-03-08", "2026-03-08T07:00"],
    ["America/New_York", "09:00", "2026-03-08", "2026-03-08T13:00"],
    ["America/New_York", "01:30", "2026-11-01", "2026-11-01T05:30"],
    ["America/New_York", "09:00", "2026-11-01", "2026-11-01T14:00"],
    ["Asia/Seoul", "09:00", "2026-03-29", "2026-03-29T00:00"],
    ["Asia/Seoul", "02:30", "2026-10-25", "2026-10-24T17:30"],
    // Half an hour: 02:00 to 02:30 forward, 02:00 to 01:30 back.
    ["Australia/Lord_Howe", "02:15", "2026-10-03", "2026-10-02T15:45"],
    ["Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-03T15:30"],
    ["Australia/Lord_Howe", "02:30", "2026-10-04", "2026-10-03T15:30"],
    ["Australia/Lord_Howe", "02:15", "2026-10-05", "2026-10-04T15:15"],
    ["Australia/Lord_Howe", "01:45", "2026-04-05", "2026-04-04T14:45"],
    ["Australia/Lord_Howe", "02:00", "2026-04-05", "2026-04-04T15:30"],
    // Midnight itself is jumped over, and the last hour of a day.
    ["Africa/Cairo", "00:30", "2026-04-24", "2026-04-23T22:00"],
    ["America/Nuuk", "23:30", "2026-03-28", "2026-03-29T01:00"],
    ["America/Nuuk", "00:00", "2026-03-29", "2026-03-29T01:00"],
    // A day that a zone never had.
    ["Pacific/Apia", "09:00", "2011-12-29", "2011-12-29T19:00"],
    ["Pacific/Apia", "09:00", "2011-12-30", undefined],
    ["Pacific/Apia", "09:00", "2011-12-31", "2011-12-30T19:00"],
  ])("%s %s on %s is %s", (zone, clock, day, expected) => {
    expect(utc(daily(zone, clock), day)).toBe(expected);
  });
});

test.each([
  ["Europe/Berlin", "02:30"],
  ["America/New_York", "02:30"],
  ["Asia/Seoul", "09:00"],
  ["Australia/Lord_Howe", "02:15"],
  ["America/Nuuk", "23:45"],
  ["Africa/Cairo", "00:00"],
])("%s %s: over 800 days each day is due once, in order, and none is left out", (zone, clock) => {
  const schedule = daily(zone, clock);
  const days: string[] = [];
  let at = Date.parse("2025-12-30T12:00Z");
  for (let run = 0; run < 800; run++) {
    const due = nextDue(schedule, at);
    expect(due.at).toBeGreaterThan(at);
    days.push(due.day);
    at = due.at;
  }
  const first = Date.parse(`${days[0]}T00:00Z`);
  const expected = days.map((_, day) => new Date(first + day * 86_400_000).toISOString().slice(0, 10));
  expect(days).toEqual(expected);
  expect(duesBetween(schedule, at - 20.5 * 86_400_000, at, 100).map(({ day }) => day)).toEqual(days.slice(-21));
});

test("weekdays leave Saturday and Sunday out, weekly has Mondays alone: by the zone's days, not by UTC's", () => {
  const list = (schedule: Schedule, runs: number) => {
    const days: string[] = [];
    for (let at = Date.parse("2026-11-19T20:00Z"); days.length < runs; ) {
      const due = nextDue(schedule, at);
      days.push(due.day);
      at = due.at;
    }
    return days;
  };
  const seoul = { ...daily("Asia/Seoul", "08:00"), weekdays: true };

  expect(list(seoul, 4)).toEqual(["2026-11-20", "2026-11-23", "2026-11-24", "2026-11-25"]);
  expect(list({ ...seoul, weekdays: false, weekly: true }, 3)).toEqual(["2026-11-23", "2026-11-30", "2026-12-07"]);
  // Sunday evening in UTC.
  expect(utc({ ...seoul, weekdays: false, weekly: true }, "2026-11-23")).toBe("2026-11-22T23:00");
});

test("what was due in between, the newest of it", () => {
  const schedule = daily("UTC", "09:00");
  const from = Date.parse("2026-11-17T09:00Z");
  const to = Date.parse("2026-11-20T08:59Z");

  expect(duesBetween(schedule, from, to, 10).map(({ day }) => day)).toEqual(["2026-11-17", "2026-11-18", "2026-11-19"]);
  expect(duesBetween(schedule, from + 1, to + 60_000, 2).map(({ day }) => day)).toEqual(["2026-11-19", "2026-11-20"]);
  expect(duesBetween(schedule, to + 1, to + 2, 10)).toEqual([]);
});

test("a day is the zone's", () => {
  const at = Date.parse("2026-11-20T23:30Z");
  expect(["Asia/Seoul", "UTC", "America/New_York"].map((zone) => localDay(at, zone))).toEqual([
    "2026-11-21",
    "2026-11-20",
    "2026-11-20",
  ]);
});
