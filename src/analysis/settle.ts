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
  const settled = new Map<string, R>();
  for (const row of rows) {
    row.source = names.settled(row.source);
    row.destination = names.settled(row.destination);
    const key = `${row.source}\n${row.destination}\n${third(row)}`;
    const twin = settled.get(key);
    if (twin === undefined) {
      settled.set(key, row);
      continue;
    }
    absorb(twin, row);
    twin.count += row.count;
    twin.first = Math.min(twin.first, row.first);
    twin.last = Math.max(twin.last, row.last);
  }
  return [...settled].sort(([aKey, a], [bKey, b]) => b.count - a.count || (aKey < bKey ? -1 : 1)).map(([, row]) => row);
}
