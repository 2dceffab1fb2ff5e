/** When nobody watched what Kubernetes changes: what changed then is found afterwards, but only how it came out. */
import { localText } from "../../../analysis/calendar/text.ts";
import { counted, listed } from "../../../analysis/counted.ts";
import { digestTimes } from "../../../analysis/digest/windows.ts";
import type { Window } from "../../../analysis/select.ts";
import type { ChangesFinding } from "../../../sources/question.ts";
import { kindsText } from "../../changes/words.ts";
import type { DigestContext } from "../context.ts";

export interface Unwatched {
  readonly text: string;
  /** Of the digest's time. */
  readonly share: number;
}

type Watched = ChangesFinding["watched"][number];

/** Gaps whose ends differ by less are one: a watcher's streams do not begin again all at once. */
const nearMs = 120_000;
const shown = 2;

/** A sentence for kinds that are watched only since a while, and one for the times in between. */
export function unwatchedTexts(watched: readonly Watched[], context: DigestContext): Unwatched[] {
  const { window } = digestTimes(context.askedAt, context.span, context.zone);
  const young = watched.filter(({ since }) => since === null || since > window.from);
  const gaps = gapsIn(watched, window);
  return [
    ...(young.length > 0
      ? [
          {
            text: `Changes of ${listed(kindsText(young.map(({ kind }) => kind)))} were not watched all the time.`,
            share: 0,
          },
        ]
      : []),
    ...(gaps.length > 0
      ? [
          {
            text: `Changes ${whichText(watched, gaps)}${whenText(gaps, context)} were not watched: of those only how they came out is known.`,
            share: gaps.reduce((sum, { from, to }) => sum + to - from, 0) / (window.to - window.from),
          },
        ]
      : []),
  ];
}

interface Gap extends Window {
  readonly kinds: readonly Watched["kind"][];
}

/** Newest first, within the window, those of several kinds as one. */
function gapsIn(watched: readonly Watched[], { from, to }: Window): Gap[] {
  const all = watched.flatMap(({ kind, gaps }) =>
    gaps
      .map((gap) => ({ from: Math.max(gap.from, from), to: Math.min(gap.to, to), kinds: [kind] }))
      .filter((gap) => gap.to > gap.from),
  );
  const joined: Gap[] = [];
  for (const gap of all.sort((one, other) => other.to - one.to)) {
    const at = joined.findIndex((one) => Math.abs(one.to - gap.to) < nearMs && Math.abs(one.from - gap.from) < nearMs);
    const known = joined[at];
    if (known === undefined) joined.push(gap);
    else
      joined[at] = {
        from: Math.min(known.from, gap.from),
        to: Math.max(known.to, gap.to),
        kinds: [...new Set([...known.kinds, ...gap.kinds])],
      };
  }
  return joined;
}

/** "" for all that are watched. */
function whichText(watched: readonly Watched[], gaps: readonly Gap[]): string {
  const kinds = watched.map(({ kind }) => kind).filter((kind) => gaps.some((gap) => gap.kinds.includes(kind)));
  return kinds.length === watched.length ? "" : `of ${listed(kindsText(kinds))} `;
}

/** `between 01:10 and 05:40 UTC, and 2 earlier times`; with the day for a week. */
function whenText(gaps: readonly Gap[], { zone, span }: Pick<DigestContext, "zone" | "span">): string {
  const moment = (at: number) => (span === "week" ? localText(at, zone) : localText(at, zone).slice(-5));
  const times = gaps.slice(0, shown).map(({ from, to }) => `between ${moment(from)} and ${moment(to)}`);
  const more = gaps.length - times.length;
  return `${listed([...times, ...(more > 0 ? [counted(more, "earlier time")] : [])])} ${zone}`;
}
