/** What a metric does over days, as a plan: so many between two moments, or a value from a moment on. Times in epoch milliseconds. */
import type { Course } from "../../sources/prometheus/ranking-history.ts";

export type Labels = Course["labels"];

/** So many, evenly. */
export type Amount = readonly [from: number, to: number, count: number];

/** `metric` without `_total`. It has counted before: `base`. Without one it is born with the first that it counts. */
export function counter(metric: string, labels: Labels, amounts: readonly Amount[], base = 10_000): Course {
  return {
    ...{ metric, type: "counter", labels },
    value: (time) => {
      const sum = amounts.reduce(
        (total, [from, to, count]) => total + count * Math.min(1, Math.max(0, (time - from) / (to - from))),
        base,
      );
      return sum === 0 ? undefined : Math.round(sum * 1_000) / 1_000;
    },
  };
}

/** The first value holds from the beginning on. */
export function gauge(metric: string, labels: Labels, ...values: readonly (readonly [from: number, value: number])[]) {
  const value = (time: number) => values.findLast(([from]) => from <= time)?.[1] ?? values[0]?.[1];
  return { metric, type: "gauge", labels, value } satisfies Course;
}

/** Rises by a straight line between two moments. */
export function rising(
  metric: string,
  labels: Labels,
  [from, low]: readonly [number, number],
  to: number,
  high: number,
) {
  const value = (time: number) => low + (high - low) * Math.min(1, Math.max(0, (time - from) / (to - from)));
  return { metric, type: "gauge", labels, value } satisfies Course;
}

/** Not scraped any more from then on. */
export function until(end: number, courses: readonly Course[]): Course[] {
  return courses.map((course) => ({ ...course, value: (time) => (time < end ? course.value(time) : undefined) }));
}
