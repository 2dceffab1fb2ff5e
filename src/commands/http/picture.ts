/** What the clusters gave, as one list each. */
import {
  type HttpCounts,
  type HttpRow,
  type HttpSummary,
  type HttpUpstream,
  statusClasses,
  worstHttpFirst,
} from "../../analysis/l7/http.ts";
import type { L7Picture } from "../l7-shared/picture.ts";

export type Within<Row> = Row & { readonly cluster: string };

export interface HttpPicture extends L7Picture<HttpSummary> {
  readonly rows: readonly Within<HttpRow>[];
  readonly upstreams: readonly Within<HttpUpstream>[];
}

export function httpPictureOf(picture: L7Picture<HttpSummary>): HttpPicture {
  const all = <Row extends HttpCounts>(pick: (summary: HttpSummary) => readonly Row[]): Within<Row>[] =>
    picture.read
      .flatMap(({ cluster, summary }) => pick(summary).map((row) => ({ ...row, cluster })))
      .sort(worstHttpFirst);
  return { ...picture, rows: all(({ rows }) => rows), upstreams: all(({ upstreams }) => upstreams) };
}

/** Null where there is nothing to add up. Percentiles cannot be added: of several there are none. */
export function totalsOf(all: readonly HttpCounts[]): HttpCounts | null {
  const [first] = all;
  if (first === undefined) return null;
  const sum = (pick: (counts: HttpCounts) => number) => all.reduce((total, counts) => total + pick(counts), 0);
  const statuses = statusClasses.map((name) => [name, sum((counts) => counts.statuses[name] ?? 0)] as const);
  return {
    requests: sum(({ requests }) => requests),
    statuses: Object.fromEntries(statuses.filter(([, count]) => count > 0)),
    refused: sum(({ refused }) => refused),
    errors: sum(({ errors }) => errors),
    unanswered: sum(({ unanswered }) => unanswered),
    latency: all.length === 1 ? first.latency : null,
  };
}
