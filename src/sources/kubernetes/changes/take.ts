/** One sighting against what all watchers know: written as the newest version, with the change where it is one. Whoever comes second finds it done. */
import type { Change } from "../../../analysis/changes/change.ts";
import {
  type Circumstances,
  decideGone,
  decideSeen,
  type Earlier,
  type Known,
} from "../../../analysis/changes/decide.ts";
import { digestOf, type Head, isNewer, pack, readHead, unpack, writeHead } from "./head.ts";
import type { ChangeMemory } from "./memory.ts";
import { type Seen, subjectOfKey } from "./sighting.ts";

export interface Taking {
  readonly cluster: string;
  readonly memory: ChangeMemory;
  /** What this process knows of the heads; others may be ahead. */
  readonly heads: Map<string, string>;
  readonly watchedUntil: number | null;
  /** By a watch, not by comparing lists. */
  readonly live: boolean;
  readonly now: number;
}

export interface Gone {
  readonly key: string;
  /** Of the deletion, or of the list that lacks it. */
  readonly version: string;
  readonly observedAt: number;
}

/** Others write an object's head between reading and writing only now and then. */
const mostTries = 8;

/** Rejects when Redis does. */
export async function takeSeen(seen: Seen, taking: Taking): Promise<void> {
  await attempt(seen.key, taking, async (before) => {
    const { uid, version, digest } = seen;
    if (before !== undefined && !isNewer(version, before.version)) return undefined;
    if (before?.digest === digest && before.uid === uid && !before.gone) return undefined;
    const known = before === undefined ? null : await knownOf(before, seen.key, taking);
    const { tree, selects } = seen;
    const earlier: Earlier = { tree, ...(selects !== undefined && { selects }) };
    return {
      head: { uid, version, digest },
      earlier,
      change: decideSeen(known, seen, circumstances(`${uid} ${version}`, taking)),
    };
  });
}

export async function takeGone({ key, version, observedAt }: Gone, taking: Taking): Promise<void> {
  await attempt(key, taking, async (before) => {
    const subject = subjectOfKey(key);
    if (before === undefined || before.gone || subject === null || !isNewer(version, before.version)) return undefined;
    const known = await knownOf(before, key, taking);
    const so = circumstances(`${before.uid} deleted`, taking);
    return {
      head: { uid: before.uid, version, digest: "", gone: true },
      earlier: null,
      change: decideGone(known, { subject, observedAt, live: taking.live }, so),
    };
  });
}

interface Next {
  readonly head: Head;
  readonly earlier: Earlier | null;
  readonly change: Change | null;
}

async function attempt(
  key: string,
  { cluster, memory, heads, now }: Taking,
  next: (before: Head | undefined) => Promise<Next | undefined>,
): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const expected = heads.get(key) ?? "";
    const found = await next(readHead(expected));
    if (found === undefined) return;
    const { change } = found;
    const head = writeHead(found.head);
    const there = await memory.commit(cluster, {
      ...{ key, expected, head, gone: found.head.gone === true, now },
      text: found.earlier === null ? null : pack(found.earlier),
      ...(change !== null && { change: { id: change.id, kind: change.kind, at: change.at, body: pack(change) } }),
    });
    heads.set(key, there ?? head);
    if (there === null) return;
  }
}

async function knownOf({ uid, digest, gone = false }: Head, key: string, taking: Taking): Promise<Known> {
  const text = gone ? null : await taking.memory.text(taking.cluster, key);
  return { uid, digest, gone, earlier: text === null ? null : unpack<Earlier>(text) };
}

function circumstances(what: string, { cluster, watchedUntil }: Taking): Circumstances {
  return { cluster, id: digestOf(`${cluster} ${what}`), watchedUntil };
}
