/**
 * Listens to the watches that feed the index and writes down what changed. Objects are read as they arrive and compared one after the other behind that, so that
 * a slow Redis never holds up a watch; while it is away the newest version of each object waits, and what then changed twice is one change.
 */
import type { ChangeKind } from "../../../analysis/changes/change.ts";
import { type Json, record, text } from "../json.ts";
import { pause } from "../pause.ts";
import type { ReflectorPhase } from "../reflector-state.ts";
import type { Resource } from "../resources.ts";
import type { ChangeMemory, Reach } from "./memory.ts";
import { keyOf, kindOfResource, type Seen, sightingOf } from "./sighting.ts";
import { type Gone, type Taking, takeGone, takeSeen } from "./take.ts";

export interface ChangeWatchOptions {
  readonly cluster: string;
  readonly memory: ChangeMemory;
  readonly redact: (text: string) => string;
  readonly now: () => number;
  readonly onProblem?: (error: unknown) => void;
  /** Between two signs of life in the memory, milliseconds. */
  readonly beatMs?: number;
}

export interface ChangeWatch {
  /** The same resource, listened to; as it is where nothing of it counts as a change. */
  observe(resource: Resource): Resource;
  phase(resource: string, phase: ReflectorPhase): void;
  /** Resolves when everything seen so far is written down, or false at the signal. */
  settled(signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

type Waiting =
  | { readonly is: "seen"; readonly seen: Seen; readonly resource: string; readonly listed: boolean }
  | { readonly is: "gone"; readonly gone: Gone; readonly resource: string }
  /** A list is complete: what we know of the resource and is not in it was deleted. */
  | { readonly is: "list"; readonly keys: ReadonlySet<string>; readonly version: string; readonly resource: Resource };

const atOnce = 32;
const [firstWaitMs, longestWaitMs] = [200, 10_000];
/** Of states that wait; a cluster of ten thousand objects has some 20 MB on its first list. What is beyond is seen at the next list. */
const mostWaiting = 50_000;

export function createChangeWatch(options: ChangeWatchOptions): ChangeWatch {
  const { cluster, memory, redact, now, onProblem, beatMs = 15_000 } = options;
  const waiting = new Map<string, Waiting>();
  const heads = new Map<string, string>();
  const phases = new Map<string, ReflectorPhase>();
  /** Lists of these are worked through, so that what is missing is known to be. */
  const complete = new Set<string>();
  let reach: Map<string, Reach> | undefined;
  let working: Promise<void> | undefined;
  let failures = 0;
  const stop = new AbortController();

  /** One place for each object, so that what came later takes the place of what was before it. */
  function put(key: string, one: Waiting): void {
    if (waiting.size >= mostWaiting && !waiting.has(key)) return;
    waiting.delete(key);
    waiting.set(key, one);
    working ??= work().finally(() => {
      working = undefined;
    });
  }

  async function work(): Promise<void> {
    while (waiting.size > 0 && !stop.signal.aborted) {
      try {
        await load();
        await takeSome();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) onProblem?.(error);
        await pause(Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures, 10)), stop.signal);
      }
    }
  }

  /** Once. */
  async function load(): Promise<void> {
    if (reach !== undefined) return;
    for (const [key, head] of await memory.heads(cluster)) heads.set(key, head);
    reach = new Map(await memory.reach(cluster));
  }

  /** Different objects at once; a list after all that stands before it. */
  async function takeSome(): Promise<void> {
    const batch: [string, Waiting][] = [];
    for (const entry of waiting) {
      if (entry[1].is === "list" && batch.length > 0) break;
      batch.push(entry);
      if (entry[1].is === "list" || batch.length >= atOnce) break;
    }
    await Promise.all(batch.map(([, one]) => take(one)));
    for (const [key, one] of batch) if (waiting.get(key) === one) waiting.delete(key);
  }

  function taking(resource: string, live: boolean): Taking {
    const at = now();
    const known = reach?.get(resource);
    // While we watch ourselves, there is no better word than now.
    const watchedUntil = live && known !== undefined ? at : (known?.until ?? null);
    return { cluster, memory, heads, watchedUntil, live, now: at };
  }

  async function take(one: Waiting): Promise<void> {
    switch (one.is) {
      case "seen":
        return await takeSeen(one.seen, taking(one.resource, !one.listed));
      case "gone":
        return await takeGone(one.gone, taking(one.resource, true));
      case "list": {
        const { kind, name } = one.resource;
        const lost = [...heads.keys()].filter((key) => key.startsWith(`${kind}/`) && !one.keys.has(key));
        for (const key of lost) await takeGone({ key, version: one.version, observedAt: now() }, taking(name, false));
        complete.add(name);
        await beat(name);
      }
    }
  }

  async function beat(resource: string): Promise<void> {
    const at = now();
    await memory.watched(cluster, resource, at);
    const before = reach?.get(resource);
    reach?.set(resource, { since: before?.since ?? at, gaps: before?.gaps ?? [], until: at });
  }

  async function beatAll(): Promise<void> {
    if (waiting.size > 0) return;
    for (const resource of complete) if (phases.get(resource) === "synced") await beat(resource);
  }
  const beating = setInterval(() => {
    beatAll().catch(() => undefined); // Redis is away: the next one says it
  }, beatMs);
  beating.unref();

  function listen(resource: Resource, kind: ChangeKind): Resource {
    const { table, name } = resource;
    const see = (object: Json) => {
      const seen = sightingOf(resource, kind, object, { redact, now: now() });
      const listed = phases.get(name) !== "synced" || !complete.has(name);
      if (seen !== null) put(seen.key, { is: "seen", seen, resource: name, listed });
    };
    return {
      ...resource,
      metadataOnly: kind === "namespace",
      table: {
        ...table,
        upsert(object) {
          see(object);
          return table.upsert(object);
        },
        remove(key, last) {
          if (last !== undefined) bury(name, resource.kind, last);
          table.remove(key);
        },
        listed(keys, version) {
          const ours = new Set([...keys].map((key) => keyOfTable(resource.kind, key)));
          put(`list ${name}`, { is: "list", keys: ours, version, resource });
        },
      },
    };
  }

  function bury(resource: string, object: string, last: Json): void {
    const metadata = record(last["metadata"]);
    const [namespace, name] = [text(metadata["namespace"]), text(metadata["name"])];
    const key = keyOf({ object, namespace, name });
    const gone = { key, version: text(metadata["resourceVersion"]), observedAt: now() };
    put(key, { is: "gone", gone, resource });
  }

  return {
    observe(resource) {
      const kind = kindOfResource(resource);
      return kind === undefined ? resource : listen(resource, kind);
    },
    phase: (resource, phase) => void phases.set(resource, phase),
    async settled(signal) {
      while (working !== undefined && !signal.aborted) await Promise.race([working, pause(1_000, signal)]);
      return waiting.size === 0;
    },
    async close() {
      clearInterval(beating);
      stop.abort();
      await working;
    },
  };
}

/** The table's key (`default/rule1`, `Kind/default/rule1`, `node-1`) as ours. */
function keyOfTable(kind: string, key: string): string {
  const bare = key.startsWith(`${kind}/`) ? key.slice(kind.length + 1) : key;
  const [first = "", second] = bare.split("/");
  return keyOf({ object: kind, namespace: second === undefined ? "" : first, name: second ?? first });
}
