/** What the parts of the answer have in common: who is meant, which time, and everything found, put together once. */
import { durationText } from "../../analysis/duration.ts";
import { type ClusterPair, type MergedDrops, mergeDrops } from "../../analysis/merge-drops.ts";
import type { FlowSelect, Window } from "../../analysis/select.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { clockText, resolveTime, rfc3339 } from "../../analysis/time.ts";
import { deniedRequests, ranked, realCounts, realPackets } from "../../analysis/worst.ts";
import { cutEnd } from "../../message/plain.ts";
import type { DropsArgs } from "./args.ts";
import type { ClusterView } from "./gather.ts";
import { subjectScope } from "./visible.ts";

export interface Picture {
  readonly args: DropsArgs;
  readonly askedAt: number;
  readonly window: Window;
  /** Length of the window as people read it. */
  readonly span: string;
  readonly views: readonly ClusterView[];
  readonly manyClusters: boolean;
  /** `deathstar`, or the cluster when no target was given. */
  readonly who: string;
  /** Flags narrow the answer beyond the target. */
  readonly filtered: boolean;
  /** Everything in one list; undefined when no cluster's flows could be read. */
  readonly drops: MergedDrops | undefined;
  /** Without noise, unless it was asked for. */
  readonly packets: number;
  readonly denials: number;
  /** Without noise too. */
  readonly byReason: Readonly<Record<string, number>>;
  readonly byDirection: Readonly<Record<string, number>>;
  /** Rows in the order to speak about them, noise left out unless asked for. */
  readonly pairs: readonly ClusterPair[];
}

export function pictureOf(args: DropsArgs, askedAt: number, window: Window, views: readonly ClusterView[]): Picture {
  const read = views.flatMap(({ cluster, drops }) => (drops === undefined ? [] : [{ cluster, drops }]));
  const drops = read.length === 0 ? undefined : mergeDrops(read);
  const manyClusters = views.length > 1;
  const { target } = args.select;
  const where = manyClusters ? `${views.length} clusters` : (views[0]?.cluster ?? "");
  const scope = subjectScope(views, target);
  return {
    args,
    askedAt,
    window,
    span: durationText(window.to - window.from),
    views,
    manyClusters,
    who: `${target === undefined ? where : `${cutEnd(targetText(target), 60)}${manyClusters ? ` in ${where}` : ""}`}${scope}`,
    filtered: hasFilters(args.select),
    drops,
    packets: drops === undefined ? 0 : realPackets(drops, args.all),
    denials: drops === undefined ? 0 : deniedRequests(drops),
    ...realCounts(drops ?? { byReason: {}, byDirection: {}, pairs: [] }, args.all),
    pairs: ranked(drops?.pairs ?? [], args.all),
  };
}

/** Undefined when the times, now that "now" is known, make no window. */
export function windowOf(args: DropsArgs, askedAt: number): Window | undefined {
  const from = resolveTime(args.since, askedAt);
  const to = Math.min(askedAt, resolveTime(args.until, askedAt));
  return from < to && askedAt - from <= 31 * 86_400_000 ? { from, to } : undefined;
}

/** `in 10m`, or from when to when where that is not "until now". */
export function whenText({ window, askedAt, span }: Picture): string {
  return window.to === askedAt ? `in ${span}` : `in ${span} until ${clockText(window.to, askedAt)} UTC`;
}

/** `9m to 4s ago`: the first and the last of something. */
export function seenText({ first, last }: { readonly first: string; readonly last: string }, askedAt: number): string {
  const [from, to] = [agoText(first, askedAt), agoText(last, askedAt)];
  return from === to || !from.endsWith(" ago") || !to.endsWith(" ago")
    ? to
    : `${from.slice(0, -" ago".length)} to ${to}`;
}

/** `4s ago`, or the time for what is long gone. */
export function agoText(time: string, askedAt: number): string {
  const ms = Math.max(0, askedAt - Date.parse(time));
  if (Number.isNaN(ms)) return time;
  if (ms < 1_000) return "now";
  return ms < 86_400_000 ? `${shortDuration(ms)} ago` : rfc3339(Math.floor(Date.parse(time) / 1_000) * 1_000);
}

function shortDuration(ms: number): string {
  if (ms < 60_000) return `${Math.floor(ms / 1_000)}s`;
  if (ms < 3_600_000)
    return ms < 600_000 ? durationText(Math.floor(ms / 1_000) * 1_000) : `${Math.floor(ms / 60_000)}m`;
  return durationText(Math.floor(ms / 60_000) * 60_000);
}

function hasFilters(select: FlowSelect): boolean {
  const ends = [select.either, select.from, select.to].flatMap((end) => Object.values(end));
  return (
    ends.length + select.reasons.length + select.protocols.length + select.directions.length + select.nodes.length > 0
  );
}
