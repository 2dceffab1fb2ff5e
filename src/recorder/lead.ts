/** One turn at leading: from a lease taken to a lease lost or given back. Three things run beside each other: following Relay, writing to Redis, renewing. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Flow } from "../analysis/flow.ts";
import type { Logger } from "../log.ts";
import type { ChannelTarget } from "../sources/hubble/channel.ts";
import { createFollow } from "../sources/hubble/follow.ts";
import type { Bounds, Entry, Lease, RecordingStore } from "../store/recording.ts";
import type { SketchStore } from "../store/sketches.ts";
import { readBatch } from "./batch.ts";
import { createFlowBuffer, type FlowBuffer } from "./buffer.ts";
import { createEdgeKeeper, type EdgesOptions } from "./edges.ts";
import { feedEdges } from "./edges-feed.ts";
import { followOn } from "./follower.ts";
import type { RecorderMetrics } from "./metrics.ts";
import { createNodes, type Nodes, overlapMs } from "./nodes.ts";
import { gapText, readReach, writeReach } from "./note.ts";
import { createSeen, type Seen } from "./seen.ts";

export interface LeadOptions {
  readonly cluster: string;
  readonly store: RecordingStore;
  readonly lease: Lease;
  readonly relay: ChannelTarget;
  readonly bounds: Bounds;
  readonly pending: { readonly maxBytes: number; readonly maxFlows: number };
  readonly redact: (flow: Flow) => Flow;
  readonly clock: () => number;
  readonly log: Logger;
  readonly metrics: RecorderMetrics | undefined;
  readonly counts: { recorded: number; duplicates: number; shed: number; lost: number; restarts: number };
  readonly closing: AbortSignal;
  /** Absent: no sketches are kept. */
  readonly edges?: (EdgesOptions & { readonly store: SketchStore }) | undefined;
  readonly onStart: (leadership: Leadership) => void;
  /** Undefined: it goes well again. */
  readonly onTrouble: (what: string | undefined) => void;
}

export interface Leadership {
  readonly nodes: Nodes;
  readonly buffer: FlowBuffer;
  readonly storedBytes: () => number;
}

export const leaseMs = 3_000;
const renewEveryMs = 1_000;
const sampleEveryMs = 30_000;
const firstRetryMs = 100;
const longestRetryMs = 1_000;
const flushMs = 1_000;
/** Flows remembered by their ids, at least. */
const remembered = 50_000;

export async function lead(options: LeadOptions): Promise<void> {
  const { cluster, store, lease, relay, bounds, clock, log, metrics, counts, closing, onStart, onTrouble } = options;
  const before = await store.state(cluster);
  const shedBefore = before.shed - counts.shed;
  const buffer = createFlowBuffer({
    ...options.pending,
    clock,
    onShed(flows) {
      counts.shed += flows;
      metrics?.shed(flows);
    },
  });
  const reach = readReach(before.reach);
  const nodes = createNodes({ reach, keepMs: bounds.keepMs, clock, pendingSince: buffer.pendingSince });
  const seen = createSeen(remembered);
  await remember(store, cluster, nodes.resumeFrom() - overlapMs, seen);
  const keeper =
    options.edges &&
    createEdgeKeeper({ cluster, store: options.edges.store, lease, clock, startedAt: clock() }, options.edges);
  let storedBytes = before.bytes;
  /** What Redis takes per byte that we count: sampled, because allocators round up. */
  let factor = 1;
  let lost = 0;
  let lostSince = clock();
  const over = new AbortController();
  const following = new AbortController();
  const stopFollowing = () => following.abort();
  over.signal.addEventListener("abort", stopFollowing, { once: true });
  closing.addEventListener("abort", stopFollowing, { once: true });
  if (closing.aborted) stopFollowing();
  onStart({ nodes, buffer, storedBytes: () => storedBytes });

  function take(flow: Flow): void {
    if (!seen.add(flow)) {
      counts.duplicates += 1;
      return;
    }
    try {
      const shown = options.redact(flow);
      buffer.add(shown, clock());
      keeper?.refused(shown);
      keeper?.policies(shown);
    } catch (thrown) {
      counts.shed += 1;
      metrics?.shed(1);
      buffer.note({ from: flow.time, to: flow.time, reason: "shed", node: flow.node, count: 1 });
      onTrouble(messageOf(thrown));
    }
  }

  function noteLost(): void {
    const now = clock();
    if (lost > 0) buffer.note({ from: lostSince, to: now, reason: "lost", count: lost });
    lost = 0;
    lostSince = now;
  }

  async function write(): Promise<void> {
    for (let sequence = 1; !over.signal.aborted; ) {
      const entries = await buffer.take(renewEveryMs / 4);
      if (entries.length > 0 && (await append(sequence++, entries))) {
        const flows = entries.reduce((sum, { kind, count }) => sum + (kind === "flows" ? count : 0), 0);
        counts.recorded += flows;
        metrics?.recorded(flows);
      }
      buffer.settled();
      if (entries.length === 0 && closing.aborted) return;
    }
  }

  /** Repeats the same append until its outcome is known, under the same number. False: not written, and never will be. */
  async function append(sequence: number, entries: readonly Entry[]): Promise<boolean> {
    const now: Bounds = { ...bounds, maxBytes: Math.floor(bounds.maxBytes / factor) };
    for (let retryMs = firstRetryMs; !over.signal.aborted; retryMs = Math.min(retryMs * 2, longestRetryMs)) {
      try {
        const isOurs = await store.append(cluster, lease, sequence, entries, now);
        onTrouble(undefined);
        if (!isOurs) over.abort();
        return isOurs;
      } catch (thrown) {
        onTrouble(messageOf(thrown));
        log.warn({ cluster, err: messageOf(thrown), flows: buffer.flows }, "recorder cannot write");
        await sleep(retryMs, undefined, { signal: over.signal }).catch(() => undefined);
      }
    }
    return false;
  }

  async function renew(): Promise<void> {
    let said: string | undefined;
    let sampledAt = Number.NEGATIVE_INFINITY;
    while (!over.signal.aborted) {
      noteLost();
      const text = writeReach(nodes.reach());
      const reachNow = text === said ? undefined : text;
      const maxBytes = Math.floor(bounds.maxBytes / factor);
      try {
        const shed = shedBefore + counts.shed;
        if (!(await store.renew(cluster, lease, leaseMs, { ...bounds, maxBytes, reach: reachNow, shed }))) over.abort();
        said = text;
        storedBytes = (await store.state(cluster)).bytes;
        metrics?.bytes(storedBytes, buffer.bytes);
        if (Date.now() - sampledAt > sampleEveryMs) {
          factor = factorOf(await store.memory(cluster), storedBytes);
          sampledAt = Date.now();
        }
      } catch (thrown) {
        onTrouble(messageOf(thrown));
      }
      await sleep(renewEveryMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  }

  const follow = createFollow(relay);
  const follower = followOn(
    {
      ...{ follow, nodes, onFlow: take },
      onLost(count) {
        keeper?.observed({ lost: count });
        lost += count;
        counts.lost += count;
        metrics?.lost(count);
      },
      onGaps(gaps) {
        for (const gap of gaps) {
          buffer.note(gap);
          log.info({ cluster, gap: gapText(gap) }, "recording has a gap");
        }
      },
      onMalformed(count) {
        counts.shed += count;
        metrics?.shed(count);
        buffer.note({ from: clock(), to: clock(), reason: "shed", count });
      },
      onRestart(reason, failure) {
        counts.restarts += 1;
        metrics?.restarted(reason);
        if (failure) onTrouble(failure.message);
        log.info({ cluster, reason, err: failure?.message }, "recorder opens its stream again");
      },
    },
    following.signal,
  );
  const writing = write();
  const renewing = renew();
  const onEdgeTrouble = (err: string) => log.warn({ cluster, err }, "sketches of traffic");
  const sketching = keeper && [
    keeper.run(following.signal, onEdgeTrouble),
    feedEdges(
      {
        ...{ ...options.edges, relay, keeper, clock, redact: options.redact, refusedNodes: nodes.connected },
        onTrouble: onEdgeTrouble,
      },
      following.signal,
    ),
  ];
  await follower;
  follow.close();
  // Closing: what waits is written, then the others may go on at once.
  if (!over.signal.aborted) {
    const sketched = keeper?.flush().catch(() => undefined); // as if this process had died
    await Promise.race([Promise.all([writing, sketched]), sleep(flushMs)]);
    const last = { ...bounds, reach: writeReach(nodes.reach()), shed: shedBefore + counts.shed };
    const leaving = store.renew(cluster, lease, leaseMs, last).then(() => store.release(cluster, lease));
    await Promise.race([leaving.catch(() => undefined), sleep(flushMs)]); // without Redis the lease ends by itself
    over.abort();
  }
  closing.removeEventListener("abort", stopFollowing);
  buffer.clear();
  await Promise.race([Promise.all([writing, renewing, ...(sketching ?? [])]), sleep(flushMs)]);
}

/** The ids of what was recorded lately: the stream begins before the end of the recording. */
async function remember(store: RecordingStore, cluster: string, since: number, seen: Seen): Promise<void> {
  let before: string | undefined;
  let left = remembered;
  for (;;) {
    const entries = await store.pageBack(cluster, before, 8);
    for (const { kind, payload, to, count } of entries) {
      if (kind !== "flows" || to < since) continue;
      const flows = await readBatch(payload).catch(() => []); // of another version: it may be there twice
      for (const flow of flows) seen.add(flow);
      left -= count;
    }
    before = entries.at(-1)?.id;
    const isOlder = entries.some(({ kind, to }) => kind === "flows" && to < since);
    if (before === undefined || isOlder || left <= 0) return;
  }
}

function factorOf(memory: number, counted: number): number {
  return counted < 100_000 ? 1 : Math.min(4, Math.max(1, memory / counted));
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
