/** Alerts that no route takes, counted until whoever runs the bot is told of them. */
import type { Redis } from "./redis.ts";

export interface UnroutedAlerts {
  /** Counts these once for `once`. Returns when they may be told, epoch milliseconds, and the name of that report. */
  add(once: string, count: number, names: readonly string[], everyMs: number): Promise<{ at: number; report: string }>;
  /** What the next report says; its count is 0 where it was told already. */
  read(report: string): Promise<{ readonly count: number; readonly names: readonly string[] }>;
  /** The report with so many was made. */
  told(report: string, count: number): Promise<void>;
}

const keepSeconds = 24 * 3600;
const mostNames = 5;

/** `at`: when the last report was made, by Redis' clock; it names the next one. */
const addScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = tonumber(redis.call('HGET', KEYS[1], 'at') or 0)
if redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[1]) then
  redis.call('HINCRBY', KEYS[1], 'count', ARGV[2])
  for index = 5, #ARGV do
    if redis.call('HLEN', KEYS[3]) < tonumber(ARGV[4]) then redis.call('HSETNX', KEYS[3], ARGV[index], '1') end
  end
  redis.call('EXPIRE', KEYS[1], ARGV[1])
  redis.call('EXPIRE', KEYS[3], ARGV[1])
end
return { tostring(math.max(now, at + ARGV[3])), tostring(at) }`;

const toldScript = `
if (redis.call('HGET', KEYS[1], 'at') or '0') ~= ARGV[1] then return end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'at', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
redis.call('HINCRBY', KEYS[1], 'count', -ARGV[2])
redis.call('DEL', KEYS[2])`;

export function createUnroutedAlerts(redis: Redis, prefix: string): UnroutedAlerts {
  const [state, seen] = [`${prefix}:unrouted`, `${prefix}:unrouted-names`];
  return {
    async add(once, count, names, everyMs) {
      const keys = [state, `${prefix}:unrouted-counted:${once}`, seen];
      const reply = await redis.eval(addScript, 3, ...keys, keepSeconds, count, everyMs, mostNames, ...names);
      const [at, report = "0"] = reply as string[];
      return { at: Number(at), report };
    },
    async read(report) {
      const [[at, count], names] = await Promise.all([redis.hmget(state, "at", "count"), redis.hkeys(seen)]);
      return { count: (at ?? "0") === report ? Number(count ?? 0) : 0, names };
    },
    async told(report, count) {
      await redis.eval(toldScript, 2, state, seen, report, count);
    },
  };
}
