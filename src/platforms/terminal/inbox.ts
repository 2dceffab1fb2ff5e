/**
 * The terminal as a platform: an answer is appended to the session's list in Redis by whichever worker delivers it, and read by the process that asked.
 * So an answer survives the worker, and asking from one process what another answers is the normal case.
 */
import { randomUUID } from "node:crypto";
import type { Delivery } from "../../message/delivery.ts";
import { closeRedis, connectWaiting, type Redis } from "../../store/redis.ts";
import type { Platform } from "../platform.ts";

const keepSeconds = 3600;

/** Appends once per delivery id, so that a repeated attempt shows nothing twice. */
const postScript = `
if redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[2]) then
  redis.call('RPUSH', KEYS[2], ARGV[1])
  redis.call('EXPIRE', KEYS[2], ARGV[2])
end`;

export function createTerminal(redis: Redis, prefix: string): Platform {
  return {
    name: "terminal",
    async post(delivery) {
      // What stands below an answer elsewhere is part of its document here.
      if (delivery.kind !== "answer" || delivery.place.under !== undefined) return;
      const list = `${prefix}:${delivery.conversation}`;
      await redis.eval(postScript, 2, `${list}:${delivery.id}`, list, JSON.stringify(delivery), keepSeconds);
    },
  };
}

export interface TerminalSession {
  readonly conversation: string;
  /** The next answer, or undefined after `timeoutMs`. */
  next(timeoutMs: number): Promise<Delivery | undefined>;
  close(): Promise<void>;
}

export function openTerminalSession(url: string, prefix: string, onError: (error: Error) => void): TerminalSession {
  const redis = connectWaiting(url, onError);
  const conversation = `terminal:${randomUUID()}`;
  return {
    conversation,
    async next(timeoutMs) {
      const found = await redis.blpop(`${prefix}:${conversation}`, Math.max(0.05, timeoutMs / 1000));
      return found === null ? undefined : (JSON.parse(found[1]) as Delivery);
    },
    close: () => closeRedis(redis),
  };
}
