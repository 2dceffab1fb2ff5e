/**
 * What a cluster's recorder keeps in Redis: one stream of entries, oldest first, bounded by age and bytes; a hash that says how far the recording reaches;
 * and a lease with a fencing token. Whoever takes the lease gets a new token, and every write names its token: a leader that was paused past its lease
 * writes nothing any more. Entries are bytes to this file; what is in them is the recorder's business.
 */
import { appendScript, releaseScript, renewScript, takeScript } from "./recording-scripts.ts";
import type { Redis } from "./redis.ts";

/** Who writes. The token alone would do, were it not for a Redis that lost its memory and counts from 1 again. */
export interface Lease {
  readonly token: number;
  readonly holder: string;
}

export interface Entry {
  /** `flows`: a batch. `notes`: what is missing, and why. */
  readonly kind: "flows" | "notes";
  /** Epoch milliseconds, whole, of the oldest and the newest thing in it. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly payload: Buffer;
}

export interface StoredEntry extends Entry {
  readonly id: string;
}

/** How long and how much. `maxBytes` counts payloads and what Redis needs around them. */
export interface Bounds {
  readonly keepMs: number;
  readonly maxBytes: number;
}

/** What the leader says about itself each second. `reach` is its own text. */
export interface RecordingState {
  readonly reach: string | undefined;
  /** Entries up to this moment (epoch ms) were removed to stay within the bounds; 0: none yet. */
  readonly trimmed: number;
  readonly bytes: number;
  /** Flows ever appended, and ever shed. */
  readonly flows: number;
  readonly shed: number;
  /** Who holds the lease now. */
  readonly leader: string | undefined;
}

export interface RecordingStore {
  /** Undefined while somebody else holds the lease. */
  take(cluster: string, holder: string, leaseMs: number): Promise<Lease | undefined>;
  /** False: somebody else took it, and this lease will never write again. `reach` undefined leaves it as it is. */
  renew(cluster: string, lease: Lease, leaseMs: number, said: Renewal): Promise<boolean>;
  /** Lets others have it at once. */
  release(cluster: string, lease: Lease): Promise<void>;
  /**
   * All entries or none; `sequence` counts a lease's appends from 1, and one that arrived before is not stored again, so that an attempt of unknown outcome
   * may be repeated. False: see `renew`.
   */
  append(cluster: string, lease: Lease, sequence: number, entries: readonly Entry[], bounds: Bounds): Promise<boolean>;
  state(cluster: string): Promise<RecordingState>;
  /** Entries behind `after` (an id, or epoch milliseconds of Redis' clock), at most `count`. */
  page(cluster: string, after: string | number, count: number): Promise<StoredEntry[]>;
  /** Newest first, before `before`. */
  pageBack(cluster: string, before: string | undefined, count: number): Promise<StoredEntry[]>;
  /** Bytes that the stream takes in Redis by Redis' own estimate; 0 when there is none. */
  memory(cluster: string): Promise<number>;
}

export interface Renewal extends Bounds {
  readonly reach: string | undefined;
  readonly shed: number;
}

/** Around an entry: its id, its small fields and what the allocator rounds up. */
export const entryOverhead = 100;

export function createRecordingStore(redis: Redis, prefix: string): RecordingStore {
  const stream = (cluster: string) => `${prefix}:recording:${cluster}`;
  const state = (cluster: string) => `${prefix}:recording-state:${cluster}`;
  const lease = (cluster: string) => `${prefix}:recording-lease:${cluster}`;
  const fence = (cluster: string) => `${prefix}:recording-fence:${cluster}`;
  return {
    async take(cluster, holder, leaseMs) {
      const keys = [lease(cluster), fence(cluster), state(cluster)];
      const token = Number(await redis.eval(takeScript, 3, ...keys, holder, Math.ceil(leaseMs)));
      return token > 0 ? { token, holder } : undefined;
    },
    async renew(cluster, { token, holder }, leaseMs, { reach, shed, keepMs, maxBytes }) {
      const keys = [stream(cluster), state(cluster), lease(cluster)];
      const args = [token, holder, keepMs, maxBytes, entryOverhead, Math.ceil(leaseMs), shed, reach ?? ""];
      return (await redis.eval(renewScript, 3, ...keys, ...args)) === 1;
    },
    async release(cluster, { holder }) {
      await redis.eval(releaseScript, 1, lease(cluster), holder);
    },
    async append(cluster, { token, holder }, sequence, entries, { keepMs, maxBytes }) {
      const keys = [stream(cluster), state(cluster)];
      const rows = entries.flatMap(({ kind, from, to, count, payload }) => [
        kind,
        Math.floor(from),
        Math.ceil(to),
        count,
        payload,
      ]);
      const args = [token, holder, keepMs, maxBytes, entryOverhead, sequence, ...rows];
      return (await redis.eval(appendScript, 2, ...keys, ...args)) === 1;
    },
    async state(cluster) {
      const [fields, leader] = await Promise.all([redis.hgetall(state(cluster)), redis.get(lease(cluster))]);
      const number = (name: string) => Number(fields[name] ?? 0);
      return {
        reach: fields["reach"],
        trimmed: number("trimmed"),
        bytes: number("bytes"),
        flows: number("flows"),
        shed: number("shed"),
        leader: leader ?? undefined,
      };
    },
    async page(cluster, after, count) {
      const start = typeof after === "number" ? String(Math.max(0, Math.floor(after))) : `(${after}`;
      return (await redis.xrangeBuffer(stream(cluster), start, "+", "COUNT", count)).map(readEntry);
    },
    async pageBack(cluster, before, count) {
      const end = before === undefined ? "+" : `(${before}`;
      return (await redis.xrevrangeBuffer(stream(cluster), end, "-", "COUNT", count)).map(readEntry);
    },
    async memory(cluster) {
      return Number((await redis.memory("USAGE", stream(cluster), "SAMPLES", 50)) ?? 0);
    },
  };
}

function readEntry([id, fields]: [Buffer, Buffer[]]): StoredEntry {
  // Order as the script writes it: k, f, t, n, p.
  const value = (index: number) => fields[index * 2 + 1] ?? Buffer.alloc(0);
  return {
    id: id.toString(),
    kind: value(0).toString() === "flows" ? "flows" : "notes",
    from: Number(value(1).toString()),
    to: Number(value(2).toString()),
    count: Number(value(3).toString()),
    payload: value(4),
  };
}
