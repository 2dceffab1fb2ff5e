/** How much of a time was seen, as a share: seconds of it, and of these the nodes that were followed. */
import type { HourObserved } from "./hour.ts";

/** Which of the two streams. */
export type Followed = "dropSeconds" | "openingSeconds";

/** 0 to 1, of `seconds`: node-hours that were followed of all that there were. */
export function shareOf(observed: HourObserved, of: Followed, seconds: number): number {
  return Math.min(1, observed[of] / Math.max(1, seconds)) * nodeShare(observed);
}

/** Of the node-seconds that were known while anything was followed; 1 where nobody looked. */
export function nodeShare({ nodeSeconds, knownNodeSeconds }: HourObserved): number {
  return knownNodeSeconds > 0 ? Math.min(1, nodeSeconds / knownNodeSeconds) : 1;
}

/** With node-seconds, where whoever looked gives nodes alone, as at a look, or as all of an hour's looks were before node-seconds were kept: the fewest, then. */
export function withNodeSeconds(observed: HourObserved): HourObserved {
  const { connected, total, dropSeconds, openingSeconds, knownNodeSeconds } = observed;
  if (knownNodeSeconds > 0 || total === 0) return observed;
  const seconds = Math.max(dropSeconds, openingSeconds);
  return { ...observed, nodeSeconds: seconds * connected, knownNodeSeconds: seconds * total };
}
