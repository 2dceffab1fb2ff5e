/** What the clusters gave, as one list each. */
import { addAnswers, type DnsCounts, type DnsRow, type DnsSummary, worstDnsFirst } from "../../analysis/l7/dns.ts";
import type { L7Picture } from "../l7-shared/picture.ts";

export type Within<Row> = Row & { readonly cluster: string };

export interface DnsPicture extends L7Picture<DnsSummary> {
  readonly rows: readonly Within<DnsRow>[];
  readonly servers: readonly Within<DnsSummary["servers"][number]>[];
  readonly noise: readonly Within<DnsSummary["search"]["names"][number]>[];
  /** Queries for names that only the search path asked for. */
  readonly searched: number;
}

export function dnsPictureOf(picture: L7Picture<DnsSummary>): DnsPicture {
  const all = <Row>(pick: (summary: DnsSummary) => readonly Row[]): Within<Row>[] =>
    picture.read.flatMap(({ cluster, summary }) => pick(summary).map((row) => ({ ...row, cluster })));
  return {
    ...picture,
    rows: all(({ rows }) => rows).sort(worstDnsFirst),
    servers: all(({ servers }) => servers).sort(worstDnsFirst),
    noise: all(({ search }) => search.names).sort((a, b) => b.queries - a.queries),
    searched: picture.read.reduce((sum, { summary }) => sum + summary.search.queries, 0),
  };
}

/** Null where there is nothing to add up. Percentiles cannot be added: of several there are none. */
export function totalsOf(all: readonly DnsCounts[]): DnsCounts | null {
  const [first] = all;
  if (first === undefined) return null;
  const sum = (pick: (counts: DnsCounts) => number) => all.reduce((total, counts) => total + pick(counts), 0);
  return {
    queries: sum(({ queries }) => queries),
    answers: addAnswers(all.map(({ answers }) => answers)),
    missing: sum(({ missing }) => missing),
    refused: sum(({ refused }) => refused),
    unanswered: sum(({ unanswered }) => unanswered),
    latency: all.length === 1 ? first.latency : null,
  };
}
