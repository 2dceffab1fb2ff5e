import { describe, expect, test } from "vitest";
import { type Forecast, forecastFull } from "../../src/analysis/forecast.ts";
import { randomFrom } from "../fixtures/random.ts";

const now = Date.parse("2026-11-20T03:00:00Z");
const minute = 60_000;
const hour = 60 * minute;

type Points = readonly (readonly [number, number | null])[];

/** A point each minute of the last `minutes`; `value` of hours before now, negative. */
function course(value: (hours: number) => number | null, minutes = 60): Points {
  return Array.from({ length: minutes + 1 }, (_, at) => {
    const time = now - (minutes - at) * minute;
    return [time, value((time - now) / hour)] as const;
  });
}

/** The textbook's formula with raw sums, on hours: another way to the same line. */
function independent(points: Points): number {
  const rows = points.flatMap(([time, value]) => (value === null ? [] : [[(time - now) / hour, value] as const]));
  const sum = (pick: (x: number, y: number) => number) => rows.reduce((total, [x, y]) => total + pick(x, y), 0);
  const count = rows.length;
  const [sx, sy, sxx, sxy] = [sum((x) => x), sum((_, y) => y), sum((x) => x * x), sum((x, y) => x * y)];
  const slope = (count * sxy - sx * sy) / (count * sxx - sx * sx);
  return (1 - (sy - slope * sx) / count) / slope;
}

/** From 0 to 1. */
function noise(seed: number): () => number {
  const random = randomFrom(seed);
  return () => random.below(10_000) / 10_000;
}

const hoursOf = (forecast: Forecast | undefined) => ((forecast?.fullAt ?? Number.NaN) - now) / hour;

describe("a forecast is given", () => {
  test("for a line, and is where the line ends", () => {
    const forecast = forecastFull(
      course((hours) => 0.55 + 0.05 * hours),
      now,
    );
    expect(hoursOf(forecast)).toBeCloseTo(9, 5);
    expect(forecast?.perHour).toBeCloseTo(0.05, 9);
    expect(forecast?.r2).toBeCloseTo(1, 9);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("for a rise with noise, as an independent fit has it (%i)", (seed) => {
    const random = noise(seed);
    const points = course((hours) => 0.6 + 0.06 * hours + (random() - 0.5) * 0.02);
    expect(Math.abs(hoursOf(forecastFull(points, now)) / independent(points) - 1)).toBeLessThan(0.05);
  });

  test("for a staircase, because agents look at some maps every few minutes only", () => {
    const points = course((hours) => 0.55 + (0.05 * Math.floor(hours * 12)) / 12);
    expect(hoursOf(forecastFull(points, now))).toBeCloseTo(independent(points), 5);
  });

  test("over gaps", () => {
    const points = course((hours) => (hours > -0.6 && hours < -0.4 ? null : 0.55 + 0.05 * hours));
    expect(hoursOf(forecastFull(points, now))).toBeCloseTo(9, 5);
  });
});

describe("no forecast is given", () => {
  const rise = (hours: number) => 0.55 + 0.05 * hours;
  const random = noise(3);
  const cases: Readonly<Record<string, Points>> = {
    "for a flat course": course(() => 0.5),
    "for a course that is flat but for noise": course(() => 0.5 + (random() - 0.5) * 0.2),
    "where noise hides the line": course((hours) => 0.5 + 0.02 * hours + (random() - 0.5) * 0.2),
    "for a falling course": course((hours) => 0.5 - 0.05 * hours),
    "for what swings": course((hours) => 0.5 + 0.2 * Math.sin(hours * 15)),
    "for a jump": course((hours) => (hours < -0.1 ? 0.1 : 0.9)),
    "for what has levelled off": course((hours) => 0.6 + Math.min(0, hours + 0.4) * 0.5),
    "beyond ten times the history": course((hours) => 0.3 + 0.05 * hours),
    "for eleven points": course(rise, 60).filter((_, at) => at % 6 === 0),
    "for less than ten minutes": Array.from({ length: 30 }, (_, at) => {
      const time = now - (29 - at) * 15_000;
      return [time, 0.9 + ((time - now) / hour) * 0.5] as const;
    }),
    "for what is full": course((hours) => 0.5 + 0.5 * (1 + hours) ** 2),
    "for what ended a while ago": course((hours) => (hours < -0.2 ? 0.7 + 0.1 * hours : null)),
    "without a point": [],
    "where all is unknown": course(() => null),
    "for points of one time": Array.from({ length: 20 }, (_, at) => [now, at / 40] as const),
  };

  test.each(Object.entries(cases))("%s", (_, points) => {
    expect(forecastFull(points, now)).toBeUndefined();
  });
});
