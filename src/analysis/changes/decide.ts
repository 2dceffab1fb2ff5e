/** Whether what was seen of an object is a change of it, and which. Pure: the same for every watcher that sees the same. */
import type { Change, ChangedObject, PolicySelects } from "./change.ts";
import { diffText } from "./diff.ts";
import type { Tree } from "./tree.ts";
import { changedWords, contentWords } from "./words.ts";
import type { Written } from "./written.ts";
import { visible } from "./yaml.ts";

/** What was known of the object before. */
export interface Known {
  readonly uid: string;
  readonly digest: string;
  readonly gone: boolean;
  /** Null: not kept any more. */
  readonly earlier: Earlier | null;
}

export interface Earlier {
  readonly tree: Tree;
  readonly selects?: PolicySelects | null;
}

export interface Sighting {
  readonly subject: ChangedObject;
  readonly uid: string;
  readonly digest: string;
  readonly tree: Tree;
  readonly selects?: PolicySelects | null;
  readonly written: Written | null;
  readonly createdAt: number | null;
  readonly observedAt: number;
}

export interface Circumstances {
  readonly cluster: string;
  readonly id: string;
  /** Until when this resource was watched without a break; null: it has never been. Epoch milliseconds. */
  readonly watchedUntil: number | null;
}

/** Clocks differ, and times of objects have whole seconds. */
const slackMs = 60_000;
/** How far back an object's own word is taken where nobody has watched yet. */
const recentMs = 24 * 3_600_000;

/** Null: it is no change, or nothing is known of one. */
export function decideSeen(known: Known | null, seen: Sighting, so: Circumstances): Change | null {
  const { subject, tree } = seen;
  const title = titleOf(subject);
  if (known === null || known.gone) {
    const isNew = isPlausible(seen.createdAt, seen.observedAt, so.watchedUntil);
    if (so.watchedUntil === null || !isNew) return unwatched(seen, so);
    const time = { at: seen.createdAt ?? seen.observedAt, after: null, by: seen.written?.by ?? null };
    const what = contentWords(subject.kind, tree);
    return made(seen, so, { action: "created", ...time, what, diff: diffText(title, null, tree) });
  }
  const { earlier } = known;
  const lead = known.uid === seen.uid ? [] : ["deleted and created again"];
  const words = earlier === null ? [unknownBefore] : changedWords(subject.kind, earlier.tree, tree);
  const diff = earlier === null ? "" : diffText(title, earlier.tree, tree);
  const invisible = words.length === 0 && diff === "" ? ["something that is hidden or too long to keep"] : [];
  const what = [...lead, ...words, ...(lead.length === 0 ? invisible : [])];
  const selects = [...(earlier ? [earlier.selects ?? null] : [null]), seen.selects ?? null];
  return made(seen, so, { action: "changed", ...timeOf(seen, so), what, diff, selects });
}

/** `subject` as it was; who deletes is written nowhere. */
export function decideGone(
  known: Known,
  {
    subject,
    observedAt,
    live,
  }: { readonly subject: ChangedObject; readonly observedAt: number; readonly live: boolean },
  so: Circumstances,
): Change {
  const { earlier } = known;
  return {
    ...{ id: so.id, cluster: so.cluster, ...subject, action: "deleted", at: observedAt, observedAt, by: null },
    after: live ? null : so.watchedUntil,
    what: earlier === null ? [] : contentWords(subject.kind, earlier.tree),
    diff: earlier === null ? "" : diffText(titleOf(subject), earlier.tree, null),
    ...(subject.kind === "policy" && { selects: listOrNull([earlier?.selects ?? null]) }),
  };
}

/** The first look at an object: what it says about itself. Only of policies and settings does it matter that they exist. */
function unwatched(seen: Sighting, so: Circumstances): Change | null {
  const { subject, written, createdAt, observedAt, tree } = seen;
  const isRecent = (at: number) => at <= observedAt + slackMs && at >= observedAt - recentMs;
  if (subject.kind === "node") return null;
  if (written !== null && isRecent(written.at) && (createdAt === null || written.at > createdAt + 1_000))
    return made(seen, so, {
      ...{ action: "changed", at: written.at, after: null, by: written.by },
      ...{ what: [unknownBefore], diff: "" },
    });
  if (createdAt === null || !isRecent(createdAt) || subject.kind !== "policy") return null;
  return made(seen, so, {
    ...{ action: "created", at: createdAt, after: null, by: written?.by ?? null },
    ...{ what: contentWords(subject.kind, tree), diff: diffText(titleOf(subject), null, tree) },
  });
}

/** In place of words. */
export const unknownBefore = "what changed is not known";

type Parts = Pick<Change, "action" | "at" | "after" | "by" | "what" | "diff"> & {
  readonly selects?: readonly (PolicySelects | null)[];
};

function made({ subject, selects: now, observedAt }: Sighting, { id, cluster }: Circumstances, parts: Parts): Change {
  const { selects = [now ?? null], ...rest } = parts;
  const isPolicy = subject.kind === "policy";
  return { id, cluster, ...subject, ...rest, observedAt, ...(isPolicy && { selects: listOrNull(selects) }) };
}

function listOrNull(selects: readonly (PolicySelects | null)[]): readonly PolicySelects[] | null {
  const known = selects.filter((one) => one !== null);
  return known.length === selects.length ? known : null;
}

/** The object's own word where it can be that of this change: a write that leaves no trace keeps an older one. */
function timeOf({ written, observedAt }: Sighting, { watchedUntil }: Circumstances) {
  if (written !== null && isPlausible(written.at, observedAt, watchedUntil))
    return { at: Math.min(written.at, observedAt), after: null, by: written.by };
  const isLate = watchedUntil !== null && observedAt - watchedUntil > slackMs;
  return { at: observedAt, after: isLate ? watchedUntil : null, by: null };
}

function isPlausible(at: number | null, observedAt: number, watchedUntil: number | null): boolean {
  if (at === null) return false;
  const from = Math.min(observedAt, watchedUntil ?? observedAt) - slackMs;
  return at >= from && at <= observedAt + slackMs;
}

function titleOf({ object, namespace, name }: ChangedObject): string {
  return visible(`${object} ${namespace === "" ? name : `${namespace}/${name}`}`);
}
