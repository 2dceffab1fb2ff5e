/** The small print: what was watched since when, what could not be read, what may be seen. */
import { changeKinds } from "../../analysis/changes/change.ts";
import { counted, listed } from "../../analysis/counted.ts";
import type { Window } from "../../analysis/select.ts";
import { clockText, rangeText } from "../../analysis/time.ts";
import type { Block } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { WatchedKind } from "../../sources/question.ts";
import { troubleText } from "../drops/notes.ts";
import type { ChangesArgs } from "./args.ts";
import type { ChangesView } from "./gather.ts";
import { kindsText } from "./words.ts";

type Note = Extract<Block, { kind: "note" }>;

const longestNote = 300;

/** Somebody watched for less than all of the window. */
export function unwatched(views: readonly ChangesView[], window: Window): boolean {
  return views.some(({ found }) => found?.watched.some(({ since }) => since === null || since > window.from));
}

export function noteBlocks(args: ChangesArgs, views: readonly ChangesView[], window: Window): Block[] {
  return views.flatMap((view): Note[] => {
    const lead = views.length > 1 ? `${view.cluster}: ` : "";
    const notes = [
      ...view.troubles.map((trouble) => troubleOf(trouble)).filter((text) => text !== ""),
      ...(view.found?.notes ?? []),
      ...(view.found?.resolution?.status === "unresolved"
        ? [`All changes are listed, because the target could not be looked up: ${view.found.resolution.because}`]
        : []),
    ];
    return [
      ...watchedNotes(view, window).map((text): Note => ({ kind: "note", text: `${lead}${text}` })),
      ...gapNotes(view, window).map((text): Note => ({ kind: "note", tone: "warn", text: `${lead}${text}` })),
      ...[...new Set(notes)]
        .slice(0, 6)
        .map((text): Note => ({ kind: "note", tone: "warn", text: cutEnd(`${lead}${text}`, longestNote) })),
      ...scopeNotes(view).map((text): Note => ({ kind: "note", text: `${lead}${text}` })),
      ...(args.target === null || view.found === undefined
        ? []
        : [{ kind: "note", text: `${lead}${concerns}` } as const]),
    ];
  });
}

const concerns =
  "Listed is what concerns the target: policies that select it or did, its workload, labels of its namespace, the nodes of its pods, Cilium's settings.";

/** Flows are only for the line about the first drop. */
function troubleOf(trouble: ChangesView["troubles"][number]): string {
  if (trouble.question.source === "hubble")
    return trouble.status === "skipped" ? "" : `${troubleText(trouble)} When drops began is not known.`;
  return troubleText(trouble);
}

/** `Watched since 09:58:12 UTC: policies, nodes. …` */
function watchedNotes({ found }: ChangesView, { to }: Window): string[] {
  if (found === undefined) return [];
  const groups: { readonly at: number; readonly kinds: WatchedKind["kind"][] }[] = [];
  const none: WatchedKind["kind"][] = [];
  for (const { kind, since } of [...found.watched].sort((left, right) => (right.since ?? 0) - (left.since ?? 0))) {
    // Watches begin one after the other: the last to begin speaks for those of the same minute.
    const group = since === null ? undefined : groups.find(({ at }) => at - since < 60_000);
    if (since === null) none.push(kind);
    else if (group) group.kinds.push(kind);
    else groups.push({ at: since, kinds: [kind] });
  }
  const parts = groups.map(({ at, kinds }) => `${listed(kindsText(inOrder(kinds)))} since ${clockText(at, to)} UTC`);
  const late = found.watched.some(({ since }) => since !== null && since > to - 7 * 24 * 3_600_000);
  return [
    ...(parts.length > 0
      ? [`Watched: ${parts.join("; ")}.${late ? " Before that only what objects say themselves is known." : ""}`]
      : []),
    ...(none.length > 0 ? [`Not watched: ${listed(kindsText(none))}.`] : []),
  ];
}

function inOrder(kinds: readonly WatchedKind["kind"][]): WatchedKind["kind"][] {
  return changeKinds.filter((kind) => kinds.includes(kind));
}

function gapNotes({ found }: ChangesView, { from, to }: Window): string[] {
  const gaps = (found?.watched ?? []).flatMap((one) => one.gaps).filter((gap) => gap.to > from);
  const [newest] = gaps.sort((left, right) => right.to - left.to);
  if (newest === undefined) return [];
  const apart = gaps.filter((gap, at) => gaps.findIndex((one) => Math.abs(one.to - gap.to) < 60_000) === at).length;
  const more = apart > 1 ? `, and ${counted(apart - 1, "earlier time")}` : "";
  const when = `${rangeText(newest, to)} UTC`;
  return [`Nobody watched from ${when}${more}: what changed twice then is listed once.`];
}

function scopeNotes({ visible }: ChangesView): string[] {
  if (visible === undefined) return [];
  if (visible.length === 0) return ["No namespaces are shown here."];
  const names = visible.slice(0, 5).map((name) => cutEnd(name, 63));
  const word = visible.length === 1 ? "namespace" : "namespaces";
  const more = visible.length > 5 ? " and more" : "";
  return [`Only ${word} ${listed(names)}${more}, nodes and cluster-wide policies are shown here.`];
}
