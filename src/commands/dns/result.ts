/** The structured result of `dns` (`--format json`): stable, additions only. */
import type { DnsCounts, DnsPart, DnsRow, DnsSummary } from "../../analysis/l7/dns.ts";
import { type L7Result, resultHead } from "../l7-shared/answer.ts";
import { type DnsPicture, totalsOf, type Within } from "./picture.ts";

export interface DnsResult extends L7Result {
  /** Search-path noise included. Null when no cluster's flows could be read. Latencies are milliseconds, within 1 % of exact; of several clusters not added up. */
  readonly totals: DnsCounts | null;
  /** Failing first, then names that do not exist, then slow; without search-path noise. */
  readonly names: readonly Within<DnsRow>[];
  readonly foldedNames: { readonly rows: number; readonly queries: number };
  readonly search: {
    readonly queries: number;
    readonly names: readonly Within<DnsSummary["search"]["names"][number]>[];
  };
  readonly servers: readonly Within<DnsSummary["servers"][number]>[];
  readonly timeline: readonly {
    readonly cluster: string;
    readonly parts: Readonly<Partial<Record<DnsPart, readonly number[]>>>;
  }[];
}

export function resultOf(picture: DnsPicture): DnsResult {
  const { read, rows, servers, noise, searched } = picture;
  return {
    ...resultHead(picture),
    totals: totalsOf(read.map(({ summary }) => summary)),
    names: rows,
    foldedNames: {
      rows: read.reduce((sum, { summary }) => sum + summary.folded.rows, 0),
      queries: read.reduce((sum, { summary }) => sum + summary.folded.queries, 0),
    },
    search: { queries: searched, names: noise },
    servers,
    timeline: read.map(({ cluster, summary }) => ({ cluster, parts: summary.timeline })),
  };
}
