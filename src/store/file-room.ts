/** Bounds what kept files take of Redis' memory together: where there is no room for one more, those that would expire first go. */
import type { Redis } from "./redis.ts";

export interface FileRoom {
  /** To be called before a file is stored. */
  make(id: string, bytes: number, ttlMs: number): Promise<void>;
}

export interface FileRoomOptions {
  readonly redis: Redis;
  readonly prefix: string;
  /** Of the room: what is in one has nothing to do with what is in another. */
  readonly name: string;
  readonly mostBytes: number;
  /** What stands before a file's id in its key. */
  readonly keys: string;
}

/** Ids and sizes, by when they expire. */
const makeScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local held = redis.call('ZRANGE', KEYS[1], 0, -1)
local total = tonumber(ARGV[2])
for _, member in ipairs(held) do total = total + tonumber(string.match(member, '%d+$')) end
for _, member in ipairs(held) do
  if total <= tonumber(ARGV[4]) then break end
  redis.call('DEL', ARGV[5] .. string.match(member, '^[^:]+'))
  redis.call('ZREM', KEYS[1], member)
  total = total - tonumber(string.match(member, '%d+$'))
end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1] .. ':' .. ARGV[2])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end`;

export function createFileRoom({ redis, prefix, name, mostBytes, keys }: FileRoomOptions): FileRoom {
  return {
    async make(id, bytes, ttlMs) {
      await redis.eval(makeScript, 1, `${prefix}:${name}`, id, bytes, Math.ceil(ttlMs), mostBytes, keys);
    },
  };
}
