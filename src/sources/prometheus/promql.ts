/** Small pieces of PromQL and of its answers. */
import type { QueryResult } from "./result.ts";

/** `time`: epoch milliseconds. */
export type Instant = (query: string, time: number) => Promise<QueryResult>;

/** `600s`, `1500ms`; PromQL takes no empty range. */
export function duration(ms: number): string {
  const whole = Math.max(1, Math.round(ms));
  return whole % 1000 === 0 ? `${whole / 1000}s` : `${whole}ms`;
}

/** The only value; 0 where there is none. */
export function numberOf(result: QueryResult): number {
  const value =
    result.type === "vector" ? result.series[0]?.sample.value : result.type === "scalar" ? result.sample.value : 0;
  return value !== undefined && Number.isFinite(value) ? value : 0;
}

/** A string as PromQL (and Go) reads it, in double quotes. */
export function textLiteral(text: string): string {
  // JSON's escapes are among Go's, which has no halves of a surrogate pair.
  return JSON.stringify(text.replace(/\p{Cs}/gu, "\ufffd"));
}

/** A regular expression (RE2, anchored at both ends as in every matcher) for exactly these texts; to be put into a `textLiteral`. */
export function oneOf(texts: readonly string[]): string {
  return texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
}
