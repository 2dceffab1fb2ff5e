/** Which workloads answered HTTP requests with server errors, and whether that is more than in the time before: by Hubble's counters. */
import type { Window } from "../select.ts";
import type { Line } from "./health.ts";
import type { HttpErrorsItem } from "./item.ts";
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

export interface HttpRates {
  /** Requests a second by `destination_namespace`, `destination_workload` and `status`, each of the `stepMs` before its time. */
  readonly lines: readonly Line[];
  readonly stepMs: number;
}

/** The first lines of a digest tell so many workloads apart. */
const mostItems = 5;

/** Those with errors now or before, most first. */
export function httpErrorsOf({ lines, stepMs }: HttpRates, now: Window, before: Window): HttpErrors[] {
  const wasMeasured = measuredShare(lines, before, stepMs) >= wellObserved;
  const sums = new Map<string, { requests: number; now: number; before: number }>();
  for (const { labels, points } of lines) {
    const parts = [labels["destination_namespace"] ?? "", labels["destination_workload"] ?? ""];
    const destination = parts.filter((part) => part !== "").join("/");
    const sum = sums.get(destination) ?? { requests: 0, now: 0, before: 0 };
    const isError = (labels["status"] ?? "").startsWith("5");
    const amount = amountIn(points, now, stepMs);
    sums.set(destination, {
      requests: sum.requests + amount,
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

/** Each point tells of the time before it, so one at the beginning belongs to what was earlier. */
function amountIn(points: Line["points"], { from, to }: Window, stepMs: number): number {
  const rates = points.filter(([time]) => time > from && time <= to).map(([, value]) => value ?? 0);
  return rates.reduce((sum, rate) => sum + (rate * stepMs) / 1_000, 0);
}

/** Of the time, by whether anything at all was counted then: a counter stays while its agent runs. */
function measuredShare(lines: readonly Line[], { from, to }: Window, stepMs: number): number {
  if (stepMs <= 0) return 0;
  const times = lines.flatMap(({ points }) => points.flatMap(([time, value]) => (value === null ? [] : [time])));
  const measured = new Set(times.filter((time) => time > from && time <= to));
  return (measured.size * stepMs) / (to - from);
}
