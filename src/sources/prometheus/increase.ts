/**
 * The increase of a counter over exactly [from, to), from its samples.
 *
 * PromQL's `increase()` sees only the samples inside the window and stretches what lies between them to the window's edges; it gives nothing for a counter
 * whose first sample inside the window is its first ever, which is how Cilium's drop counters begin. Here the samples around the window are known too: at
 * the edges the value is interpolated between the samples before and after, a counter that was born while its agent was being watched began at 0, and only
 * behind the newest sample something has to be assumed, for two scrape intervals at most: that it goes on as in the last three.
 */
import type { Sample } from "./result.ts";

export interface CounterContext {
  /** Typical distance of two samples of this agent, milliseconds. */
  readonly interval: number;
  /** The agent's last scrape before this counter's first sample, at which the counter was not there yet; undefined when there is none. */
  readonly absentAt: number | undefined;
}

/** Packets, with a fraction where an edge lies between two samples. `samples`: oldest first, times distinct; a fall of the value is a restart from 0. */
export function increaseOver(samples: readonly Sample[], from: number, to: number, context: CounterContext): number {
  const points = accumulate(samples, context.absentAt);
  if (points.length === 0 || from >= to) return 0;
  return Math.max(0, valueAt(points, to, context.interval) - valueAt(points, from, context.interval));
}

/** What is added behind the newest sample is the mean of so many intervals before it. */
const trailing = 3;
/** An agent whose newest sample is older than this many intervals has gone. */
const patience = 2.1;

function accumulate(samples: readonly Sample[], absentAt: number | undefined): Sample[] {
  const points: Sample[] = [];
  let total = 0;
  let previous: Sample | undefined;
  for (const sample of samples) {
    if (!Number.isFinite(sample.value)) continue;
    if (previous === undefined && absentAt !== undefined && absentAt < sample.time) {
      points.push({ time: absentAt, value: 0 });
      total = sample.value;
    } else if (previous !== undefined) {
      total += sample.value >= previous.value ? sample.value - previous.value : sample.value;
    }
    points.push({ time: sample.time, value: total });
    previous = sample;
  }
  return points;
}

/** Before the first point nothing is known, and nothing is assumed. */
function valueAt(points: readonly Sample[], time: number, interval: number): number {
  const after = firstFrom(points, time);
  const right = points[after];
  const left = points[after - 1];
  if (left === undefined) return right?.value ?? 0;
  if (right !== undefined)
    return left.value + ((right.value - left.value) * (time - left.time)) / (right.time - left.time);
  const beyond = time - left.time;
  if (beyond > patience * interval || points.length < 2) return left.value;
  const start = Math.max(left.time - trailing * interval, points[0]?.time ?? left.time);
  const rate = (left.value - valueAt(points, start, interval)) / (left.time - start);
  return left.value + (Number.isFinite(rate) ? rate * beyond : 0);
}

/** Index of the first point at or behind `time`. */
function firstFrom(points: readonly Sample[], time: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.time ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
