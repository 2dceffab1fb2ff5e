/** Questions of one client for one name and type, or all that one server got: what the `dns` reducer counts. */
import { sortedCounts } from "../summary-names.ts";
import type { Row } from "../tally.ts";
import { type Exchange, mergeExchange } from "./exchange.ts";

export interface Asked extends Row {
  type: string;
  readonly exchange: Exchange;
  /** By what they say (see `Answers`). */
  readonly answers: Map<string, number>;
}

export function absorb(into: Asked, from: Asked): void {
  mergeExchange(into.exchange, from.exchange);
  for (const [answer, count] of from.answers) into.answers.set(answer, (into.answers.get(answer) ?? 0) + count);
}

/** Most first. */
export function answersOf({ answers }: Asked): Record<string, number> {
  return sortedCounts(answers);
}
