/** When drops began, held against what changed before: not a proof, but what people look at first. */
import type { DropPair } from "../drops.ts";
import type { Change } from "./change.ts";

export interface FirstDrop {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly pair: Pick<DropPair, "source" | "destination" | "port" | "protocol">;
  /** The newest change before it. */
  readonly change: Change;
  /** From the change to the drop. */
  readonly gapMs: number;
  /** Other drops were there before the change. */
  readonly others: boolean;
}

/** Longer than this, one has nothing to do with the other as far as anybody can tell. */
const longestGapMs = 10 * 60_000;

/**
 * `seenFrom`: flows are known from here on, so that a pair whose first drop lies behind it began then. Noise does not count. Null: no drop began soon after a
 * change.
 */
export function firstDropAfter(
  changes: readonly Change[],
  pairs: readonly DropPair[],
  seenFrom: number,
): FirstDrop | null {
  const real = pairs.filter(({ noise }) => !noise).map((pair) => ({ pair, at: Date.parse(pair.first) }));
  const found = real.flatMap(({ pair, at }): FirstDrop[] => {
    // Times of changes are cut to whole seconds, so that a drop is never before its cause.
    const before = changes.filter(
      (change) => change.at <= at && at - change.at <= longestGapMs && change.at >= seenFrom,
    );
    const change = before.reduce<Change | undefined>(
      (newest, one) => (newest === undefined || weight(one) > weight(newest) ? one : newest),
      undefined,
    );
    if (change === undefined) return [];
    const others = real.some((one) => one.at < change.at);
    return [{ at, pair, change, gapMs: at - change.at, others }];
  });
  return found.reduce<FirstDrop | null>((first, one) => (first === null || one.at < first.at ? one : first), null);
}

/** Of changes within the gap a policy is the likelier cause; else the newest. */
function weight({ kind, at }: Change): number {
  return at + (kind === "policy" || kind === "config" ? longestGapMs : 0);
}
