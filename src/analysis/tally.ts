/**
 * Rows per source, destination and a third key, counted while flows stream, in bounded memory. When the table is full, what comes once or twice is folded
 * into one number; what keeps coming gets a row, and the smallest rows make room. So totals stay exact, and a pair that grows later than thousands of single
 * packets (a port scan) still comes to the top, counted from the moment it got its row.
 */
import { createDoorkeeper, type Doorkeeper } from "./doorkeeper.ts";

export interface Row {
  source: string;
  destination: string;
  count: number;
  first: number;
  last: number;
  /** Sightings before it got its row, about; folded, and only of use to tell which rows are small. */
  before: number;
}

export interface Tally<R extends Row> {
  /**
   * The row of these keys, made on first sight; undefined when the table is full and the key not worth one. Maps in maps are cheaper than joining names to
   * one key for each flow; in a scan one of the three varies.
   */
  row(source: string, destination: string, third: string | number): R | undefined;
  /** Counts what got no row. */
  fold(): void;
  /** Every row held, in no particular order; what was folded is not among them. */
  rows(): R[];
  /** Rows: about, because what was folded is no longer told apart exactly. */
  folded(): { readonly rows: number; readonly count: number };
}

const maxRows = 5_000;

export function createTally<R extends Row>(
  create: (source: string, destination: string) => R,
  limit: number = maxRows,
): Tally<R> {
  const byThird = new Map<string | number, Map<string, Map<string, R>>>();
  let size = 0;
  let foldedRows = 0;
  let foldedCount = 0;
  let doorkeeper: Doorkeeper | undefined;
  let admittedAfter = 3;

  /** Undefined: the table is full and this key too rare for a row. */
  function insert(source: string, destination: string, third: string | number): R | undefined {
    let before = 0;
    if (size >= limit) doorkeeper ??= createDoorkeeper();
    if (doorkeeper !== undefined) {
      before = doorkeeper.seen(source, destination, third);
      if (before === 0) foldedRows += 1;
      if (before < admittedAfter) return undefined;
      foldedRows -= 1;
    }
    if (size >= limit) shrink();
    const row = create(source, destination);
    row.before = before;
    const byDestination = byThird.get(third) ?? new Map<string, Map<string, R>>();
    const bySource = byDestination.get(destination) ?? new Map<string, R>();
    byThird.set(third, byDestination.set(destination, bySource.set(source, row)));
    size += 1;
    return row;
  }

  /** Down to half: the smallest go, among equals those that came first. */
  function shrink(): void {
    const keep = limit >> 1;
    const weights = Float64Array.from(held(), weightOf).sort();
    const least = weights[weights.length - keep] ?? 0;
    // Who replaces rows of this size should be larger; the doorkeeper counts to 255.
    admittedAfter = Math.min(Math.max(admittedAfter, least + 1), 200);
    let equalsToDrop = weights.length - keep - weights.indexOf(least);
    for (const [third, byDestination] of byThird) {
      for (const [destination, bySource] of byDestination) {
        for (const row of bySource.values()) {
          const weight = weightOf(row);
          const goes = weight < least || (weight === least && equalsToDrop-- > 0);
          if (!goes) continue;
          bySource.delete(row.source);
          size -= 1;
          foldedCount += row.count;
          if (row.count > 0) foldedRows += 1;
        }
        if (bySource.size === 0) byDestination.delete(destination);
      }
      if (byDestination.size === 0) byThird.delete(third);
    }
  }

  function* held(): Generator<R> {
    for (const byDestination of byThird.values())
      for (const bySource of byDestination.values()) yield* bySource.values();
  }

  return {
    row: (source, destination, third) =>
      byThird.get(third)?.get(destination)?.get(source) ?? insert(source, destination, third),
    fold() {
      foldedCount += 1;
    },
    rows: () => [...held()],
    folded: () => ({ rows: foldedRows, count: foldedCount }),
  };
}

/** A row that stands for nothing yet. */
export const emptyRow = {
  count: 0,
  first: Number.POSITIVE_INFINITY,
  last: Number.NEGATIVE_INFINITY,
  before: 0,
} as const;

function weightOf(row: Row): number {
  return row.count + row.before;
}

/** One more, at this time. */
export function countAt(row: Row, time: number): void {
  row.count += 1;
  if (time < row.first) row.first = time;
  if (time > row.last) row.last = time;
}

/** The listed rows and what stands behind them. */
export function topRows<R extends Row>(
  rows: readonly R[],
  folded: { readonly rows: number; readonly count: number },
  limit: number,
): { readonly top: R[]; readonly rest: { readonly rows: number; readonly count: number } } {
  const top = rows.slice(0, limit);
  const below = rows.slice(limit);
  return {
    top,
    rest: { rows: folded.rows + below.length, count: folded.count + below.reduce((sum, row) => sum + row.count, 0) },
  };
}

/** RFC 3339, milliseconds. A time that no calendar knows (a corrupt record) is shown as the epoch. */
export function timeText(ms: number): string {
  return new Date(Math.abs(ms) <= 8.64e15 ? ms : 0).toISOString();
}
