/** The changes that are kept, narrowed to what was asked and may be seen → the finding. */
import { type Change, type ChangeKind, kindOfObject } from "../../../analysis/changes/change.ts";
import { managerText } from "../../../analysis/changes/written.ts";
import type { Resolution } from "../../../analysis/target.ts";
import { rfc3339 } from "../../../analysis/time.ts";
import type { ChangesFinding, ChangesQuestion, Running, WatchedKind } from "../../question.ts";
import type { ClusterIndex } from "../cluster-index.ts";
import type { Resource } from "../resources.ts";
import { concerning } from "./concerns.ts";
import { unpack } from "./head.ts";
import type { ChangeMemory, Reach } from "./memory.ts";

/** In the finding. The file has more. */
const most = { changes: 60, diffs: 8, read: 800, fileBytes: 1024 * 1024 } as const;

export interface ChangesAsked {
  readonly question: ChangesQuestion;
  readonly resolution: Resolution | null;
  /** What may be seen of the cluster. */
  readonly index: ClusterIndex;
  readonly memory: ChangeMemory;
  readonly resources: readonly Resource[];
  readonly notes: readonly string[];
  readonly keep: Running["keep"] | undefined;
}

export async function changesFinding(asked: ChangesAsked): Promise<ChangesFinding> {
  const { question, resolution, index, memory, resources, notes } = asked;
  const { cluster, kinds, since, until, visible } = question;
  const reach = await memory.reach(cluster);
  const watched = kinds.map((kind) => watchedKind(kind, resources, reach));
  const concerns = concerning(index, resolution);
  const base = { ask: "changes", resolution, watched, notes } as const;
  if (concerns === null) return { ...base, changes: null, folded: 0, file: null };
  const packed = await Promise.all(kinds.map((kind) => memory.changes(cluster, kind, since, most.read)));
  const found = packed
    .flat()
    .flatMap((body) => unpack<Change>(body) ?? [])
    .filter((change) => change.at >= since && change.at < until && isSeen(change, visible) && concerns(change))
    .sort((left, right) => right.at - left.at || (left.id < right.id ? -1 : 1));
  return {
    ...base,
    changes: found.slice(0, most.changes).map((change, at) => shown(change, at)),
    folded: Math.max(0, found.length - most.changes),
    file: await keepFile(found, question, asked.keep),
  };
}

/** Nodes and cluster-wide policies belong to nobody; a namespace is its own. */
function isSeen({ kind, namespace, name }: Change, visible: readonly string[] | undefined): boolean {
  if (visible === undefined) return true;
  const place = kind === "namespace" ? name : namespace;
  return place === "" || visible.includes(place);
}

function shown({ selects: _selects, ...change }: Change, at: number): Change {
  return at < most.diffs ? change : { ...change, diff: "" };
}

/** A kind is watched since the last of its resources is; what the cluster does not have does not count. */
function watchedKind(kind: ChangeKind, resources: readonly Resource[], reach: ReadonlyMap<string, Reach>): WatchedKind {
  const found = resources.flatMap(({ kind: object, name }) =>
    kindOfObject.get(object) === kind ? (reach.get(name) ?? []) : [],
  );
  const gaps = found.flatMap((one) => one.gaps).sort((left, right) => right.to - left.to);
  const [newest] = gaps;
  return {
    kind,
    since: found.length === 0 ? null : Math.max(...found.map(({ since }) => since)),
    gaps: newest === undefined ? [] : gaps.filter(({ to }, at) => gaps.findIndex((one) => near(one.to, to)) === at),
  };
}

/** The resources of a kind stop and start together. */
function near(left: number, right: number): boolean {
  return Math.abs(left - right) < 60_000;
}

/** Null where there is nothing to keep, or nowhere: the answer has the newest diff as well. */
async function keepFile(
  changes: readonly Change[],
  { name }: ChangesQuestion,
  keep: Running["keep"] | undefined,
): Promise<ChangesFinding["file"]> {
  const parts: string[] = [];
  let room: number = most.fileBytes;
  for (const change of changes.filter(({ diff }) => diff !== "")) {
    const part = `${headingOf(change)}\n${change.diff}\n`;
    room -= Buffer.byteLength(part) + 1;
    if (room < 0) break;
    parts.push(part);
  }
  if (parts.length === 0 || keep === undefined) return null;
  const known = { name, type: "text/plain; charset=utf-8" } as const;
  const body = Buffer.from(parts.join("\n"));
  try {
    return { id: await keep({ ...known, body }), ...known, bytes: body.length };
  } catch {
    return null;
  }
}

function headingOf({ at, after, object, namespace, name, action, by }: Change): string {
  const when = after === null ? rfc3339(at) : `between ${rfc3339(after)} and ${rfc3339(at)}`;
  const what = `${object} ${namespace === "" ? name : `${namespace}/${name}`}`;
  return `# ${when} ${what} ${action} by ${managerText(by)}`.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
}
