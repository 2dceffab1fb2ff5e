/** When it was dropped, as columns. */
import { durationText } from "../../analysis/duration.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import { lastParts } from "../../analysis/late-timeline.ts";
import type { MergedDrops } from "../../analysis/merge-drops.ts";
import type { Window } from "../../analysis/select.ts";
import type { Block } from "../../message/message.ts";
import type { Picture } from "./picture.ts";
import { policyName, reasonText } from "./words.ts";

/** Fewer are one block that tells nothing of when. */
const leastColumns = 10;
const mostColumns = 40;

/** Equal parts up to the window's end. */
interface Columns {
  readonly from: number;
  readonly stepMs: number;
  readonly timeline: readonly number[];
  readonly timelines: Readonly<Record<string, readonly number[]>>;
}

/** Columns begin where the flows of all nodes begin: before that they would be too low, and a zero a guess. */
export function timelineBlock({ drops, views, window, args }: Picture): Block | undefined {
  if (drops === undefined || drops.packets === 0 || drops.timeline.length === 0) return undefined;
  const unreached = Math.max(0, ...views.map(({ coverage }) => (coverage ? gapsOf(coverage, window).unreachedMs : 0)));
  const coarse = coarseColumns(drops, window, unreached);
  const shown = (coarse.timeline.length < leastColumns && fineColumns(drops, window, unreached)) || coarse;
  const { from, stepMs } = shown;
  const zoomed = from > window.from + (window.to - window.from) / 2;
  const title = [
    "Drops over time",
    ...(zoomed ? [`the last ${durationText(window.to - from)}`] : []),
    ...(drops.noise > 0 && !args.all ? ["noise included"] : []),
  ].join(", ");
  const points = (row: readonly number[]) =>
    row.map((packets, at) => [Math.round(from + at * stepMs), packets] as const);
  return {
    kind: "chart",
    chart: {
      kind: "columns",
      title,
      unit: "packets",
      window: { from: Math.round(from), to: window.to },
      stepMs,
      series: series(shown).map(({ reason, row }) => ({ name: reason, points: points(row) })),
      marks: changes(views, { from, to: window.to }),
    },
  };
}

function coarseColumns({ timeline, timelines }: MergedDrops, { from, to }: Window, unreached: number): Columns {
  const stepMs = (to - from) / timeline.length;
  const reached = Math.min(timeline.length - 1, Math.ceil(unreached / stepMs));
  const skipped = timeline.slice(reached).some((packets) => packets > 0) ? reached : 0;
  const rows = Object.entries(timelines).map(([reason, row]) => [reason, row.slice(skipped)] as const);
  return {
    from: from + skipped * stepMs,
    stepMs,
    timeline: timeline.slice(skipped),
    timelines: Object.fromEntries(rows),
  };
}

/** The same where the flows reach back only the last few of the window's parts. Undefined where that is no better. */
function fineColumns({ timeline, late }: MergedDrops, { from, to }: Window, unreached: number): Columns | undefined {
  if (late === undefined || unreached === 0) return undefined;
  const reach = to - from - unreached;
  let factor = 1;
  while (reach / (late.stepMs * factor) > mostColumns) factor *= 2;
  const stepMs = late.stepMs * factor;
  const count = Math.max(1, Math.floor(reach / stepMs));
  const fine = lastParts(late.timeline, factor, count);
  if (stepMs * 2 > (to - from) / timeline.length || !fine.some((packets) => packets > 0)) return undefined;
  const rows = Object.entries(late.timelines).map(([reason, row]) => [reason, lastParts(row, factor, count)] as const);
  return { from: to - count * stepMs, stepMs, timeline: fine, timelines: Object.fromEntries(rows) };
}

/** Most packets first; what had a reason beyond those that are told apart is one more. */
function series({
  timeline,
  timelines,
}: Columns): readonly { readonly reason: string; readonly row: readonly number[] }[] {
  const rows = Object.entries(timelines).map(([reason, row]) => ({ reason: reasonText(reason), row }));
  const rest = timeline.map((packets, at) => packets - rows.reduce((sum, { row }) => sum + (row[at] ?? 0), 0));
  const sum = (row: readonly number[]) => row.reduce((total, packets) => total + packets, 0);
  return [
    ...rows.sort((left, right) => sum(right.row) - sum(left.row)),
    ...(sum(rest) > 0 ? [{ reason: "other reasons", row: rest }] : []),
  ];
}

/** Policies that select what was asked about or hit, where they changed in the window. */
function changes(views: Picture["views"], { from, to }: Window): { readonly time: number; readonly label: string }[] {
  const policies = views.flatMap((view) => view.policies.flatMap(({ finding }) => finding.policies));
  const changed = policies.flatMap((policy) => {
    const time = policy.changedAt === null ? Number.NaN : Date.parse(policy.changedAt);
    return time >= from && time <= to ? [{ time, label: `${policyName(policy)} changed` }] : [];
  });
  const seen = new Set<string>();
  return changed
    .filter(({ time, label }) => !seen.has(`${time} ${label}`) && seen.add(`${time} ${label}`))
    .sort((left, right) => left.time - right.time)
    .slice(0, 10);
}
