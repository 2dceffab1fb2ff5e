/** Which workloads answered HTTP requests with server errors, and whether that is more than in the time before: by Hubble's counters. */
import type { Window } from "../select.ts";
import type { HttpErrorsItem } from "./item.ts";
import { amountIn, measuredShare, type Rates } from "./rates.ts";
import { differenceOf } from "./significant.ts";
import { wellObserved } from "./traffic.ts";

/** One workload that answers requests. */
export interface HttpErrors {
  /** `namespace/workload`; "" where Hubble knew neither. */
  readonly destination: string;
  /** Answers with 5xx. */
  readonly now: number;
  /** Null: too little was measured then. */
  readonly before: number | null;
  /** All answers. */
  readonly requests: number;
}

/** By `destination_namespace` and `destination_workload`: `as` "errors" (0 where there are none) and "requests". */
export type HttpRates = Rates;

/** The first lines of a digest tell so many workloads apart. */
const mostItems = 5;

/** Those with errors now or before, most first. */
export function httpErrorsOf(rates: HttpRates, now: Window, before: Window): HttpErrors[] {
  const { lines, stepMs } = rates;
  const wasMeasured = measuredShare(rates, before) >= wellObserved;
  const sums = new Map<string, { requests: number; now: number; before: number }>();
  for (const { labels, points, as } of lines) {
    const parts = [labels["destination_namespace"] ?? "", labels["destination_workload"] ?? ""];
    const destination = parts.filter((part) => part !== "").join("/");
    const sum = sums.get(destination) ?? { requests: 0, now: 0, before: 0 };
    const amount = amountIn(points, now, stepMs);
    const isError = as === "errors";
    sums.set(destination, {
      requests: sum.requests + (isError ? 0 : amount),
      now: sum.now + (isError ? amount : 0),
      before: sum.before + (isError ? amountIn(points, before, stepMs) : 0),
    });
  }
  return [...sums]
    .map(([destination, sum]) => ({
      ...{ destination, now: Math.round(sum.now), requests: Math.round(sum.requests) },
      before: wasMeasured ? Math.round(sum.before) : null,
    }))
    .filter((one) => one.now > 0 || (one.before ?? 0) > 0)
    .sort((one, other) => other.now - one.now || (other.before ?? 0) - (one.before ?? 0));
}

/** As many workloads as were told of all answer with errors: whoever has fewer of them is not among these. */
export function isCut({ lines }: Pick<HttpRates, "lines">, most: number): boolean {
  const failing = lines.filter(({ as, points }) => as === "errors" && points.some(([, value]) => (value ?? 0) > 0));
  return failing.length >= most;
}

/** Those that became more. */
export function httpErrorsItems(cluster: string, errors: readonly HttpErrors[]): HttpErrorsItem[] {
  return errors
    .flatMap((one): HttpErrorsItem[] => {
      const change = differenceOf({ ...one, median: null });
      if (change !== "more" && change !== "first") return [];
      return [{ kind: "httpErrors", cluster, tone: "warn", sure: true, standing: false, change, ...one }];
    })
    .slice(0, mostItems);
}
