/** Counters and gauges of known course as OpenMetrics with times, for a Prometheus that is asked about the past. */

export interface Course {
  /** Without `_total`. */
  readonly metric: string;
  readonly type: "counter" | "gauge";
  readonly labels: Readonly<Record<string, string>>;
  /** At a time in epoch milliseconds; undefined: not there. */
  readonly value: (time: number) => number | undefined;
}

export interface HistorySpan {
  readonly from: number;
  readonly to: number;
  readonly scrapeMs: number;
}

/** Every course with all its samples, metric by metric. */
export function* historyText(courses: readonly Course[], { from, to, scrapeMs }: HistorySpan): Iterable<string> {
  for (const metric of new Set(courses.map((course) => course.metric))) {
    const own = courses.filter((course) => course.metric === metric);
    const [{ type } = { type: "gauge" }] = own;
    yield `# TYPE ${metric} ${type}\n`;
    for (const { labels, value } of own) {
      const pairs = Object.entries(labels).map(([name, text]) => `${name}=${JSON.stringify(text)}`);
      const series = `${metric}${type === "counter" ? "_total" : ""}{${pairs.join(",")}}`;
      let text = "";
      for (let time = from; time <= to; time += scrapeMs) {
        const at = value(time);
        if (at !== undefined) text += `${series} ${at} ${time / 1_000}\n`;
      }
      yield text;
    }
  }
  yield "# EOF\n";
}

/**
 * A counter with these rates per second, each from its time on. `restarts`: moments at which it begins at 0 again; `born`: when it was first there.
 */
export function counting(
  rates: readonly (readonly [from: number, perSecond: number])[],
  { restarts = [], born = 0 }: { readonly restarts?: readonly number[]; readonly born?: number } = {},
): (time: number) => number | undefined {
  const upTo = (time: number) =>
    rates.reduce((sum, [from, perSecond], index) => {
      const end = Math.min(time, rates[index + 1]?.[0] ?? time);
      return sum + (Math.max(0, end - from) / 1_000) * perSecond;
    }, 0);
  return (time) => {
    if (time < born) return undefined;
    const restart = restarts.findLast((one) => one <= time);
    return Math.round((upTo(time) - (restart === undefined ? 0 : upTo(restart))) * 1_000) / 1_000;
  };
}
