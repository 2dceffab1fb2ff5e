/** Flows per second while they come: over the last seconds, and on average. Holds one number for each of the last seconds. */
import type { FollowRate } from "./view.ts";

export interface Rates {
  /** A flow of this time, epoch milliseconds. */
  add(time: number): void;
  /** As seen at `at` by our clock, of everything since `from`. */
  read(at: number): FollowRate;
}

/** Of "now", seconds. */
const span = 5;
/** Relay holds flows back for a second, to sort them; the second that runs is not full. */
const behind = 2;
const kept = 32;

export function createRates(from: number): Rates {
  const counts = new Array<number>(kept).fill(0);
  const seconds = new Array<number>(kept).fill(Number.NEGATIVE_INFINITY);
  let flows = 0;

  function countOf(second: number): number {
    const place = placeOf(second);
    return seconds[place] === second ? (counts[place] ?? 0) : 0;
  }

  return {
    add(time) {
      flows += 1;
      const second = Math.floor(time / 1_000);
      const place = placeOf(second);
      if ((seconds[place] ?? 0) > second) return;
      if (seconds[place] !== second) counts[place] = 0;
      seconds[place] = second;
      counts[place] = (counts[place] ?? 0) + 1;
    },
    read(at) {
      const last = Math.floor(at / 1_000) - behind;
      const first = Math.max(last - span + 1, Math.ceil(from / 1_000));
      let lately = 0;
      for (let second = first; second <= last; second++) lately += countOf(second);
      const average = flows / (Math.max(at - from, 1_000) / 1_000);
      return { now: last >= first ? lately / (last - first + 1) : average, average };
    },
  };
}

function placeOf(second: number): number {
  return ((second % kept) + kept) % kept;
}
