/** What the parts of the message have in common, while it goes on and in the end: how the follow stands, and of which time that is. */
import type { Visible } from "../../access/access.ts";
import type { FollowView } from "../../analysis/follow/view.ts";
import type { FollowFinding, Outcome, Question } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { ClusterView } from "../drops/gather.ts";
import { type Picture, pictureOf } from "../drops/picture.ts";
import { asDrops } from "../observe/ask.ts";
import type { FollowArgs } from "./args.ts";
import { asObserve } from "./ask.ts";

export type Followed = FollowFinding & { readonly view: FollowView };

export interface FollowPicture {
  readonly asked: FollowArgs;
  readonly askedAt: number;
  /** Undefined when the flows could not be read, or the target is not one thing. */
  readonly follow: Followed | undefined;
  readonly place: ClusterView;
  /** For what `drops` shows of them too. */
  readonly shared: Picture;
}

/** While it goes on. */
export interface RunningPicture extends Omit<FollowPicture, "follow"> {
  readonly view: FollowView;
  readonly until: number;
}

export function followPictureOf(
  asked: FollowArgs,
  askedAt: number,
  cluster: string,
  visible: Visible,
  outcomes: readonly Outcome[],
): FollowPicture {
  const finding = outcomes
    .flatMap((outcome) => (outcome.status === "ok" ? [outcome.finding] : []))
    .find((one): one is FollowFinding => one.ask === "follow");
  const view = finding?.view ?? undefined;
  const place: ClusterView = {
    ...placeOf(cluster, restrictionIn(visible, cluster).visible),
    resolution: finding?.resolution ?? undefined,
    coverage: finding?.coverage ?? undefined,
    troubles: outcomes.filter((outcome) => outcome.status !== "ok"),
  };
  return { asked, askedAt, follow: finding && view && { ...finding, view }, ...joined(asked, askedAt, place, view) };
}

export function progressPictureOf(asked: FollowArgs, question: Question, view: FollowView): RunningPicture {
  const place = {
    ...placeOf(question.cluster, "visible" in question ? question.visible : undefined),
    coverage: view.coverage,
  };
  return { asked, askedAt: view.from, view, until: view.from + asked.forMs, ...joined(asked, view.from, place, view) };
}

function joined(asked: FollowArgs, askedAt: number, place: ClusterView, view: FollowView | undefined) {
  const window = { from: askedAt, to: Math.max(askedAt + 1, view?.at ?? askedAt + asked.forMs) };
  return { place, shared: pictureOf(asDrops(asObserve(asked)), askedAt, window, [place]) };
}

function placeOf(cluster: string, visible: readonly string[] | undefined): ClusterView {
  return {
    ...{ cluster, visible, resolution: undefined, coverage: undefined, drops: undefined, forwarded: undefined },
    ...{ totals: undefined, policies: [], troubles: [] },
  };
}
