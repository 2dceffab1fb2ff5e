/**
 * Incidents by key, each with the version it was read at: whoever writes an older one loses and looks again, so that two workers never overwrite each other. Kept for a
 * month after the last change, which is longer than any repeat_interval.
 */
import { randomUUID } from "node:crypto";
import type { Redis } from "./redis.ts";

export interface Incidents<Incident> {
  read(key: string): Promise<Stored<Incident>>;
  /** False when somebody else wrote in between. */
  write(key: string, incident: Incident, stamp: string): Promise<boolean>;
}

export interface Stored<Incident> {
  readonly incident: Incident | undefined;
  /** Of this reading; "" where there is nothing yet. */
  readonly stamp: string;
}

const keepSeconds = 30 * 24 * 3600;

const writeScript = `
if (redis.call('HGET', KEYS[1], 'stamp') or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'stamp', ARGV[2], 'incident', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1`;

export function createIncidents<Incident>(redis: Redis, prefix: string): Incidents<Incident> {
  const name = (key: string) => `${prefix}:incident:${key}`;
  return {
    async read(key) {
      const [stamp, text] = await redis.hmget(name(key), "stamp", "incident");
      return { incident: text == null ? undefined : (JSON.parse(text) as Incident), stamp: stamp ?? "" };
    },
    async write(key, incident, stamp) {
      const text = JSON.stringify(incident);
      return (await redis.eval(writeScript, 1, name(key), stamp, randomUUID(), text, keepSeconds)) === 1;
    },
  };
}
