/** What the parts of the answer have in common: what each cluster gave, and of which time that is. */
import type { Visible } from "../../access/access.ts";
import { resolveTime } from "../../analysis/time.ts";
import type { CaptureFinding, CaptureSummary, Outcome } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { ClusterView } from "../drops/gather.ts";
import { type Picture, pictureOf } from "../drops/picture.ts";
import { asDrops } from "../observe/ask.ts";
import type { CaptureArgs } from "./args.ts";
import { asObserve } from "./ask.ts";

export type Captured = CaptureFinding & { readonly summary: CaptureSummary };

export interface CaptureView extends ClusterView {
  /** Undefined when the flows could not be read, or the target is not one thing. */
  readonly capture: Captured | undefined;
}

export interface CapturePicture {
  readonly asked: CaptureArgs;
  readonly askedAt: number;
  readonly views: readonly CaptureView[];
  /** Flows in all files. */
  readonly flows: number;
  /** For what `drops` shows of them too. */
  readonly shared: Picture;
}

export function capturePictureOf(
  asked: CaptureArgs,
  askedAt: number,
  clusters: readonly string[],
  visible: Visible,
  outcomes: readonly Outcome[],
): CapturePicture {
  const views = clusters.map((cluster) =>
    viewOf(
      cluster,
      restrictionIn(visible, cluster).visible,
      outcomes.filter(({ question }) => question.cluster === cluster),
    ),
  );
  const from = asked.since === null ? askedAt : resolveTime(asked.since, askedAt);
  const ends = views.flatMap(({ capture }) => (capture === undefined ? [] : [capture.to]));
  const window = { from, to: Math.max(from + 1, ...(ends.length > 0 ? ends : [askedAt + asked.forMs])) };
  return {
    asked,
    askedAt,
    views,
    flows: views.reduce((sum, { capture }) => sum + (capture?.summary.flows ?? 0), 0),
    shared: pictureOf(asDrops(asObserve(asked)), askedAt, window, views),
  };
}

function viewOf(cluster: string, visible: readonly string[] | undefined, outcomes: readonly Outcome[]): CaptureView {
  const finding = outcomes
    .flatMap((outcome) => (outcome.status === "ok" ? [outcome.finding] : []))
    .find((one): one is CaptureFinding => one.ask === "capture");
  const summary = finding?.summary ?? undefined;
  return {
    cluster,
    visible,
    resolution: finding?.resolution ?? undefined,
    capture: finding && summary && { ...finding, summary },
    coverage: finding?.coverage ?? undefined,
    drops: summary?.drops,
    forwarded: undefined,
    totals: undefined,
    policies: [],
    troubles: outcomes.filter((outcome) => outcome.status !== "ok"),
  };
}
