/**
 * One cluster's recorder: of all processes that start one, the one that holds the lease follows Relay and writes what was refused into Redis, redacted, so that
 * answers look back further than Hubble's rings. The others wait. Reading never waits for Redis: what Redis does not take in time is shed, counted, and said.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Flow } from "../analysis/flow.ts";
import { redactFlow } from "../analysis/redact.ts";
import type { Logger } from "../log.ts";
import type { ChannelTarget } from "../sources/hubble/channel.ts";
import { createRecordingStore } from "../store/recording.ts";
import type { Redis } from "../store/redis.ts";
import { createSketchStore } from "../store/sketches.ts";
import type { EdgesOptions } from "./edges.ts";
import { type Leadership, lead, leaseMs } from "./lead.ts";
import type { RecorderMetrics } from "./metrics.ts";

export interface RecorderOptions {
  /** The cluster's name, which is part of keys in Redis. */
  readonly cluster: string;
  readonly relay: ChannelTarget;
  /** For short commands, with a timeout of its own; best one that nobody else waits for. */
  readonly redis: Redis;
  readonly prefix: string;
  readonly log: Logger;
  readonly metrics?: RecorderMetrics | undefined;
  /** How far back; default 30 minutes. */
  readonly keepMs?: number | undefined;
  /** What the recording may take in Redis; default 64 MB. */
  readonly maxBytes?: number | undefined;
  /** What may wait in this process while Redis does not take it; default 16 MB and 500,000 flows. */
  readonly maxPendingBytes?: number | undefined;
  readonly maxPendingFlows?: number | undefined;
  /** The configuration's redaction; default the built-in rules. */
  readonly redact?: ((flow: Flow) => Flow) | undefined;
  /** Hourly sketches of the traffic; absent: none are kept. */
  readonly edges?: EdgesOptions | undefined;
  /** Epoch milliseconds; default the system's. */
  readonly clock?: (() => number) | undefined;
}

export interface RecorderStatus {
  readonly cluster: string;
  readonly leading: boolean;
  readonly nodes: { readonly connected: number; readonly away: readonly string[] };
  /** Since this process started. */
  readonly recorded: number;
  readonly duplicates: number;
  readonly shed: number;
  readonly lost: number;
  readonly restarts: number;
  readonly pending: { readonly flows: number; readonly bytes: number };
  /** Bytes of the recording as counted in Redis. */
  readonly storedBytes: number;
  /** Up to here everything is written; null: nothing yet. */
  readonly through: number | null;
  /** What went wrong last, in one sentence; undefined: nothing since it last went well. */
  readonly trouble: string | undefined;
}

export interface Recorder {
  status(): RecorderStatus;
  /** Writes what waits (bounded by a second or two), and lets another process take over at once. */
  close(): Promise<void>;
}

const tryEveryMs = 1_000;
const closeMs = 2_500;

export function startRecorder(options: RecorderOptions): Recorder {
  const { cluster, redis, prefix, log, metrics } = options;
  const store = createRecordingStore(redis, prefix);
  const holder = randomUUID();
  const closing = new AbortController();
  const counts = { recorded: 0, duplicates: 0, shed: 0, lost: 0, restarts: 0 };
  let leadership: Leadership | undefined;
  let trouble: string | undefined;

  const running = (async () => {
    while (!closing.signal.aborted) {
      try {
        const lease = await store.take(cluster, holder, leaseMs);
        trouble = undefined;
        if (lease !== undefined) await leadWith(lease);
      } catch (thrown) {
        trouble = thrown instanceof Error ? thrown.message : String(thrown);
        log.warn({ cluster, err: trouble }, "recorder cannot take its turn");
      }
      await sleep(tryEveryMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();

  async function leadWith(lease: { readonly token: number; readonly holder: string }): Promise<void> {
    log.info({ cluster, fence: lease.token }, "recorder leads");
    metrics?.leading(true);
    try {
      await lead({
        ...{ cluster, store, lease, log, metrics, counts, relay: options.relay },
        bounds: { keepMs: options.keepMs ?? 30 * 60_000, maxBytes: options.maxBytes ?? 64 * 1024 * 1024 },
        pending: {
          maxBytes: options.maxPendingBytes ?? 16 * 1024 * 1024,
          maxFlows: options.maxPendingFlows ?? 500_000,
        },
        redact: options.redact ?? redactFlow,
        clock: options.clock ?? Date.now,
        closing: closing.signal,
        edges: options.edges && { ...options.edges, store: createSketchStore(redis, prefix) },
        onStart: (started) => {
          leadership = started;
        },
        onTrouble: (what) => {
          trouble = what;
        },
      });
    } finally {
      leadership = undefined;
      metrics?.leading(false);
      log.info({ cluster, fence: lease.token }, "recorder leads no more");
    }
  }

  return {
    status: () => ({
      cluster,
      leading: leadership !== undefined,
      nodes: { connected: leadership?.nodes.connected() ?? 0, away: leadership?.nodes.away() ?? [] },
      ...counts,
      pending: { flows: leadership?.buffer.flows ?? 0, bytes: leadership?.buffer.bytes ?? 0 },
      storedBytes: leadership?.storedBytes() ?? 0,
      through: leadership?.nodes.reach().through ?? null,
      trouble,
    }),
    async close() {
      closing.abort();
      await Promise.race([running, sleep(closeMs)]);
    },
  };
}
