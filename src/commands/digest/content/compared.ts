/** Whether there was anything to compare with: "nothing changed" is said of nothing else. */
import { halfObserved, observedShare } from "../../../analysis/digest/traffic.ts";
import type { ClusterFacts } from "./gather.ts";
import type { Unknown } from "./unknown.ts";

export interface Compared {
  /** Of every cluster. */
  readonly drops: boolean;
  readonly traffic: boolean;
  /** And all that was asked for was told, of all of the time. */
  readonly sure: boolean;
}

export function comparedOf(clusters: readonly ClusterFacts[], unknown: readonly Unknown[]): Compared {
  const drops = clusters.every(
    ({ counters: { now, before, whole }, ...facts }) =>
      (now !== null && before !== null && whole) || isWatched(facts, "drops"),
  );
  const traffic = clusters.every((facts) => isWatched(facts, "openings"));
  return { drops, traffic, sure: drops && traffic && !unknown.some(({ loud }) => loud) };
}

/** Now and at some earlier time. */
function isWatched({ traffic }: Pick<ClusterFacts, "traffic">, of: "drops" | "openings"): boolean {
  if (traffic === undefined) return false;
  const earlier = [traffic.before, ...traffic.days].some((one) => observedShare(one, of) >= halfObserved);
  return earlier && observedShare(traffic.now, of) > 0;
}
