/** Questions of one client for one name and type, or all that one server got: what the `dns` reducer counts. */
import { sortedCounts } from "../summary-names.ts";
import type { Row } from "../tally.ts";
import { type Exchange, mergeExchange } from "./exchange.ts";

export interface Asked extends Row {
  type: string;
  readonly exchange: Exchange;
  /** By what they say (see `Answers`). */
  readonly answers: Map<string, number>;
  /** The newest answer with addresses: when it came, epoch milliseconds, and for how many seconds it holds. `at` 0: none. */
  found: { readonly at: number; readonly ttl: number };
}

export const notFound = { at: 0, ttl: 0 };

export function absorb(into: Asked, from: Asked): void {
  mergeExchange(into.exchange, from.exchange);
  if (from.found.at > into.found.at) into.found = from.found;
  for (const [answer, count] of from.answers) into.answers.set(answer, (into.answers.get(answer) ?? 0) + count);
}

/** Most first. */
export function answersOf({ answers }: Asked): Record<string, number> {
  return sortedCounts(answers);
}
