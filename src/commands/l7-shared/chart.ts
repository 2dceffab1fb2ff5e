/** Answers over time, as columns. */
import { numberText } from "../../analysis/counted.ts";
import { roughDuration } from "../../analysis/duration.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import type { Block } from "../../message/message.ts";
import type { L7Picture } from "./picture.ts";

export interface PartSeries {
  readonly name: string;
  readonly bad: boolean;
  /** Equal parts of the window. */
  readonly rows: readonly (readonly number[])[];
}

/** Fewer are one block that tells nothing of when. */
const leastColumns = 3;

/** Columns begin where the flows of all nodes begin: before that they would be too low, and a zero a guess. */
export function timelineBlocks<Summary>(
  { views, shared: { window } }: L7Picture<Summary>,
  { title, unit, series }: { readonly title: string; readonly unit: string; readonly series: readonly PartSeries[] },
): Block[] {
  const drawn = series
    .map(({ rows, ...one }) => ({ ...one, row: addUp(rows) }))
    .filter(({ row }) => row.some((count) => count > 0));
  const length = Math.max(0, ...drawn.map(({ row }) => row.length));
  if (length === 0) return [];
  const stepMs = (window.to - window.from) / length;
  const unreached = Math.max(0, ...views.map(({ coverage }) => (coverage ? gapsOf(coverage, window).unreachedMs : 0)));
  const reached = Math.min(length - 1, Math.ceil(unreached / stepMs));
  const skipped = drawn.some(({ row }) => row.slice(reached).some((count) => count > 0)) ? reached : 0;
  const from = window.from + skipped * stepMs;
  if (length - skipped < leastColumns) return [];
  const sum = (row: readonly number[]) => row.reduce((total, count) => total + count, 0);
  const all = drawn.reduce((total, { row }) => total + sum(row), 0);
  const before = drawn.reduce((total, { row }) => total + sum(row.slice(0, skipped)), 0);
  const last = skipped > 0 ? `, the last ${roughDuration(window.to - from)}` : "";
  return [
    {
      kind: "chart",
      chart: {
        ...{ kind: "columns", title: `${title}${last}`, unit, stepMs },
        window: { from: Math.round(from), to: window.to },
        series: drawn.map(({ name, bad, row }) => ({
          name,
          ...(bad && { tone: "bad" as const }),
          points: row.slice(skipped).map((count, at) => [Math.round(from + at * stepMs), count] as const),
        })),
      },
    },
    ...(before === 0
      ? []
      : [
          {
            kind: "note",
            text: `The picture has ${numberText(all - before)} of ${numberText(all)} ${unit}: before it begins, not all nodes have flows. The tables count all of them.`,
          } as const,
        ]),
  ];
}

function addUp(rows: readonly (readonly number[])[]): number[] {
  const length = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length }, (_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0));
}
