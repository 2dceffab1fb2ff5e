/** Small wordings that both answers share. */
import type { LatencySummary } from "../../analysis/l7/latency.ts";
import { quantity } from "../../message/quantity.ts";

/** `18.2 ms`. */
export function msText(ms: number): string {
  return quantity(ms / 1_000, "seconds");
}

interface Timed {
  readonly latency: LatencySummary | null;
}

/** Three columns and their cells, a dash where nothing is known; none where that is so in every row. */
export function percentilesOf(rows: readonly Timed[]) {
  const names = rows.some(({ latency }) => latency !== null) ? percentiles : [];
  return {
    columns: names.map((title) => ({ title, align: "right" }) as const),
    cells: ({ latency }: Timed) => names.map((name) => (latency === null ? "–" : msText(latency[name]))),
  };
}

const percentiles = ["p50", "p95", "p99"] as const;
