/**
 * Open watches: each gets the events of its resource that pass its selectors, as lines of JSON, until its time is up, it is cut, or it reads too slowly.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
import type { ServerResponse } from "node:http";
import { presentBookmark, presentObject, type View } from "./api/present.ts";
import type { WatchRequest } from "./api/router.ts";
import { expired, plainStatus, Refusal, type Status } from "./api/status.ts";
import type { KubernetesObject } from "./object.ts";
import type { ObjectStore, StoreEvent } from "./store.ts";

export interface WatchLimits {
  readonly watches: number;
  /** Bytes that may wait for one client before it is cut. */
  readonly buffer: number;
  readonly bookmarkMs: number;
  /** How long a watch lasts at least when the client does not say; up to twice that, as in the real server. */
  readonly defaultMs: number;
}

export interface Watches {
  /** Throws Refusal (429) when there are too many. */
  open(request: WatchRequest, response: ServerResponse): void;
  count(): number;
  /** Breaks every connection, as a restarting API server does. */
  cut(): void;
  /** Tells every watcher that its version is gone, and ends it. */
  expire(): void;
  /** Holds events back; watchers that missed one are cut afterwards, so that they ask again from where they were. */
  pause(paused: boolean): void;
  close(): void;
}

interface Watcher {
  readonly request: WatchRequest;
  readonly response: ServerResponse;
  readonly timeout: NodeJS.Timeout;
  headings: boolean;
  missed: boolean;
}

/** A client that does not read the end of its watch is given up after this. */
const graceMs = 5_000;

export function createWatches(options: {
  readonly store: ObjectStore;
  readonly clock: () => number;
  readonly limits: WatchLimits;
}): Watches {
  const { store, clock, limits } = options;
  const watchers = new Set<Watcher>();
  let paused = false;
  const stopEvents = store.onEvent((event) => {
    for (const watcher of watchers) deliver(watcher, event);
  });
  const bookmarks = setInterval(() => {
    for (const watcher of watchers) bookmark(watcher, false);
  }, limits.bookmarkMs);
  bookmarks.unref();

  function viewOf(watcher: Watcher): View {
    return { ...watcher.request.view, now: clock() };
  }

  function deliver(watcher: Watcher, event: StoreEvent): void {
    const seen = event.resource === watcher.request.view.resource ? asSeen(event, watcher.request) : null;
    if (seen === null) return;
    if (paused) watcher.missed = true;
    else if (watcher.response.writableLength > limits.buffer) drop(watcher);
    else send(watcher, seen.type, seen.object);
  }

  function send(watcher: Watcher, type: StoreEvent["type"], object: KubernetesObject): void {
    write(watcher, { type, object: presentObject(object, viewOf(watcher), watcher.headings) });
    watcher.headings = false;
  }

  function bookmark(watcher: Watcher, initial: boolean): void {
    if (!watcher.request.options.bookmarks || paused) return;
    write(watcher, { type: "BOOKMARK", object: presentBookmark(store.version(), viewOf(watcher), initial) });
  }

  function finish(watcher: Watcher, last?: Status): void {
    if (last !== undefined) write(watcher, { type: "ERROR", object: last });
    forget(watcher);
    watcher.response.end();
    const giveUp = setTimeout(() => watcher.response.destroy(), graceMs);
    watcher.response.once("close", () => clearTimeout(giveUp));
  }

  function drop(watcher: Watcher): void {
    forget(watcher);
    watcher.response.destroy();
  }

  function forget(watcher: Watcher): void {
    clearTimeout(watcher.timeout);
    watchers.delete(watcher);
  }

  function cut(): void {
    for (const watcher of [...watchers]) drop(watcher);
  }

  /** Everything there is now, or the changes since the version asked for. */
  function begin(watcher: Watcher): void {
    const { view, options: asked } = watcher.request;
    if (asked.initialEvents ?? !asked.version) {
      for (const object of store.list(view.resource) ?? [])
        if (isInScope(object, watcher.request)) send(watcher, "ADDED", object);
      if (asked.initialEvents) bookmark(watcher, true);
      return;
    }
    if (!asked.version) return;
    const events = store.since(view.resource, asked.version);
    if (events === null) finish(watcher, expired(`too old resource version: ${asked.version} (${store.floor()})`));
    for (const event of events ?? []) {
      const seen = asSeen(event, watcher.request);
      if (seen !== null) send(watcher, seen.type, seen.object);
    }
  }

  return {
    open(request, response) {
      if (watchers.size >= limits.watches) throw new Refusal(plainStatus(429));
      response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-cache, private" });
      response.flushHeaders();
      const timeout = setTimeout(
        () => {
          if (paused) watcher.missed = true;
          else {
            bookmark(watcher, false);
            finish(watcher);
          }
        },
        durationMs(request, limits),
      );
      const watcher: Watcher = { request, response, timeout, headings: true, missed: false };
      watchers.add(watcher);
      response.once("close", () => forget(watcher));
      begin(watcher);
    },
    count: () => watchers.size,
    cut,
    expire() {
      const gone = expired("The resourceVersion for the provided watch is too old.");
      for (const watcher of [...watchers]) {
        if (paused) watcher.missed = true;
        else finish(watcher, gone);
      }
    },
    pause(hold) {
      paused = hold;
      if (!hold) for (const watcher of [...watchers].filter((one) => one.missed)) drop(watcher);
    },
    close() {
      stopEvents();
      clearInterval(bookmarks);
      cut();
    },
  };
}

/** A change may move an object into or out of what a watcher selects; then it is an addition or a deletion to that watcher. */
function asSeen(event: StoreEvent, request: WatchRequest): Pick<StoreEvent, "type" | "object"> | null {
  const before = event.previous !== null && isInScope(event.previous, request);
  const after = event.type !== "DELETED" && isInScope(event.object, request);
  if (after) return { type: before ? "MODIFIED" : "ADDED", object: event.object };
  if (!before || event.previous === null) return null;
  const metadata = { ...event.previous.metadata, resourceVersion: String(event.version) };
  return { type: "DELETED", object: { ...event.previous, metadata } };
}

function isInScope(object: KubernetesObject, request: WatchRequest): boolean {
  const here = request.namespace === "" || object.metadata.namespace === request.namespace;
  return here && request.options.selects(object);
}

function durationMs(request: WatchRequest, limits: WatchLimits): number {
  const asked = request.options.timeoutSeconds;
  if (asked === undefined || asked === 0) return limits.defaultMs * (1 + Math.random());
  // A timer cannot hold more than 2^31 ms.
  return Math.min(asked * 1000, 2 ** 31 - 1);
}

function write(watcher: Watcher, event: object): void {
  if (!watcher.response.writableEnded && !watcher.response.destroyed)
    watcher.response.write(`${JSON.stringify(event)}\n`);
}
