/** Names that were asked for → `rules.dns`. */
import type { Observed } from "../replay/observed.ts";

export interface DnsEntry {
  readonly matchName: string;
}

/** Null: no question of DNS was seen. */
export function dnsRules(rows: readonly Observed[]): readonly DnsEntry[] | null {
  const names = new Set(rows.flatMap(({ dns }) => (dns === undefined ? [] : [dns])));
  return names.size === 0 ? null : [...names].sort().map((matchName) => ({ matchName }));
}
