import { expect, test } from "vitest";
import { countAt, createTally, emptyRow, type Row } from "../../src/analysis/tally.ts";
import { createDice } from "../fixtures/flows/make.ts";

const create = (source: string, destination: string): Row => ({ source, destination, ...emptyRow });

function count(tally: ReturnType<typeof createTally<Row>>, source: string, destination: string, time = 0): void {
  const row = tally.row(source, destination, 80);
  if (row === undefined) tally.fold();
  else countAt(row, time);
}

function total(tally: ReturnType<typeof createTally<Row>>): number {
  return tally.rows().reduce((sum, row) => sum + row.count, 0) + tally.folded().count;
}

test("each pair of names and third key has its row, with first and last time", () => {
  const tally = createTally(create);
  count(tally, "a", "b", 5);
  count(tally, "a", "b", 3);
  count(tally, "b", "a", 9);
  const other = tally.row("a", "b", 443);
  expect(other?.count).toBe(0);
  expect(tally.rows()).toContainEqual({ source: "a", destination: "b", count: 2, first: 3, last: 5, before: 0 });
  expect(tally.folded()).toEqual({ rows: 0, count: 0 });
});

test("up to its limit every pair is held exactly", () => {
  const tally = createTally(create, 1_000);
  const dice = createDice(1);
  const truth = new Map<string, number>();
  for (let flow = 0; flow < 20_000; flow++) {
    const source = `10.0.0.${dice(1_000)}`;
    truth.set(source, (truth.get(source) ?? 0) + 1);
    count(tally, source, "shop");
  }
  expect(new Map(tally.rows().map((row) => [row.source, row.count]))).toEqual(truth);
});

test("totals stay exact and the table bounded, however many pairs come", () => {
  const tally = createTally(create, 1_000);
  for (let flow = 0; flow < 200_000; flow++)
    count(tally, `10.${flow >> 16}.${(flow >> 8) & 255}.${flow & 255}`, "shop");
  expect(tally.rows().length).toBeLessThanOrEqual(1_000);
  expect(total(tally)).toBe(200_000);
  const pairs = tally.rows().length + tally.folded().rows;
  expect(Math.abs(pairs - 200_000)).toBeLessThan(20_000);
});

test("a pair that becomes large after a scan comes to the top, short of a few packets at most", () => {
  const tally = createTally(create, 1_000);
  for (let flow = 0; flow < 50_000; flow++) {
    count(tally, `100.64.${flow >> 8}.${flow & 255}`, "shop");
    if (flow > 40_000 && flow % 10 === 0) count(tally, "late", "shop");
  }
  const [largest] = tally.rows().sort((a, b) => b.count - a.count);
  expect(largest?.source).toBe("late");
  expect(largest?.count).toBeGreaterThan(980);
  expect(largest?.count).toBeLessThanOrEqual(999);
  expect(total(tally)).toBe(50_999);
});
