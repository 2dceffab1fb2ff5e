/**
 * Objects with one version counter over all of them, as etcd has it: every change takes the next version, a bounded log of changes feeds watches and
 * rebuilds earlier states for paged lists, and what has fallen out of the log is gone (410 Expired).
 */
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type KubernetesObject, timestamp } from "./object.ts";
import { type Resource, resourceOfKind } from "./resources.ts";

export interface StoreEvent {
  readonly version: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly resource: Resource;
  /** After the change; for DELETED the last state, with the version of the deletion. */
  readonly object: KubernetesObject;
  /** Null when the object is new. */
  readonly previous: KubernetesObject | null;
}

export interface ObjectStore {
  /** Adds or replaces; returns what is stored. An object equal to the stored one changes nothing and takes no version. */
  upsert(object: KubernetesObject): KubernetesObject;
  /** False when there was none. */
  remove(kind: string, namespace: string, name: string): boolean;
  get(resource: Resource, namespace: string, name: string): KubernetesObject | undefined;
  /** In the order of etcd's keys; as of an earlier version where one is named, null when that is forgotten. */
  list(resource: Resource, version?: number): readonly KubernetesObject[] | null;
  /** Changes after `version`, oldest first; null when some of them are forgotten. */
  since(resource: Resource, version: number): readonly StoreEvent[] | null;
  /** The newest version. */
  version(): number;
  /** The oldest version that can still be continued from. */
  floor(): number;
  /** Forgets every version handed out so far. */
  expire(): void;
  onEvent(listener: (event: StoreEvent) => void): () => void;
}

/** `firstVersion`: nothing is older. `keep`: how many changes are remembered. */
export function createStore(options: {
  readonly firstVersion: number;
  readonly keep: number;
  readonly clock: () => number;
}): ObjectStore {
  const shelves = new Map<Resource, Map<string, KubernetesObject>>();
  const listeners = new Set<(event: StoreEvent) => void>();
  let log: StoreEvent[] = [];
  let version = options.firstVersion;
  let floor = version;

  function shelf(resource: Resource): Map<string, KubernetesObject> {
    const found = shelves.get(resource) ?? new Map<string, KubernetesObject>();
    shelves.set(resource, found);
    return found;
  }

  function record(event: StoreEvent): void {
    log.push(event);
    if (log.length > options.keep) floor = log.shift()?.version ?? floor;
    for (const listener of listeners) listener(event);
  }

  return {
    upsert(given) {
      const resource = resourceFor(given);
      const key = keyOf(given.metadata.namespace ?? "", given.metadata.name);
      const previous = shelf(resource).get(key) ?? null;
      const object = complete(given, previous, options.clock());
      if (previous !== null && isDeepStrictEqual(withVersion(object, 0), withVersion(previous, 0))) return previous;
      version += 1;
      const stored = withVersion(object, version);
      shelf(resource).set(key, stored);
      record({ version, type: previous === null ? "ADDED" : "MODIFIED", resource, object: stored, previous });
      return stored;
    },
    remove(kind, namespace, name) {
      const resource = resourceOfKind(kind);
      const key = keyOf(namespace, name);
      const previous = resource && shelf(resource).get(key);
      if (resource === undefined || previous === undefined) return false;
      version += 1;
      shelf(resource).delete(key);
      record({ version, type: "DELETED", resource, object: withVersion(previous, version), previous });
      return true;
    },
    get: (resource, namespace, name) => shelf(resource).get(keyOf(namespace, name)),
    list(resource, at = version) {
      if (at < floor) return null;
      const state = new Map(shelf(resource));
      for (const event of log.filter((one) => one.resource === resource && one.version > at).reverse()) {
        const key = keyOf(event.object.metadata.namespace ?? "", event.object.metadata.name);
        if (event.previous === null) state.delete(key);
        else state.set(key, event.previous);
      }
      return [...state].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, object]) => object);
    },
    since(resource, from) {
      if (from < floor) return null;
      return log.filter((event) => event.resource === resource && event.version > from);
    },
    version: () => version,
    floor: () => floor,
    expire() {
      log = [];
      version += 1;
      floor = version;
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** etcd's key below the resource's prefix: lists are in its order, and `continue` names it. */
export function keyOf(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

function resourceFor(object: KubernetesObject): Resource {
  const resource = resourceOfKind(object.kind);
  if (resource === undefined) throw new Error(`the lab serves no kind ${object.kind}`);
  if (resource.namespaced !== (object.metadata.namespace !== undefined))
    throw new Error(`${object.kind} ${object.metadata.name} must ${resource.namespaced ? "" : "not "}have a namespace`);
  return resource;
}

/** What the API server fills in. The copy keeps earlier versions safe from whoever holds the object. */
function complete(given: KubernetesObject, previous: KubernetesObject | null, now: number): KubernetesObject {
  const object = structuredClone(given);
  return {
    ...object,
    metadata: {
      ...object.metadata,
      uid: object.metadata.uid ?? previous?.metadata.uid ?? randomUUID(),
      creationTimestamp: object.metadata.creationTimestamp ?? previous?.metadata.creationTimestamp ?? timestamp(now),
    },
  };
}

function withVersion(object: KubernetesObject, version: number): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}
