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
