/** The structured result of `http` (`--format json`): stable, additions only. */
import type { HttpCounts, HttpRow, HttpUpstream, StatusClass } from "../../analysis/l7/http.ts";
import { type L7Result, resultHead } from "../l7-shared/answer.ts";
import { type HttpPicture, totalsOf, type Within } from "./picture.ts";

export interface HttpResult extends L7Result {
  /** Null when no cluster's flows could be read: unknown is not zero. Latencies are milliseconds, within 1 % of exact; of several clusters not added up. */
  readonly totals: HttpCounts | null;
  /** Failing first, then slow, over all clusters. */
  readonly requests: readonly Within<HttpRow>[];
  readonly foldedRequests: { readonly rows: number; readonly requests: number };
  readonly upstreams: readonly Within<HttpUpstream>[];
  readonly seenTwice: number;
  readonly timeline: readonly {
    readonly cluster: string;
    readonly parts: Readonly<Partial<Record<StatusClass | "none", readonly number[]>>>;
  }[];
}

export function resultOf(picture: HttpPicture): HttpResult {
  const { read, rows, upstreams } = picture;
  return {
    ...resultHead(picture),
    totals: totalsOf(read.map(({ summary }) => summary)),
    requests: rows,
    foldedRequests: {
      rows: read.reduce((sum, { summary }) => sum + summary.folded.rows, 0),
      requests: read.reduce((sum, { summary }) => sum + summary.folded.requests, 0),
    },
    upstreams,
    seenTwice: read.reduce((sum, { summary }) => sum + summary.seenTwice, 0),
    timeline: read.map(({ cluster, summary }) => ({ cluster, parts: summary.timeline })),
  };
}
