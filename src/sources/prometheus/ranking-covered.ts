/** Which part of the window there are samples of: a rate over an hour of which Prometheus has ten minutes would be a sixth of the truth. */
import { roughDuration } from "../../analysis/duration.ts";
import type { Window } from "../../analysis/select.ts";
import { clockText } from "../../analysis/time.ts";
import { numberOf } from "./promql.ts";
import type { MetricTools } from "./tools.ts";

export interface Covered {
  readonly window: Window;
  /** Where samples begin; 0 when that lies well before the window. */
  readonly begins: number;
  /** What is missing, a sentence each. */
  readonly notes: readonly string[];
}

/** Null when there is no sample at all. `selector`: the series that are meant; `leadMs`: how long before the window is looked at too. */
export async function readCovered(
  selector: string,
  window: Window,
  { scrapeMs, leadMs }: { readonly scrapeMs: number; readonly leadMs: number },
  tools: MetricTools,
): Promise<Covered | null> {
  const span = window.to - window.from;
  const stepMs = Math.max(scrapeMs, Math.ceil(span / 120 / 1_000) * 1_000);
  const from = window.to - Math.floor((span + leadMs) / stepMs) * stepMs;
  const found = await tools.range(`count(${selector})`, { from, to: window.to }, stepMs);
  const all = (found.type === "matrix" ? (found.series[0]?.samples ?? []) : []).map(({ time }) => time);
  const times = all.filter((time) => time >= window.from);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return null;
  const patience = Math.max(2 * scrapeMs, span / 20) + stepMs;
  const begin = first - window.from > patience ? first : window.from;
  // Prometheus repeats the newest sample for some minutes: its own time is the end.
  const newest = numberOf(await tools.instant(`max(timestamp(${selector}))`, last)) * 1_000;
  const end = newest > 0 && window.to - newest > patience ? newest : window.to;
  const missing = Math.round((end - begin) / stepMs) + 1 - times.filter((time) => time >= begin && time <= end).length;
  return {
    window: { from: begin, to: Math.max(begin, end) },
    begins: all[0] === undefined || all[0] === from ? 0 : all[0],
    notes: [
      ...(begin > window.from
        ? [
            `Prometheus has samples only from ${clockText(begin, window.to)} UTC on (${roughDuration(end - begin)}): rates are over that.`,
          ]
        : []),
      ...(end < window.to
        ? [`The newest sample is of ${clockText(end, window.to)} UTC: is the scrape broken? Rates are up to then.`]
        : []),
      ...(missing * stepMs > Math.max(patience, span / 10)
        ? [`Samples of about ${roughDuration(missing * stepMs)} are missing in between.`]
        : []),
    ],
  };
}
