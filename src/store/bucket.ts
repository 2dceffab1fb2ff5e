/** Token buckets shared by all processes, on Redis' own clock: a burst at once, then a steady rate. */
import type { Redis } from "./redis.ts";

export interface Rate {
  /** Tokens that may be taken at once after a pause. */
  readonly burst: number;
  readonly perSecond: number;
}

export interface Buckets {
  /** Takes one token and returns 0, or takes none and returns the milliseconds until there is one. `name` is any text of ours, such as `chat.update T1`. */
  take(name: string, rate: Rate): Promise<number>;
}

/** Holds the moment at which the bucket is full again, in milliseconds, and expires then: an unused bucket takes no memory. */
const takeScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local step = tonumber(ARGV[1])
local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0)) + step
local wait = math.ceil(full - now - step * tonumber(ARGV[2]))
if wait > 0 then return wait end
redis.call('SET', KEYS[1], full, 'PX', math.ceil(full - now))
return 0`;

export function createBuckets(redis: Redis, prefix: string): Buckets {
  return {
    async take(name, { burst, perSecond }) {
      return Number(await redis.eval(takeScript, 1, `${prefix}:bucket:${name}`, 1_000 / perSecond, burst));
    },
  };
}
