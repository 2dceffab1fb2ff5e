/**
 * Hourly sketches of a cluster's traffic, kept by whoever leads its recording: refused flows come from the recording's own stream, connection openings from a second one. What
 * happens is gathered in memory and written every half a minute, whole hours over what is there, so a leader that dies loses half a minute, which then is not said to be observed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { WorkloadOf } from "../analysis/endpoint-name.ts";
import type { Flow } from "../analysis/flow.ts";
import type { Redaction } from "../analysis/redact.ts";
import { type DaySketch, emptyDay, joinDays, withHour } from "../analysis/sketch/day.ts";
import { createEdgeReader } from "../analysis/sketch/edge-of.ts";
import { createEdgeSketch, type EdgeSketch } from "../analysis/sketch/edge-sketch.ts";
import { dayMs, type HourObserved, hourMs } from "../analysis/sketch/hour.ts";
import type { Lease } from "../store/recording.ts";
import type { SketchStore } from "../store/sketches.ts";
import { packDay, packHour, unpackDay, unpackHour } from "./edges-payload.ts";

export interface EdgesOptions {
  /** What the sketches of one day may take in Redis. */
  readonly mostBytesPerDay: number;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
  readonly flushMs?: number | undefined;
  /** Openings taken each second; the others are counted as shed. */
  readonly mostPerSecond?: number | undefined;
  readonly onFlush?: ((storedBytes: number) => void) | undefined;
  readonly onCount?: ((what: "taken" | "shed" | "lost", count: number) => void) | undefined;
}

export interface EdgeKeeper {
  /** Redacted, each once. */
  refused(flow: Flow): void;
  opening(flow: Flow): void;
  /** The policies of a verdict, each once. */
  policies(flow: Flow): void;
  observed(more: Partial<HourObserved>): void;
  /** Rejects with what Redis said; what was gathered stays. False: the lease is over. */
  flush(): Promise<boolean>;
  /** Flushes until `signal` aborts, and once more. */
  run(signal: AbortSignal, onTrouble: (what: string) => void): Promise<void>;
}

const usualFlushMs = 30_000;
/** Flows come late, by a second or by a Relay that was away; older ones have no hour any more. */
const openHours = 3;
/** Of the time before a leadership this much is taken: as long as a lease and a start last. What rings held before that was nobody's to observe. */
const catchUpMs = 60_000;

interface OpenHour {
  readonly live: EdgeSketch;
  /** What others stored of this hour is in it. */
  loaded: boolean;
  changed: boolean;
}

export function createEdgeKeeper(
  { cluster, store, lease, clock, startedAt }: KeeperOptions,
  options: EdgesOptions,
): EdgeKeeper {
  const { mostBytesPerDay, flushMs = usualFlushMs, onFlush } = options;
  const reader = createEdgeReader(options);
  const hours = new Map<number, OpenHour>();
  const days = new Map<number, DaySketch>();

  /** Undefined: too old, from before this leadership, or of a clock that is ahead. */
  function hourAt(time: number): OpenHour | undefined {
    const now = clock();
    const hour = Math.floor(time / hourMs) * hourMs;
    if (time < startedAt - catchUpMs || hour > now || hour <= now - openHours * hourMs) return undefined;
    const known = hours.get(hour);
    if (known !== undefined) return known;
    const made = { live: createEdgeSketch(hour, reader), loaded: false, changed: false };
    hours.set(hour, made);
    return made;
  }

  function count(flow: Flow): void {
    const hour = hourAt(flow.time);
    if (hour?.live.add(flow)) hour.changed = true;
  }

  async function load(hour: OpenHour): Promise<void> {
    if (hour.loaded) return;
    const payload = await store.hour(cluster, hour.live.hour);
    const stored = payload && (await unpackHour(payload, { keys: true }));
    if (stored) hour.live.merge(stored);
    hour.loaded = true;
  }

  async function dayOf(begins: number): Promise<DaySketch> {
    const known = days.get(begins);
    if (known !== undefined) return known;
    const payload = await store.day(cluster, begins);
    return (payload && (await unpackDay(payload))) ?? emptyDay(begins);
  }

  async function write(hour: OpenHour): Promise<boolean> {
    await load(hour);
    hour.changed = false;
    const sketch = hour.live.sketch();
    const begins = Math.floor(sketch.hour / dayMs) * dayMs;
    try {
      const payload = await packHour(sketch, Math.floor(mostBytesPerDay / 24));
      if (!(await store.put(cluster, lease, "hour", sketch.hour, payload))) return false;
      const day = await dayOf(begins);
      const { dropSeconds, openingSeconds } = sketch.observed;
      const written = withHour(day, sketch, { dropSeconds, openingSeconds });
      const whole = joinDays(day, written);
      days.set(begins, whole);
      return await store.put(cluster, lease, "day", begins, await packDay(whole));
    } catch (thrown) {
      hour.changed = true;
      throw thrown;
    }
  }

  async function flushAll(): Promise<boolean> {
    for (const hour of [...hours.values()]) if (hour.changed && !(await write(hour))) return false;
    const now = clock();
    for (const [begins, { changed }] of hours) if (!changed && begins <= now - openHours * hourMs) hours.delete(begins);
    for (const begins of days.keys()) if (begins < now - 2 * dayMs) days.delete(begins);
    const stored = await store.hours(cluster);
    onFlush?.(stored.reduce((sum, { bytes }) => sum + bytes, 0));
    return true;
  }

  /** One after the other: what was stored is merged once. */
  let flushing: Promise<unknown> = Promise.resolve();
  function flush(): Promise<boolean> {
    const mine = flushing.then(flushAll);
    flushing = mine.catch(() => undefined); // told to whoever asked
    return mine;
  }

  return {
    refused: count,
    opening: count,
    policies(flow) {
      const hour = hourAt(flow.time);
      if (hour === undefined) return;
      hour.live.policies(flow);
      hour.changed = true;
    },
    observed(more) {
      const hour = hourAt(clock());
      if (hour === undefined) return;
      hour.live.observed(more);
      hour.changed = true;
    },
    flush,
    async run(signal, onTrouble) {
      let isOurs = true;
      const tell = (thrown: unknown) => {
        onTrouble(thrown instanceof Error ? thrown.message : String(thrown));
        return true;
      };
      while (!signal.aborted && isOurs) {
        await sleep(flushMs, undefined, { signal }).catch(() => undefined);
        isOurs = await flush().catch(tell);
      }
    },
  };
}

export interface KeeperOptions {
  readonly cluster: string;
  readonly store: SketchStore;
  readonly lease: Lease;
  readonly clock: () => number;
  /** When this leadership began, epoch milliseconds. */
  readonly startedAt: number;
}
