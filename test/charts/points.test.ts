import { describe, expect, test } from "vitest";
import { linePoints, stackCells, sumRows } from "../../src/charts/points.ts";

const window = { from: 0, to: 1_000 };
const series = (...points: readonly (readonly [number, number | null])[]) => ({ name: "one", points });

describe("a line", () => {
  test("has a null between points that are further apart than a step and a half", () => {
    expect(linePoints(series([0, 1], [100, 2], [250, 3], [401, 4]), window, 100, 500)).toEqual([
      [0, 1],
      [100, 2],
      [250, 3],
      [325.5, null],
      [401, 4],
    ]);
  });

  test("leaves out what is outside of the window, and puts what is late in its place", () => {
    const points = linePoints(series([-1, 9], [200, 2], [100, 1], [1_001, 9], [Number.NaN, 9]), window, 100, 500);

    expect(points).toEqual([
      [100, 1],
      [200, 2],
    ]);
  });

  test("of more points than pixels keeps the peaks, the gaps and the order", () => {
    const many = Array.from({ length: 10_000 }, (_, n): [number, number | null] => [n / 10, n % 100]);
    const last = many.length - 1;
    many[5_005] = [500.5, 9_999];
    many[7_003] = [700.3, -9_999];
    for (let n = 2_000; n < 3_000; n++) many[n] = [n / 10, null];
    const points = linePoints(series(...many), window, 0.1, 100);

    expect(points.length).toBeLessThanOrEqual(300);
    expect(points).toContainEqual([500.5, 9_999]);
    expect(points).toContainEqual([700.3, -9_999]);
    expect(points.filter(([time, value]) => time > 202 && time < 298 && value !== null)).toEqual([]);
    expect(points.every(([time], index) => index === 0 || time >= (points[index - 1]?.[0] ?? 0))).toBe(true);
    expect(many[last]?.[0]).toBe(999.9);
  });
});

describe("a stack", () => {
  test("counts a missing value as nothing beside others, and as a gap alone", () => {
    const { times, rows } = stackCells(
      [series([0, 1], [100, 2], [300, 4]), series([0, 10], [300, null])],
      { from: 0, to: 300 },
      100,
      50,
    );

    expect(times).toEqual([0, 100, 200, 300]);
    expect(rows).toEqual([
      [1, 2, null, 4],
      [10, 0, null, 0],
    ]);
    expect(sumRows(rows)).toEqual([11, 2, null, 4]);
  });

  test("brings times that jitter onto the same grid", () => {
    const { rows } = stackCells(
      [series([0, 1], [99, 2], [201, 3]), series([3, 10], [102, 20], [199, 30])],
      { from: 0, to: 200 },
      100,
      50,
    );

    expect(rows[0]?.slice(0, 2)).toEqual([1, 2]);
    expect(rows[1]).toEqual([10, 20, 30]);
  });

  test("averages neighbours where there are too many cells, whatever step is given", () => {
    const points = Array.from({ length: 1_000 }, (_, n) => [n, n % 2 === 0 ? 2 : 4] as const);
    for (const step of [1, 0, -5, Number.NaN]) {
      const { rows } = stackCells([series(...points)], window, step, 10);

      expect(rows[0]?.length).toBeLessThanOrEqual(11);
      expect(rows[0]?.every((value) => value === null || Math.abs(value - 3) < 0.2)).toBe(true);
    }
  });
});
