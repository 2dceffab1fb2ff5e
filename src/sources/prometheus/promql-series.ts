/** A result as series with finite numbers, the highest first, and no more of them than a finding can hold. */
import { redactText } from "../../analysis/redact.ts";
import type { MetricSeries } from "../question.ts";
import type { Labels, QueryResult, Sample } from "./result.ts";

/** Of the 256 KB that a finding may have. */
const maxBytes = 200_000;
const maxSeries = 200;
const maxLabel = 500;

export interface AllSeries {
  readonly series: readonly MetricSeries[];
  /** About values that are no numbers. */
  readonly notes: readonly string[];
}

export function seriesOf(result: Exclude<QueryResult, { type: "string" }>): AllSeries {
  const rows = rowsOf(result);
  const strange = rows.flatMap(({ samples }) => samples).filter(({ value }) => !Number.isFinite(value));
  // Points of a picture need no more digits than can be seen.
  const digits = result.type === "matrix" ? 7 : undefined;
  const series = rows.map(({ labels, samples }) => ({
    labels: labelsOf(labels),
    points: samples.map(({ time, value }) => [time, numberOrNull(value, digits)] as const),
  }));
  return { series: series.toSorted((left, right) => height(right) - height(left)), notes: strangeNotes(strange) };
}

/** From the first on, as many as there is room for. */
export function fitting(series: readonly MetricSeries[]): MetricSeries[] {
  let bytes = 0;
  const kept: MetricSeries[] = [];
  for (const one of series.slice(0, maxSeries)) {
    bytes += Buffer.byteLength(JSON.stringify(one));
    if (bytes > maxBytes && kept.length > 0) break;
    kept.push(one);
  }
  return kept;
}

function rowsOf(result: Exclude<QueryResult, { type: "string" }>): { labels: Labels; samples: readonly Sample[] }[] {
  switch (result.type) {
    case "scalar":
      return [{ labels: {}, samples: [result.sample] }];
    case "vector":
      return result.series.map(({ labels, sample }) => ({ labels, samples: [sample] }));
    case "matrix":
      return result.series
        .filter(({ samples }) => samples.length > 0)
        .map(({ labels, samples }) => ({ labels, samples }));
  }
}

/** The newest number; what has none comes last. */
function height({ points }: MetricSeries): number {
  return points.findLast(([, value]) => value !== null)?.[1] ?? -Number.MAX_VALUE;
}

function numberOrNull(value: number, digits: number | undefined): number | null {
  if (!Number.isFinite(value)) return null;
  return digits === undefined ? value : Number(value.toPrecision(digits));
}

function labelsOf(labels: Labels): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, redactText(value ?? "").slice(0, maxLabel)]),
  );
}

/** A division by 0 is where most of them come from. */
function strangeNotes(samples: readonly Sample[]): string[] {
  const count = (fits: (value: number) => boolean) => samples.filter(({ value }) => fits(value)).length;
  const kinds = [
    [count(Number.isNaN), "NaN"],
    [count((value) => value === Number.POSITIVE_INFINITY), "+Inf"],
    [count((value) => value === Number.NEGATIVE_INFINITY), "-Inf"],
  ] as const;
  const said = kinds.filter(([many]) => many > 0).map(([many, word]) => `${many} ${word}`);
  return said.length === 0
    ? []
    : [`Values that are no number are left out (${said.join(", ")}): most come from a division by 0.`];
}
