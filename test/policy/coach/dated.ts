/** What was seen, with when and where. */
import type { DatedObserved } from "../../../src/policy/coach/coached.ts";
import type { NamedEnd, Observed } from "../../../src/policy/replay/observed.ts";
import { seen } from "../suggest/seen.ts";

export const at = Date.parse("2026-11-20T11:00:00.000Z");

interface More extends Partial<Observed> {
  /** Minutes after `at`. */
  readonly minutes?: readonly [first: number, last: number];
  readonly recorded?: DatedObserved["recorded"];
}

export function dated(
  from: NamedEnd,
  to: NamedEnd,
  port: number,
  { minutes = [0, 50], ...more }: More = {},
): DatedObserved {
  const one = seen(from, to, port, more);
  const tuple = JSON.stringify([from.labels, to.labels, to.ip, from.ip, one.protocol, port, one.http]);
  const [first, last] = minutes;
  return { ...one, tuple, recorded: more.recorded ?? null, first: at + first * 60_000, last: at + last * 60_000 };
}
