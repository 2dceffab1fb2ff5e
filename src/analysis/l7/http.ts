/** HTTP requests as data: the finding of the `http` reducer. A request is one however many proxies saw it. */
import type { LatencySummary } from "./latency.ts";

/** `other`: answered without a status, or with one that HTTP does not know. */
export const statusClasses = ["1xx", "2xx", "3xx", "4xx", "5xx", "other"] as const;
export type StatusClass = (typeof statusClasses)[number];

export interface HttpCounts {
  readonly requests: number;
  /** Answers; classes without any are left out. */
  readonly statuses: Readonly<Partial<Record<StatusClass, number>>>;
  /** Refused by an L7 policy; the 403 that answers one is among the 4xx. */
  readonly refused: number;
  /** A proxy could not handle them. */
  readonly errors: number;
  /** No answer was seen, two seconds before the window's end or earlier. */
  readonly unanswered: number;
  /** Null: no answer carried a latency. Hubble knows it where the answer has the request's `X-Request-Id`. */
  readonly latency: LatencySummary | null;
}

export interface HttpRow extends HttpCounts {
  readonly source: string;
  readonly destination: string;
  readonly method: string;
  /** Template of the redacted path: `/v1/orders/{id}`. */
  readonly path: string;
  /** RFC 3339, milliseconds. */
  readonly last: string;
}

export interface HttpUpstream extends HttpCounts {
  readonly destination: string;
}

export interface HttpSummary extends HttpCounts {
  /** Failing first, then slow. */
  readonly rows: readonly HttpRow[];
  /** What stands behind the rows that are not listed. */
  readonly folded: { readonly rows: number; readonly requests: number };
  readonly upstreams: readonly HttpUpstream[];
  /** Records of requests that another proxy on the way saw too. */
  readonly seenTwice: number;
  /** Answers by class in equal parts of the window, `none` what was never answered; all zeros are left out. */
  readonly timeline: Readonly<Partial<Record<StatusClass | "none", readonly number[]>>>;
}

/** What went wrong on the server's side or on the way; a 404 is the client's business. */
export function failedOf({ statuses, refused, errors, unanswered }: HttpCounts): number {
  return (statuses["5xx"] ?? 0) + refused + errors + unanswered;
}

/** Failing first, then slow, then many. */
export function worstHttpFirst(one: HttpCounts, other: HttpCounts): number {
  return (
    failedOf(other) - failedOf(one) ||
    (other.latency?.p95 ?? 0) - (one.latency?.p95 ?? 0) ||
    other.requests - one.requests
  );
}
