/**
 * What is known about changes of a cluster, shared by all processes that watch it: of each object a head (which version was seen last) and a text to compare the
 * next version with; the changes; since when each resource is watched. Heads, texts and bodies are bytes to this file. Everything goes when nobody has watched
 * for longer than changes are kept: what is compared with must not be older.
 */
import { commitScript, watchedScript } from "./changes-scripts.ts";
import type { Redis } from "./redis.ts";

export interface ChangeStore {
  heads(cluster: string): Promise<ReadonlyMap<string, string>>;
  /** Null: not kept any more. */
  text(cluster: string, key: string): Promise<Buffer | null>;
  /** All of it, or nothing where another head is there: that one, "" for none. Null: written, or there are too many objects. */
  commit(cluster: string, commit: Commit): Promise<string | null>;
  watched(cluster: string, resource: string, at: number): Promise<void>;
  reach(cluster: string): Promise<ReadonlyMap<string, Reach>>;
  /** Bodies of one kind, the newest first. */
  changes(cluster: string, kind: string, since: number, most: number): Promise<readonly Buffer[]>;
  /** What the texts take, as it is counted: with what Redis needs around them. */
  bytes(cluster: string): Promise<number>;
}

export interface Commit {
  readonly key: string;
  readonly expected: string;
  readonly head: string;
  /** Its head is forgotten after a day. */
  readonly gone: boolean;
  readonly text: Buffer | null;
  readonly now: number;
  readonly change?: { readonly id: string; readonly kind: string; readonly at: number; readonly body: Buffer };
}

/** Epoch milliseconds. */
export interface Reach {
  readonly since: number;
  readonly until: number;
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
}

export interface ChangeBounds {
  readonly keepMs: number;
  /** Of the texts, of one cluster. */
  readonly textBytes: number;
  readonly heads: number;
  /** By kind, so that pods that scale all day do not push out the one policy that matters. */
  readonly changes: Readonly<Record<string, number>>;
}

const kinds = { policy: 800, workload: 600, namespace: 200, node: 300, config: 100 } as const;

/** 2,000 changes of a cluster, a week. */
export const changeBounds: ChangeBounds = {
  keepMs: 7 * 24 * 3_600_000,
  textBytes: 16 * 1024 * 1024,
  heads: 50_000,
  changes: kinds,
};

const gapMs = 60_000;

export function createChangeStore(redis: Redis, prefix: string, bounds: ChangeBounds = changeBounds): ChangeStore {
  const name = (cluster: string, part: string) => `${prefix}:changes:${part}:${cluster}`;
  const list = (cluster: string, kind: string) => name(cluster, `list-${kind}`);
  return {
    async heads(cluster) {
      return new Map(Object.entries(await redis.hgetall(name(cluster, "heads"))));
    },
    text: (cluster, key) => redis.hgetBuffer(name(cluster, "texts"), key),
    async commit(cluster, { key, expected, head, gone, text, now, change }) {
      const parts = ["heads", "texts", "ages", "meta", "entries"].map((part) => name(cluster, part));
      const keys = [...parts, list(cluster, change?.kind ?? "policy"), name(cluster, "graves")];
      const most = bounds.changes[change?.kind ?? ""] ?? 100;
      const limits = [now, bounds.keepMs, bounds.textBytes, bounds.heads, most];
      const entry = [change?.id ?? "", change?.at ?? 0, change?.body ?? ""];
      const args = [key, expected, head, gone ? "1" : "0", text ?? "", ...limits, ...entry];
      const there = await redis.eval(commitScript, keys.length, ...keys, ...args);
      return typeof there === "string" ? there : null;
    },
    async watched(cluster, resource, at) {
      const parts = ["watch", "heads", "texts", "ages", "meta", "entries", "graves"].map((part) => name(cluster, part));
      const keys = [...parts, ...Object.keys(bounds.changes).map((kind) => list(cluster, kind))];
      await redis.eval(watchedScript, keys.length, ...keys, resource, Math.floor(at), bounds.keepMs, gapMs);
    },
    async reach(cluster) {
      const fields = await redis.hgetall(name(cluster, "watch"));
      const resources = Object.keys(fields).flatMap((field) =>
        field.startsWith("since ") ? [field.slice("since ".length)] : [],
      );
      return new Map(
        resources.map((resource) => {
          const since = Number(fields[`since ${resource}`]);
          const gaps = (fields[`gaps ${resource}`] ?? "").split(",").filter((gap) => gap !== "");
          const read = (gap: string) => ({ from: Number(gap.split("-")[0]), to: Number(gap.split("-")[1]) });
          return [resource, { since, until: Number(fields[`until ${resource}`] ?? since), gaps: gaps.map(read) }];
        }),
      );
    },
    async changes(cluster, kind, since, most) {
      const ids = await redis.zrevrangebyscore(list(cluster, kind), "+inf", Math.floor(since), "LIMIT", 0, most);
      if (ids.length === 0) return [];
      const bodies = await redis.hmgetBuffer(name(cluster, "entries"), ...ids);
      return bodies.filter((body) => body !== null);
    },
    async bytes(cluster) {
      return Number((await redis.hget(name(cluster, "meta"), "bytes")) ?? 0);
    },
  };
}
