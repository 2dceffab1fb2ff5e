/**
 * How many threads a channel opened in the last minute, by Redis' clock, and the storm that begins when there are too many. A storm ends when no thread was opened for
 * two minutes. What a storm holds is kept for a week.
 */
import type { Redis } from "./redis.ts";

export interface Storms {
  /** The storm that this thread belongs to, or "". The same thread again gets the same reply. */
  open(conversation: string, thread: string, above: number): Promise<string>;
  isOver(conversation: string, storm: string): Promise<boolean>;
  put(conversation: string, storm: string, member: string, text: string): Promise<void>;
  members(conversation: string, storm: string): Promise<string[]>;
}

const [minuteMs, calmMs, keepSeconds] = [60_000, 120_000, 7 * 24 * 3600] as const;

const openScript = `
local known = redis.call('GET', KEYS[3])
if known then return known end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local storm = redis.call('GET', KEYS[2])
if not storm and redis.call('ZCARD', KEYS[1]) > tonumber(ARGV[3]) then storm = tostring(now) end
if storm then redis.call('SET', KEYS[2], storm, 'PX', ARGV[4]) end
redis.call('SET', KEYS[3], storm or '', 'EX', ARGV[5])
return storm or ''`;

export function createStorms(redis: Redis, prefix: string): Storms {
  const current = (conversation: string) => `${prefix}:storm:${conversation}`;
  const held = (conversation: string, storm: string) => `${prefix}:storm-members:${conversation}:${storm}`;
  return {
    async open(conversation, thread, above) {
      const keys = [`${prefix}:threads:${conversation}`, current(conversation), `${prefix}:storm-of:${thread}`];
      return String(await redis.eval(openScript, 3, ...keys, thread, minuteMs, above, calmMs, keepSeconds));
    },
    async isOver(conversation, storm) {
      return (await redis.get(current(conversation))) !== storm;
    },
    async put(conversation, storm, member, text) {
      const key = held(conversation, storm);
      await redis.multi().hset(key, member, text).expire(key, keepSeconds).exec();
    },
    members: async (conversation, storm) => await redis.hvals(held(conversation, storm)),
  };
}
