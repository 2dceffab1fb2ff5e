/** The four shapes of a query's result. Values are strings on the wire, because JSON has no NaN and no infinity; times are seconds there and milliseconds here. */
import { BotError } from "../../errors.ts";
import { isRecord } from "../../policy/record.ts";
import type { Answer } from "./request.ts";

/** A label that a series does not have is undefined. */
export type Labels = Readonly<Partial<Record<string, string>>>;

export interface Sample {
  /** Epoch milliseconds. */
  readonly time: number;
  /** May be NaN or infinite. */
  readonly value: number;
}

export type QueryResult = { readonly warnings: readonly string[]; readonly infos: readonly string[] } & (
  | { readonly type: "vector"; readonly series: readonly { readonly labels: Labels; readonly sample: Sample }[] }
  | { readonly type: "matrix"; readonly series: readonly Series[] }
  | { readonly type: "scalar"; readonly sample: Sample }
  | { readonly type: "string"; readonly text: string }
);

export interface Series {
  readonly labels: Labels;
  /** Oldest first. */
  readonly samples: readonly Sample[];
}

/** Rejects what is none of the four. Native histograms carry no `value` and are left out, which is said. */
export function readResult({ data, warnings, ...answer }: Answer): QueryResult {
  const { resultType, result } = isRecord(data) ? data : {};
  const rows = Array.isArray(result) ? result : [];
  const infos = [...answer.infos, ...histogramNotes(rows)];
  switch (resultType) {
    case "vector":
      return { type: "vector", warnings, infos, series: rows.flatMap(readVectorRow) };
    case "matrix":
      return { type: "matrix", warnings, infos, series: rows.flatMap(readMatrixRow) };
    case "scalar":
      return { type: "scalar", warnings, infos, sample: readSample(rows) ?? { time: 0, value: Number.NaN } };
    case "string":
      return { type: "string", warnings, infos, text: String(rows[1] ?? "") };
    default:
      throw new BotError("BROKEN_ANSWER", `unknown resultType ${String(resultType).slice(0, 40)}`);
  }
}

function histogramNotes(rows: readonly unknown[]): string[] {
  const count = rows.filter((row) => isRecord(row) && ("histogram" in row || "histograms" in row)).length;
  return count === 0
    ? []
    : [
        `${count} native histograms are left out, which are no numbers: ask for histogram_quantile(0.9, …) or histogram_count(…) of them.`,
      ];
}

function readVectorRow(row: unknown) {
  const sample = isRecord(row) ? readSample(row["value"]) : null;
  return sample === null || !isRecord(row) ? [] : [{ labels: readLabels(row["metric"]), sample }];
}

function readMatrixRow(row: unknown): Series[] {
  if (!isRecord(row) || !Array.isArray(row["values"])) return [];
  return [
    { labels: readLabels(row["metric"]), samples: row["values"].map(readSample).filter((sample) => sample !== null) },
  ];
}

function readSample(value: unknown): Sample | null {
  if (!Array.isArray(value) || typeof value[0] !== "number" || typeof value[1] !== "string") return null;
  return { time: Math.round(value[0] * 1000), value: readNumber(value[1]) };
}

function readNumber(text: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  return text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);
}

function readLabels(value: unknown): Labels {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, label]) => [name, String(label)])) : {};
}
