import { expect, test } from "vitest";
import { readZone, zonesByCity } from "../../../src/analysis/calendar/zones.ts";

test.each([
  ["Asia/Seoul", "Asia/Seoul"],
  ["asia/seoul", "Asia/Seoul"],
  ["EUROPE/BERLIN", "Europe/Berlin"],
  ["utc", "UTC"],
  // The database has an older name for it; people keep theirs.
  ["asia/kolkata", "Asia/Kolkata"],
  ["Asia/Kolkata", "Asia/Kolkata"],
  ["Seoul", undefined],
  ["+09:00", undefined],
  ["", undefined],
  ["Asia/Seoul; drop", undefined],
])("%s is %s", (typed, zone) => {
  expect(readZone(typed)).toBe(zone);
});

test("cities name their zones", () => {
  const zones = zonesByCity();
  expect([zones.get("seoul"), zones.get("new york"), zones.get("lord howe")]).toEqual([
    "Asia/Seoul",
    "America/New_York",
    "Australia/Lord_Howe",
  ]);
});
