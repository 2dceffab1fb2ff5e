/** Whether a count differs from what it was before and from what is usual by more than chance, and by enough to tell. */

export interface Counts {
  readonly now: number;
  /** Null: not known. */
  readonly before: number | null;
  /** What is usual: the median of earlier days. Null: not known. */
  readonly median: number | null;
}

/** `first`: there was nothing before. `gone`: there is nothing now. `unknown`: nothing to compare with. */
export type Difference = "first" | "more" | "less" | "gone" | "same" | "unknown";

/** Fewer are nobody's news, whatever they are compared with. */
const leastDifference = 20;
const leastFactor = 2;
/** In standard errors of the difference of two Poisson counts. Packets come in bursts, so more than the usual two or three. */
const leastErrors = 4;

/** More than all that is known of earlier times, or less than all of it: one odd day alone makes no difference. */
export function differenceOf({ now, before, median }: Counts): Difference {
  const known = [before, median].filter((value) => value !== null);
  if (known.length === 0) return "unknown";
  const [low, high] = [Math.min(...known), Math.max(...known)];
  if (now > high && isClear(now, high)) return high === 0 ? "first" : "more";
  if (now < low && isClear(low, now)) return now === 0 ? "gone" : "less";
  return "same";
}

function isClear(larger: number, smaller: number): boolean {
  const difference = larger - smaller;
  return (
    difference >= leastDifference &&
    larger >= leastFactor * smaller &&
    difference >= leastErrors * Math.sqrt(larger + smaller)
  );
}
