/**
 * Keeps one resource's table equal to the server's: list in pages, watch from there, list again when the version is gone (410).
 *
 * Why not the informer of @kubernetes/client-node 1.4 (cache.js, watch.js): it stops for good at the first error that is no 410, its watch has no deadline
 * (the signal of 30 s is overwritten in the next line) and no idle check, so a connection that a load balancer forgot hangs for ever; it asks for no bookmarks,
 * lists in one piece, swallows broken events, and keeps every object whole.
 */
import type { BotError } from "../../errors.ts";
import { listPage, StatusError, type WatchEvent, watch } from "./api.ts";
import type { Connection } from "./connection.ts";
import { record, text } from "./json.ts";
import { pause } from "./pause.ts";
import { type ReflectorPhase, type ReflectorState, type ReflectorTiming, toProblem } from "./reflector-state.ts";
import type { Resource } from "./resources.ts";

export interface Reflector {
  readonly resource: Resource;
  state(): ReflectorState;
  /** Stops and waits for the end. */
  close(): Promise<void>;
}

const pageSize = 500;

export function startReflector(options: {
  readonly connection: Connection;
  readonly resource: Resource;
  readonly timing: ReflectorTiming;
  readonly now: () => number;
  readonly onState: (resource: Resource, state: ReflectorState) => void;
}): Reflector {
  const { connection, resource, timing, now } = options;
  const { metadataOnly, olderPath, only, table } = resource;
  const which = only === undefined ? {} : { fieldSelector: `metadata.name=${only}` };
  const stop = new AbortController();
  let state: ReflectorState = { phase: "listing", since: now(), problem: null };
  /** Where the next watch continues; "" asks for a new list. */
  let version = "";
  let { path } = resource;
  let failures = 0;
  /** Listing is allowed, watching is not: then the list is read again and again. */
  let unwatched: BotError | null = null;

  function enter(phase: ReflectorPhase, problem: BotError | null): void {
    const changed = phase !== state.phase || problem?.message !== state.problem?.message;
    state = { phase, since: phase === state.phase ? state.since : now(), problem };
    if (changed) options.onState(resource, state);
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        if (version === "") {
          version = await readList();
          enter("synced", unwatched);
        }
        await follow();
      } catch (thrown) {
        if (!stop.signal.aborted) await recover(thrown);
      }
    }
  }

  async function readList(): Promise<string> {
    const seen = new Set<string>();
    let next = "";
    let found = "";
    do {
      const page = await listPage(connection, {
        path,
        query: { limit: String(pageSize), ...which, ...(next !== "" && { continue: next }) },
        metadataOnly,
        signal: AbortSignal.any([stop.signal, AbortSignal.timeout(timing.listMs)]),
      });
      for (const item of page.items) seen.add(table.upsert(item) ?? "");
      next = page.continue;
      found = page.version;
    } while (next !== "");
    for (const key of [...table.keys()]) if (!seen.has(key)) table.remove(key);
    table.listed?.(seen, found || "0");
    return found || "0";
  }

  /** One watch. One that ends at once without a word is a failure: asking again without a pause would be a loop at full speed. */
  async function follow(): Promise<void> {
    let openedAt = Number.POSITIVE_INFINITY;
    let worked = false;
    const query = {
      ...which,
      watch: "true",
      resourceVersion: version,
      allowWatchBookmarks: "true",
      timeoutSeconds: String(Math.round(timing.watchSeconds * (0.8 + 0.4 * Math.random()))),
    };
    const open = () => {
      openedAt = performance.now();
      unwatched = null;
      enter("synced", null);
    };
    const event = (one: WatchEvent) => {
      apply(one);
      worked = true;
    };
    try {
      const request = { path, query, metadataOnly, signal: stop.signal, idleMs: timing.idleMs };
      await watch(connection, request, { open, event });
    } finally {
      worked ||= performance.now() - openedAt >= Math.min(1_000, timing.idleMs / 2);
      if (worked) failures = 0;
    }
    if (!worked) throw new StatusError(0, "the watch ended at once");
  }

  function apply({ type, object }: WatchEvent): void {
    if (type === "ERROR") throw new StatusError(Number(object["code"]) || 0, text(object["message"]));
    if (type === "ADDED" || type === "MODIFIED") table.upsert(object);
    if (type === "DELETED") table.remove(table.keyOf(object) ?? "", object);
    version = text(record(object["metadata"])["resourceVersion"]) || version;
  }

  async function recover(thrown: unknown): Promise<void> {
    const status = thrown instanceof StatusError ? thrown.status : -1;
    const problem = toProblem(thrown, only === undefined ? resource.name : `${resource.name} (${only})`);
    failures += 1;
    if (status === 403 || status === 404) return await giveWay(status, problem);
    // A broken stream is taken up where it stopped; when that fails time and again everything is read anew.
    if (status === 410 || failures >= 5) version = "";
    const isQuiet = status === 410 || (failures === 1 && problem.code === "TIMEOUT");
    if (!isQuiet) enter(state.phase === "synced" ? "stale" : state.phase, problem);
    await backOff(thrown instanceof StatusError ? thrown.retryAfterMs : 0);
  }

  async function giveWay(status: 403 | 404, problem: BotError): Promise<void> {
    if (status === 404 && olderPath !== undefined) {
      const wasOlder = path === olderPath;
      path = wasOlder ? resource.path : olderPath;
      version = "";
      if (!wasOlder) return;
    }
    if (status === 404) for (const key of [...table.keys()]) table.remove(key);
    unwatched = status === 403 && version !== "" ? problem : null;
    if (unwatched !== null) enter("synced", unwatched);
    else enter(status === 404 ? "absent" : "forbidden", problem);
    version = "";
    await backOff(timing.retryAbsentMs);
  }

  /** At least `least` milliseconds, at least the backoff; cut short by the end. */
  function backOff(least: number): Promise<void> {
    const backoff = Math.min(timing.maxBackoffMs, timing.backoffMs * 2 ** Math.min(failures - 1, 10));
    return pause(Math.max(least, backoff * (0.75 + 0.5 * Math.random())), stop.signal);
  }

  const running = run();
  return {
    resource,
    state: () => state,
    async close() {
      stop.abort();
      await running;
    },
  };
}
