import { expect, test } from "vitest";
import {
  type Counted,
  createSpaceSaving,
  foldedOf,
  mergeSummaries,
  type SpaceSaving,
  type Summary,
  shrink,
} from "../../../src/analysis/sketch/space-saving.ts";
import { type Random, randomFrom } from "../../fixtures/random.ts";

type Stream = (random: Random, at: number) => string;

/** The usual, the worst for a sketch, and one that is made against it: heavy keys early, then ever new ones, then a late heavy key. */
const streams: readonly (readonly [name: string, next: Stream])[] = [
  ["Zipf", (random) => `z${Math.floor(2_000 ** (random.below(1_000_000) / 1_000_000))}`],
  ["uniform", (random) => `u${random.below(5_000)}`],
  ["adversarial", (_, at) => (at < 4_000 ? `early${at % 10}` : at % 3 === 0 && at > 30_000 ? "late" : `new${at}`)],
];

function count(next: Stream, length: number, seed: number, sketch: SpaceSaving<string>): Map<string, number> {
  const random = randomFrom(seed);
  const truth = new Map<string, number>();
  for (let at = 0; at < length; at++) {
    const key = next(random, at);
    truth.set(key, (truth.get(key) ?? 0) + 1);
    sketch.add(key, 1, () => key);
  }
  return truth;
}

function expectWithinBound(summary: Summary<string>, truth: ReadonlyMap<string, number>, total: number, k: number) {
  const { entries, floor } = summary;
  expect(summary.total).toBe(total);
  expect(floor).toBeLessThanOrEqual(total / k);
  const there = new Set(entries.map(({ key }) => key));
  const wrong = entries.filter(({ key, count: most, error }) => {
    const real = truth.get(key) ?? 0;
    return real > most || real < most - error || error > floor;
  });
  expect(wrong).toEqual([]);
  expect([...truth].filter(([key, real]) => !there.has(key) && real > floor)).toEqual([]);
  const certain = entries.reduce((sum, { count: most, error }) => sum + most - error, 0);
  expect(foldedOf(summary)).toBe(total - certain);
}

test.each(streams)("%s: every key's weight lies within its bounds, and none above N / k is missing", (_, next) => {
  for (const k of [16, 100, 1_000]) {
    const sketch = createSpaceSaving<string>(k);
    const truth = count(next, 50_000, k, sketch);
    expect(sketch.size).toBeLessThanOrEqual(k);
    expectWithinBound(sketch.summary(), truth, 50_000, k);
  }
});

test("as many keys as there is room for are counted exactly, whatever their weights", () => {
  const random = randomFrom(3);
  const sketch = createSpaceSaving<string>(300);
  const truth = new Map<string, number>();
  for (let at = 0; at < 20_000; at++) {
    const key = `k${random.below(300)}`;
    const weight = 1 + random.below(9);
    truth.set(key, (truth.get(key) ?? 0) + weight);
    sketch.add(key, weight, () => key);
  }
  const { entries, floor } = sketch.summary();
  expect(floor).toBe(0);
  expect(new Map(entries.map(({ key, count: most }) => [key, most]))).toEqual(truth);
  expect(entries.every(({ error, key, value }) => error === 0 && key === value)).toBe(true);
});

const join = (one: string, other: string) => (one < other ? one : other);

test.each(streams)("%s: three sketches merged in any order keep the bound", (_, next) => {
  const k = 200;
  const truth = new Map<string, number>();
  const parts = [11, 12, 13].map((seed) => {
    const sketch = createSpaceSaving<string>(k);
    for (const [key, real] of count(next, 20_000, seed, sketch)) truth.set(key, (truth.get(key) ?? 0) + real);
    return sketch.summary();
  });
  const [a, b, c] = parts as [Summary<string>, Summary<string>, Summary<string>];
  expect(mergeSummaries(a, b, join)).toEqual(mergeSummaries(b, a, join));
  const left = mergeSummaries(mergeSummaries(a, b, join), c, join);
  const right = mergeSummaries(a, mergeSummaries(b, c, join), join);
  expectWithinBound(left, truth, 60_000, k);
  expectWithinBound(right, truth, 60_000, k);
  const counts = (rows: readonly Counted<string>[]) => new Map(rows.map((row) => [row.key, row]));
  const [lefts, rights] = [counts(left.entries), counts(right.entries)];
  const apart = [...lefts].filter(([key, row]) => {
    const twin = rights.get(key);
    return twin !== undefined && Math.abs(twin.count - row.count) > 60_000 / k;
  });
  expect(apart).toEqual([]);
});

test("merging few keys is exact and associative", () => {
  for (let seed = 0; seed < 40; seed++) {
    const parts = [1, 2, 3].map((part) => {
      const sketch = createSpaceSaving<string>(60);
      count((random) => `k${random.below(60)}`, 500, seed * 10 + part, sketch);
      return sketch.summary();
    });
    const [a, b, c] = parts as [Summary<string>, Summary<string>, Summary<string>];
    const left = mergeSummaries(mergeSummaries(a, b, join), c, join);
    expect(left).toEqual(mergeSummaries(a, mergeSummaries(b, c, join), join));
    expect(left.floor).toBe(0);
    expect(foldedOf(left)).toBe(0);
    expect(left.total).toBe(1_500);
  }
});

test("a sketch goes on from a summary, smaller than before if need be", () => {
  const whole = createSpaceSaving<string>(500);
  const truth = count((random) => `k${random.below(400)}`, 10_000, 5, whole);
  const small = createSpaceSaving<string>(100, shrink(whole.summary(), 100));
  const random = randomFrom(6);
  for (let at = 0; at < 10_000; at++) {
    const key = `k${random.below(400)}`;
    truth.set(key, (truth.get(key) ?? 0) + 1);
    small.add(key, 1, () => key);
  }
  expectWithinBound(small.summary(), truth, 20_000, 100);
});

test("a row taken out takes its weight along, and put back brings it", () => {
  const sketch = createSpaceSaving<string>(4);
  for (const key of ["a", "a", "b", "c"]) sketch.add(key, 1, () => key);
  const taken = sketch.remove("a");
  expect(taken).toEqual({ key: "a", count: 2, error: 0, value: "a" });
  expect(sketch.total).toBe(2);
  sketch.put({ ...(taken as Counted<string>), key: "renamed" });
  expect(sketch.summary().entries.map(({ key, count: most }) => `${key} ${most}`)).toEqual(["renamed 2", "b 1", "c 1"]);
  expect(sketch.total).toBe(4);
});
