/** What the parts of the answer have in common: what each cluster gave, and of which time that is. */
import type { Visible } from "../../access/access.ts";
import { roughDuration } from "../../analysis/duration.ts";
import type { Window } from "../../analysis/select.ts";
import type { FlowListFinding, ListedFlow, Outcome } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { ClusterView } from "../drops/gather.ts";
import { type Picture, pictureOf, whenText } from "../drops/picture.ts";
import type { ObserveArgs } from "./args.ts";
import { asDrops, timesOf } from "./ask.ts";

export interface ListView extends ClusterView {
  /** Undefined when the flows could not be read, or the target is not one thing. */
  readonly list: { readonly flows: readonly ListedFlow[]; readonly matched: number | null } | undefined;
}

export interface ListPicture {
  readonly asked: ObserveArgs;
  readonly views: readonly ListView[];
  /** `deathstar`, or the cluster when no target was given. */
  readonly who: string;
  readonly askedAt: number;
  readonly manyClusters: boolean;
  readonly listed: number;
  /** Null when some cluster did not look at all of its flows. */
  readonly matched: number | null;
  /** ` in 15m`; "" when no beginning was asked for. */
  readonly when: string;
  /** What was asked for; without a beginning what is listed, back to where flows reach when fewer were found than asked for. Null: there is nothing at all. */
  readonly window: Window | null;
  /** For the notes that both commands have. */
  readonly shared: Picture;
}

const longestMs = 31 * 86_400_000;

/** False when the times, now that "now" is known, make no window. */
export function hasWindow(args: ObserveArgs, askedAt: number): boolean {
  const { since, until } = timesOf(args, askedAt);
  return since === null || (since < (until ?? askedAt) && askedAt - since <= longestMs);
}

export function listPictureOf(
  args: ObserveArgs,
  askedAt: number,
  clusters: readonly string[],
  visible: Visible,
  outcomes: readonly Outcome[],
): ListPicture {
  const views = clusters.map((cluster) =>
    viewOf(
      cluster,
      restrictionIn(visible, cluster).visible,
      outcomes.filter(({ question }) => question.cluster === cluster),
    ),
  );
  const lists = views.flatMap(({ list }) => (list === undefined ? [] : [list]));
  const listed = lists.reduce((sum, { flows }) => sum + flows.length, 0);
  const window = windowOf(args, askedAt, views);
  const shared = pictureOf(asDrops(args), askedAt, window ?? { from: askedAt - 1, to: askedAt }, views);
  return {
    asked: args,
    views,
    who: shared.who,
    askedAt,
    manyClusters: shared.manyClusters,
    listed,
    matched: lists.some(({ matched }) => matched === null)
      ? null
      : lists.reduce((sum, { matched }) => sum + (matched ?? 0), 0),
    when: args.since === null ? "" : ` ${whenText(shared)}`,
    window,
    // What is listed may be milliseconds.
    shared: args.since === null ? { ...shared, span: roughDuration(shared.window.to - shared.window.from) } : shared,
  };
}

function viewOf(cluster: string, visible: readonly string[] | undefined, outcomes: readonly Outcome[]): ListView {
  const finding = outcomes
    .flatMap((outcome) => (outcome.status === "ok" ? [outcome.finding] : []))
    .find((one): one is FlowListFinding => one.ask === "flows");
  return {
    cluster,
    visible,
    resolution: finding?.resolution ?? undefined,
    list: finding?.flows ? { flows: finding.flows, matched: finding.matched } : undefined,
    coverage: finding?.coverage ?? undefined,
    drops: undefined,
    forwarded: undefined,
    totals: undefined,
    policies: [],
    troubles: outcomes.filter((outcome) => outcome.status !== "ok"),
  };
}

function windowOf(args: ObserveArgs, askedAt: number, views: readonly ListView[]): Window | null {
  const { since, until } = timesOf(args, askedAt);
  const times = views.flatMap(({ list }) => (list?.flows ?? []).map(({ time }) => time));
  const last = times.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
  const to = until ?? Math.max(askedAt, Math.floor(last) + 1);
  if (since !== null) return { from: since, to };
  const reach = isFull(args, times.length)
    ? []
    : views.flatMap(({ coverage }) => (coverage?.oldest ? [Date.parse(coverage.oldest)] : []));
  const from = [...times, ...reach].reduce((earliest, time) => Math.min(earliest, time), Number.POSITIVE_INFINITY);
  return from < to ? { from: Math.floor(from), to } : null;
}

/** As many as were asked for: what lies beyond them is of no interest. */
function isFull({ limit }: ObserveArgs, listed: number): boolean {
  return limit !== null && listed >= limit.count;
}
