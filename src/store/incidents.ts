/**
 * Incidents by key, each with the version it was read at: whoever writes an older one loses and looks again, so that two workers never overwrite each other. Kept for a
 * month after the last change, which is longer than any repeat_interval.
 */
import { randomUUID } from "node:crypto";
import type { Redis } from "./redis.ts";

export interface Incidents<Incident extends Placed> {
  read(key: string): Promise<Stored<Incident>>;
  /** False when somebody else wrote in between. */
  write(key: string, incident: Incident, stamp: string): Promise<boolean>;
  /** The keys of those of a conversation that begin so, the last one changed in front. */
  find(conversation: string, beginning: string): Promise<readonly string[]>;
  /** Those of a conversation that were written since `since`, epoch milliseconds: at most so many, the last one in front. */
  recent(conversation: string, since: number, most: number): Promise<readonly Incident[]>;
}

/** Where it is shown. */
export interface Placed {
  readonly conversation: string;
}

export interface Stored<Incident> {
  readonly incident: Incident | undefined;
  /** Of this reading; "" where there is nothing yet. */
  readonly stamp: string;
}

const keepSeconds = 30 * 24 * 3600;
/** Of one conversation, that are found by the beginning of their key: the latest. */
const mostFound = 5_000;

const writeScript = `
if (redis.call('HGET', KEYS[1], 'stamp') or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'stamp', ARGV[2], 'incident', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('ZADD', KEYS[2], ARGV[6], ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[6] - ARGV[5] * 1000)
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - ARGV[7])
redis.call('EXPIRE', KEYS[2], ARGV[5])
return 1`;

export function createIncidents<Incident extends Placed>(redis: Redis, prefix: string): Incidents<Incident> {
  const name = (key: string) => `${prefix}:incident:${key}`;
  const list = (conversation: string) => `${prefix}:incidents:${conversation}`;
  return {
    async read(key) {
      const [stamp, text] = await redis.hmget(name(key), "stamp", "incident");
      return { incident: text == null ? undefined : (JSON.parse(text) as Incident), stamp: stamp ?? "" };
    },
    async write(key, incident, stamp) {
      const text = JSON.stringify(incident);
      const numbers = [keepSeconds, Date.now(), mostFound];
      const given = [name(key), list(incident.conversation), stamp, randomUUID(), text, key, ...numbers];
      return (await redis.eval(writeScript, 2, ...given)) === 1;
    },
    async find(conversation, beginning) {
      const keys = await redis.zrevrange(list(conversation), 0, -1);
      return keys.filter((key) => key.startsWith(beginning));
    },
    async recent(conversation, since, most) {
      const keys = await redis.zrevrangebyscore(list(conversation), "+inf", since, "LIMIT", 0, most);
      const texts = await Promise.all(keys.map((key) => redis.hget(name(key), "incident")));
      return texts.flatMap((text) => (text === null ? [] : [JSON.parse(text) as Incident]));
    },
  };
}
