/**
 * What is kept of clusters' traffic for weeks: one key for each hour, one for each day, and an index of hours and bytes, which all expire by themselves. Only the recorder's
 * leader writes: each write names its lease (see `recording.ts`), so one that was paused past its lease writes nothing. A write replaces, so it may be repeated. Payloads
 * are bytes to this file.
 */
import type { Lease } from "./recording.ts";
import type { Redis } from "./redis.ts";

export interface SketchStore {
  /** False: this lease is over. `part` begins at epoch milliseconds. */
  put(cluster: string, lease: Lease, part: "hour" | "day", begins: number, payload: Buffer): Promise<boolean>;
  hour(cluster: string, hour: number): Promise<Buffer | undefined>;
  day(cluster: string, day: number): Promise<Buffer | undefined>;
  /** Hours that are kept, oldest first, each with its bytes. */
  hours(cluster: string): Promise<readonly StoredHour[]>;
}

export interface StoredHour {
  readonly hour: number;
  readonly bytes: number;
}

const dayMs = 86_400_000;
export const sketchKeepMs = 35 * dayMs;

/**
 * KEYS recording state, key, index; ARGV token, holder, keep ms, payload, index field or "", oldest field to keep. 0: not this lease any more. The index has 840 hours at
 * most.
 */
const putScript = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] or redis.call('HGET', KEYS[1], 'holder') ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[3])
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[3], ARGV[5], #ARGV[4])
  redis.call('PEXPIRE', KEYS[3], ARGV[3])
  for _, field in ipairs(redis.call('HKEYS', KEYS[3])) do
    if tonumber(field) < tonumber(ARGV[6]) then redis.call('HDEL', KEYS[3], field) end
  end
end
return 1`;

export function createSketchStore(redis: Redis, prefix: string, keepMs = sketchKeepMs): SketchStore {
  const state = (cluster: string) => `${prefix}:recording-state:${cluster}`;
  const index = (cluster: string) => `${prefix}:edges-index:${cluster}`;
  const key = (part: "hour" | "day", cluster: string, begins: number) => `${prefix}:edges-${part}:${cluster}:${begins}`;
  const read = async (name: string) => (await redis.getBuffer(name)) ?? undefined;
  return {
    async put(cluster, { token, holder }, part, begins, payload) {
      const keys = [state(cluster), key(part, cluster, begins), index(cluster)];
      const args = [token, holder, keepMs, payload, part === "hour" ? begins : "", begins - keepMs];
      return (await redis.eval(putScript, 3, ...keys, ...args)) === 1;
    },
    hour: (cluster, hour) => read(key("hour", cluster, hour)),
    day: (cluster, day) => read(key("day", cluster, day)),
    async hours(cluster) {
      const fields = await redis.hgetall(index(cluster));
      const rows = Object.entries(fields).map(([hour, bytes]) => ({ hour: Number(hour), bytes: Number(bytes) }));
      return rows.sort((one, other) => one.hour - other.hour);
    },
  };
}
