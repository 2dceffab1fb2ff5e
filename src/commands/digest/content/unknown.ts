/** What a digest could not know, a sentence each: what it asked for in vain, and what it was not told all of. */

import { localDay } from "../../../analysis/calendar/schedule.ts";
import { dayText } from "../../../analysis/calendar/text.ts";
import { counted, listed, numberText } from "../../../analysis/counted.ts";
import { areMatchesKnown, unmatchedMs } from "../../../analysis/digest/policies.ts";
import { halfObserved, observedShare, wellObserved } from "../../../analysis/digest/traffic.ts";
import { digestTimes } from "../../../analysis/digest/windows.ts";
import { cutEnd } from "../../../message/plain.ts";
import type { EdgesFinding } from "../../../sources/question.ts";
import { troubleText } from "../../drops/notes.ts";
import type { DigestContext } from "../context.ts";
import type { ClusterFacts } from "./gather.ts";
import { httpUnknown } from "./http-unknown.ts";
import { panels as asked } from "./questions.ts";
import { unwatchedTexts } from "./unwatched.ts";
import { earlierText, shareText } from "./words.ts";

export interface Unknown {
  readonly text: string;
  /** It makes the whole digest less sure; else it is so every day. */
  readonly loud: boolean;
}

const longest = 320;
const mostKnown = 24;
const mostNamed = 3;

export function unknownOf(context: DigestContext, clusters: readonly ClusterFacts[]): Unknown[] {
  const all = clusters.flatMap((facts) =>
    [
      ...troubles(facts),
      ...facts.uncounted.slice(0, 2).map(loud),
      ...blindSpots(facts, context),
      ...lacks(facts, context),
    ].map((one) => ({ ...one, cluster: facts.cluster })),
  );
  // The same trouble of several questions is as loud as the loudest of them, and of several clusters one sentence.
  const distinct = new Map<string, Unknown & { readonly of: ReadonlySet<string> }>();
  for (const { text, loud, cluster } of all) {
    const known = distinct.get(text);
    distinct.set(text, { text, loud: loud || known?.loud === true, of: new Set([...(known?.of ?? []), cluster]) });
  }
  return [...distinct.values()]
    .map(({ text, loud, of }) => ({ text: cutEnd(`${leadText([...of], clusters.length)}${text}`, longest), loud }))
    .sort((one, other) => Number(other.loud) - Number(one.loud))
    .slice(0, mostKnown);
}

/** `prod-eu and prod-us: `; "" for all of them. */
function leadText(names: readonly string[], all: number): string {
  if (names.length === all) return "";
  const shown =
    names.length > mostNamed
      ? [...names.slice(0, mostNamed), counted(names.length - mostNamed, "other cluster")]
      : names;
  return `${listed(shown.map((name) => cutEnd(name, 60)))}: `;
}

/** `Flows were followed 48% of the time (97% the day before).` The least of all clusters; undefined where nobody told. */
export function observedText(context: DigestContext, clusters: readonly ClusterFacts[]): string | undefined {
  const known = clusters.flatMap(({ traffic }) => (traffic === undefined ? [] : [traffic]));
  if (known.length === 0) return undefined;
  const least = (of: "drops" | "openings", when: "now" | "before") =>
    Math.min(...known.map((traffic) => observedShare(traffic[when], of)));
  const said = (of: "drops" | "openings") =>
    `${shareText(least(of, "now"))} of the time (${earlierText(context)} ${shareText(least(of, "before"))})`;
  const [drops, openings] = [said("drops"), said("openings")];
  return drops === openings
    ? `Traffic was observed ${drops}.`
    : `Drops were observed ${drops}, connections ${openings}.`;
}

/** One sentence for what a source says of several questions. */
function troubles({ troubles }: ClusterFacts): Unknown[] {
  return troubles.map((trouble) => {
    // Sketches are not Relay's, and a digest without them is half of one.
    const isSketch = trouble.question.ask === "edges";
    const isOff = isSketch && trouble.error.code === "NOT_CONFIGURED";
    const text = isOff ? trouble.error.say : troubleText(trouble);
    // Without the week's picture the day is told all the same.
    const isPicture = trouble.question.ask === "panel" && trouble.question.panel === asked.drops;
    return { text, loud: isSketch || (trouble.status !== "skipped" && !isPicture) };
  });
}

function blindSpots({ traffic }: ClusterFacts, context: DigestContext): Unknown[] {
  if (traffic === undefined) return [];
  const { now, before, history, days } = traffic;
  const shares = { drops: observedShare(now, "drops"), openings: observedShare(now, "openings") };
  const then = observedShare(before, "openings");
  const first = isFirst(traffic);
  return [
    ...(shares.drops < wellObserved
      ? [loud(`Drops were observed ${shareText(shares.drops)} of the time: there may have been more.`)]
      : []),
    ...(shares.openings < wellObserved ? [loud(openingsText(shares.openings))] : []),
    ...(first
      ? [loud("This is the first time: there is nothing yet to compare traffic with.")]
      : then < halfObserved && days.every((day) => observedShare(day, "openings") < halfObserved)
        ? [
            loud(
              `Connections were observed ${shareText(then)} of the time ${earlierText(context)}: which are new is not known.`,
            ),
          ]
        : []),
    ...(history.dropsFrom === null && !first ? [said("Which pairs were never dropped before is not known yet.")] : []),
    ...(now.folded > 0
      ? [
          said(
            `There was more traffic than is kept apart: ${counted(now.folded, "count")} of the rarest edges have no name.`,
          ),
        ]
      : []),
    ...(now.unreadable + before.unreadable > 0
      ? [said(`${counted(now.unreadable + before.unreadable, "hour")} of what was kept could not be read.`)]
      : []),
  ];
}

function openingsText(share: number): string {
  const lead = `Connections were observed ${shareText(share)} of the time: `;
  if (share === 0) return `${lead}new and vanished ones are not known.`;
  return share < halfObserved
    ? `${lead}what is not seen is not taken for gone.`
    : `${lead}vanished ones are not listed, and new ones may be missing.`;
}

/** What these clusters never tell, or do not tell yet. */
function lacks(
  { traffic, whole, counters, changes, policies, panels }: ClusterFacts,
  context: DigestContext,
): Unknown[] {
  const { askedAt, span, zone } = context;
  const { to } = digestTimes(askedAt, span, zone).window;
  const since = traffic?.policies.since ?? null;
  const isYoung = since === null || since > to - unmatchedMs;
  const unwatched = unwatchedTexts(changes?.watched ?? [], context);
  // How the cluster is set up is not something that it lacks.
  const notes = [...(changes?.notes ?? []), ...(policies?.notes ?? [])].filter(
    (note) => !note.startsWith("Policy enforcement: "),
  );
  const unseen = policies?.folded ?? 0;
  const isPartly = whole && counters.now !== null && !counters.whole;
  const unknownBefore = whole && counters.now !== null && counters.before === null;
  return [
    ...(isPartly ? [said("The agents' counters do not cover all of the time.")] : []),
    ...(unknownBefore ? [said(`What the agents counted ${earlierText(context)} is not known.`)] : []),
    ...(traffic !== undefined && isYoung
      ? [
          said(
            `Which policies match nothing is known after 14 days that were watched without a gap${since === null ? "" : `; they began on ${dayText(localDay(since, zone))}`}.`,
          ),
        ]
      : []),
    ...(traffic !== undefined && !isYoung && !areMatchesKnown(traffic.policies, to)
      ? [said("There are too many policies to tell which match nothing.")]
      : []),
    ...unwatched.map(({ text, share }) => ({ text, loud: share > 1 - wellObserved })),
    ...httpUnknown(panels, context),
    ...((changes?.folded ?? 0) > 0 ? [said(`${numberText(changes?.folded ?? 0)} more changes are not listed.`)] : []),
    ...(unseen > 0
      ? [said(`There are too many policies: ${numberText(unseen)} ${unseen === 1 ? "was" : "were"} not looked at.`)]
      : []),
    ...notes.map(said),
    ...[...panels.values()].flatMap(({ cannot, quiet }) => (cannot === null || quiet ? [] : [said(cannot)])),
  ];
}

/** Nothing was kept before the window. */
export function isFirst({ now, before, days, history }: EdgesFinding): boolean {
  const isOld = history.from !== null && history.from < now.window.from;
  return before.sketched === 0 && days.every(({ sketched }) => sketched === 0) && !isOld;
}

function loud(text: string): Unknown {
  return { text, loud: true };
}

function said(text: string): Unknown {
  return { text, loud: false };
}
