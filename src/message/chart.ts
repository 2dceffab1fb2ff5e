/**
 * A picture as data: drawn where a platform shows pictures, told in numbers where it does not. Strings are data, as everywhere in a message. JSON has neither
 * NaN nor infinity: a missing value is null, and a gap in the picture.
 */
import type { MapChart } from "./service-map.ts";

export type ChartSpec = TimeChart | RankingChart | MapChart;

/** Values over time: lines, or areas stacked on each other; columns are amounts, each of the step that begins at its time. */
export interface TimeChart {
  readonly kind: "lines" | "areas" | "columns";
  readonly title: string;
  readonly unit: Unit;
  /** Epoch milliseconds, from ≤ time ≤ to. */
  readonly window: { readonly from: number; readonly to: number };
  /** Distance of two points, milliseconds: what is further apart has a gap between. The width of a column. */
  readonly stepMs: number;
  /** IANA name; its clock stands beside UTC. */
  readonly zone?: string;
  readonly series: readonly ChartSeries[];
  /** Moments worth a line: "rule1 applied". */
  readonly marks?: readonly { readonly time: number; readonly label: string }[];
  /** Heights worth a line: "full". */
  readonly thresholds?: readonly { readonly value: number; readonly label: string }[];
}

export interface ChartSeries {
  readonly name: string;
  /** A failure among others has a colour of its own. */
  readonly tone?: "bad";
  /** Oldest first, epoch milliseconds. */
  readonly points: readonly (readonly [time: number, value: number | null])[];
}

/** Horizontal bars, the longest first. */
export interface RankingChart {
  readonly kind: "ranking";
  readonly title: string;
  readonly unit: Unit;
  readonly bars: readonly { readonly name: string; readonly value: number; readonly tone?: "bad" }[];
}

/** `ratio` (1 is all of it), `seconds`, `bytes`, `bytes/s` and `bits/s` are known and scaled; any other word stands behind the number: "packets", "ops/s". */
export type Unit = string;
