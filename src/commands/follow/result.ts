/** The structured result of `follow` (`--format json`): stable, additions only. */
import type { FollowView, NodeChange } from "../../analysis/follow/view.ts";
import { targetText } from "../../analysis/target-parse.ts";
import type { FollowEnd } from "../../sources/question.ts";
import { candidatesOf } from "../drops/result.ts";
import type { FollowPicture } from "./picture.ts";

export interface FollowResult {
  /** TARGET in its canonical spelling; null when none was given. */
  readonly target: string | null;
  /** What to type instead, when TARGET fits several things or none. */
  readonly candidates: readonly string[];
  /** Null when no flows could be followed. */
  readonly followed: Followed | null;
}

interface Followed extends Pick<FollowView, "flows" | "byVerdict" | "pairs" | "lines"> {
  readonly cluster: string;
  readonly endedBy: FollowEnd;
  /** RFC 3339. */
  readonly to: string;
  /** Flows per second. */
  readonly average: number;
  /** Dropped packets and refused requests, each counted once, by reason. */
  readonly drops: FollowView["drops"];
  readonly foldedPairs: FollowView["folded"];
  readonly nodeChanges: readonly (Omit<NodeChange, "at"> & { readonly at: string })[];
}

export function resultOf({ asked, place, follow }: FollowPicture): FollowResult {
  const { target } = asked.select;
  return {
    target: target === undefined ? null : targetText(target),
    candidates: candidatesOf([place]),
    followed: follow === undefined ? null : resultOfView(follow.view, follow.endedBy, place.cluster),
  };
}

function resultOfView(view: FollowView, endedBy: FollowEnd, cluster: string): Followed {
  const { flows, byVerdict, pairs, lines, rate, drops, folded, nodes } = view;
  return {
    ...{ cluster, endedBy, to: new Date(view.at).toISOString(), flows, byVerdict, average: rate.average, drops },
    ...{ pairs, foldedPairs: folded, lines },
    nodeChanges: nodes.changes.map(({ at, ...change }) => ({ ...change, at: new Date(at).toISOString() })),
  };
}
