/** Rows under their final names, largest first. */
import type { EndpointNames } from "./endpoint-name.ts";
import type { Row } from "./tally.ts";

/**
 * Rows whose ends turn out to be the same workload become one. `third` is what tells rows of one pair of ends apart; `absorb` takes over what is not count
 * and time. Order: count, then names, then `third`, so that equal input gives equal output.
 */
export function settleRows<R extends Row>(
  rows: readonly R[],
  names: EndpointNames,
  third: (row: R) => string,
  absorb: (into: R, from: R) => void,
): R[] {
  const merged = rename(rows, names) ? mergeTwins(rows, third, absorb) : [...rows];
  return merged.sort(
    (a, b) =>
      b.count - a.count ||
      compare(a.source, b.source) ||
      compare(a.destination, b.destination) ||
      compare(third(a), third(b)),
  );
}

/** Whether any name changed. */
function rename(rows: readonly Row[], names: EndpointNames): boolean {
  let changed = false;
  for (const row of rows) {
    const source = names.settled(row.source);
    const destination = names.settled(row.destination);
    changed ||= source !== row.source || destination !== row.destination;
    row.source = source;
    row.destination = destination;
  }
  return changed;
}

function mergeTwins<R extends Row>(
  rows: readonly R[],
  third: (row: R) => string,
  absorb: (into: R, from: R) => void,
): R[] {
  const merged = new Map<string, R>();
  for (const row of rows) {
    const key = `${row.source}\n${row.destination}\n${third(row)}`;
    const twin = merged.get(key);
    if (twin === undefined) {
      merged.set(key, row);
      continue;
    }
    absorb(twin, row);
    twin.count += row.count;
    twin.first = Math.min(twin.first, row.first);
    twin.last = Math.max(twin.last, row.last);
  }
  return [...merged.values()];
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
