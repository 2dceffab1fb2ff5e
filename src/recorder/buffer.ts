/**
 * Flows between the stream that brings them and Redis that takes them. Adding never waits: flows gather in batches, full batches are deflated
 * and wait to be written, and when too much waits the oldest batch is thrown away and counted.
 */
import type { Flow } from "../analysis/flow.ts";
import type { Entry } from "../store/recording.ts";
import { createBatch } from "./batch.ts";
import { type Gap, writeGaps } from "./note.ts";

export interface BufferOptions {
  /** What may wait; the batches being written are not among it, and are at most `groupBytes`. */
  readonly maxBytes: number;
  readonly maxFlows: number;
  readonly clock: () => number;
  readonly onShed: (flows: number) => void;
}

export interface FlowBuffer {
  /** `heardAt` is when the stream brought it. */
  add(flow: Flow, heardAt: number): void;
  note(gap: Gap): void;
  /** The oldest batches as entries for Redis, notes first; resolves empty after `waitMs` with nothing. They are out of the buffer's hands. */
  take(waitMs: number): Promise<readonly Entry[]>;
  /** What was taken is written (or given up). */
  settled(): void;
  /** When the oldest flow came that is neither written nor said to be shed; undefined: none is. */
  pendingSince(): number | undefined;
  readonly flows: number;
  readonly bytes: number;
  /** Forgets everything: somebody else reads it again. */
  clear(): void;
}

const batchFlows = 1_000;
const batchBytes = 256 * 1024;
/** A batch that is not full is written this soon. */
const batchMs = 500;
const groupEntries = 32;
const groupBytes = 1024 * 1024;
const mostNotes = 500;

interface Sealed {
  readonly since: number;
  readonly count: number;
  readonly from: number;
  readonly to: number;
  readonly payload: Buffer;
}

export function createFlowBuffer({ maxBytes, maxFlows, clock, onShed }: BufferOptions): FlowBuffer {
  const batch = createBatch();
  let openedAt: number | undefined;
  let sealed: Sealed[] = [];
  let sealedBytes = 0;
  let sealedFlows = 0;
  let takenSince: number | undefined;
  let notes: Gap[] = [];
  let shed: Gap | undefined;
  let shedSince: number | undefined;
  let wake: (() => void) | undefined;

  function seal(): void {
    if (batch.count === 0) return;
    const { count } = batch;
    const now = clock();
    const hasTime = batch.to > 0;
    const one: Sealed = {
      since: openedAt ?? now,
      count,
      from: hasTime ? batch.from : now,
      to: hasTime ? batch.to : now,
      payload: batch.payload(),
    };
    sealed.push(one);
    sealedBytes += one.payload.length;
    sealedFlows += count;
    batch.clear();
    openedAt = undefined;
    while (sealed.length > 1 && (sealedBytes > maxBytes || sealedFlows > maxFlows)) shedOldest();
    wake?.();
  }

  function shedOldest(): void {
    const one = sealed.shift();
    if (one === undefined) return;
    sealedBytes -= one.payload.length;
    sealedFlows -= one.count;
    addShed(one);
  }

  function addShed({ from, to, count, since }: Sealed): void {
    shedSince ??= since;
    shed = {
      from: Math.min(from, shed?.from ?? from),
      to: Math.max(to, shed?.to ?? to),
      reason: "shed",
      count: count + (shed?.count ?? 0),
    };
    onShed(count);
  }

  function takeNotes(): Entry[] {
    const gaps = shed === undefined ? notes : [shed, ...notes];
    takenSince ??= shedSince;
    shedSince = undefined;
    shed = undefined;
    notes = [];
    if (gaps.length === 0) return [];
    const from = Math.min(...gaps.map((gap) => gap.from));
    const to = Math.max(...gaps.map((gap) => gap.to));
    return [{ kind: "notes", from, to, count: gaps.length, payload: Buffer.from(writeGaps(gaps)) }];
  }

  function takeFlows(): Entry[] {
    const entries: Entry[] = [];
    for (let bytes = 0; entries.length < groupEntries && bytes < groupBytes; ) {
      const one = sealed.shift();
      if (one === undefined) break;
      sealedBytes -= one.payload.length;
      sealedFlows -= one.count;
      takenSince ??= one.since;
      bytes += one.payload.length;
      entries.push({ kind: "flows", from: one.from, to: one.to, count: one.count, payload: one.payload });
    }
    return entries;
  }

  function isDue(): boolean {
    return openedAt !== undefined && clock() - openedAt >= batchMs;
  }

  return {
    add(flow, heardAt) {
      openedAt ??= heardAt;
      batch.add(flow);
      if (batch.count >= batchFlows || batch.size >= batchBytes) seal();
    },
    note(gap) {
      if (notes.length < mostNotes) notes.push(gap);
      else {
        // Too many to tell apart: the last one takes in the rest.
        const last = notes.pop() ?? gap;
        notes.push({ from: Math.min(last.from, gap.from), to: Math.max(last.to, gap.to), reason: gap.reason });
      }
      wake?.();
    },
    async take(waitMs) {
      const until = Date.now() + waitMs;
      while (sealed.length === 0 && notes.length === 0 && shed === undefined) {
        if (isDue()) {
          seal();
          break;
        }
        const left = until - Date.now();
        if (left <= 0) return [];
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(left, 50));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      if (isDue()) seal();
      const before = takeNotes();
      return [...before, ...takeFlows()];
    },
    settled() {
      takenSince = undefined;
    },
    pendingSince: () => takenSince ?? shedSince ?? sealed[0]?.since ?? openedAt,
    get flows() {
      return sealedFlows + batch.count;
    },
    get bytes() {
      return sealedBytes + batch.size;
    },
    clear() {
      batch.clear();
      openedAt = undefined;
      sealed = [];
      sealedBytes = 0;
      sealedFlows = 0;
      takenSince = undefined;
      notes = [];
      shed = undefined;
      shedSince = undefined;
    },
  };
}
