/**
 * What a chat shows of us, one Redis hash per name, kept 24 h. A platform may not say whether a post took effect, and a process may die before it could tell:
 * so each attempt is recorded before it is made and taken back only when it surely changed nothing. Times are by Redis' clock, because the next attempt may be
 * another machine's.
 */
import type { Redis } from "./redis.ts";

export interface Showing {
  /** The platform's id of what is shown, where that is known. */
  readonly id: string | undefined;
  /** Attempts of which nobody knows whether they took effect. */
  readonly attempts: number;
  /** Epoch milliseconds of the first and the last of them; 0 where there is none. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Epoch milliseconds of this reading. */
  readonly now: number;
  readonly notes: Readonly<Record<string, string | undefined>>;
}

export interface Shown {
  read(name: string): Promise<Showing>;
  /** To be called right before the request that shows something. */
  intend(name: string): Promise<void>;
  /** The last attempt surely changed nothing. */
  withdraw(name: string): Promise<void>;
  /** What is shown has this id. The first one stays: a late attempt does not move what others have edited since. */
  record(name: string, id: string): Promise<void>;
  note(name: string, notes: Readonly<Record<string, string>>): Promise<void>;
  /** From now on what is known of this name is kept for a month. */
  keep(name: string): Promise<void>;
}

const keepSeconds = 24 * 3600;
const keepLongSeconds = 30 * 24 * 3600;
const notePrefix = "note:";

const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

const readScript = `${clock}
return { now, redis.call('HGETALL', KEYS[1]) }`;

const intendScript = `${clock}
redis.call('HSETNX', KEYS[1], 'firstAt', now)
redis.call('HSET', KEYS[1], 'lastAt', now)
redis.call('HINCRBY', KEYS[1], 'attempts', 1)
redis.call('EXPIRE', KEYS[1], ARGV[1])`;

const withdrawScript = `
if tonumber(redis.call('HGET', KEYS[1], 'attempts') or 0) > 1 then redis.call('HINCRBY', KEYS[1], 'attempts', -1)
else redis.call('HDEL', KEYS[1], 'attempts', 'firstAt', 'lastAt') end`;

export function createShown(redis: Redis, prefix: string): Shown {
  const key = (name: string) => `${prefix}:shown:${name}`;
  return {
    async read(name) {
      const [now, pairs] = (await redis.eval(readScript, 1, key(name))) as [number, string[]];
      const fields = Object.fromEntries(
        Array.from({ length: pairs.length / 2 }, (_, at) => [pairs[2 * at] ?? "", pairs[2 * at + 1] ?? ""]),
      );
      return {
        id: fields["id"],
        attempts: Number(fields["attempts"] ?? 0),
        firstAt: Number(fields["firstAt"] ?? 0),
        lastAt: Number(fields["lastAt"] ?? 0),
        now,
        notes: Object.fromEntries(
          Object.entries(fields).flatMap(([field, value]) =>
            field.startsWith(notePrefix) ? [[field.slice(notePrefix.length), value]] : [],
          ),
        ),
      };
    },
    async intend(name) {
      await redis.eval(intendScript, 1, key(name), keepSeconds);
    },
    async withdraw(name) {
      await redis.eval(withdrawScript, 1, key(name));
    },
    async record(name, id) {
      await redis.multi().hsetnx(key(name), "id", id).expire(key(name), keepSeconds).exec();
    },
    async note(name, notes) {
      const fields = Object.fromEntries(Object.entries(notes).map(([field, value]) => [notePrefix + field, value]));
      await redis.multi().hset(key(name), fields).expire(key(name), keepSeconds).exec();
    },
    async keep(name) {
      await redis.expire(key(name), keepLongSeconds);
    },
  };
}
