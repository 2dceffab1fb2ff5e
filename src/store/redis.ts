/** Connections to Redis. Each carries the deadline that its use needs: people wait for a producer, a worker waits for work. */
import { Redis } from "ioredis";
import { BotError } from "../errors.ts";

export type { Redis };

/** For short commands that somebody waits for: fails at once while Redis is away instead of queueing for ever. */
export function connectProducer(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2_000,
    commandTimeout: 5_000,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 500),
  });
  redis.on("error", onError);
  return redis;
}

/** For BullMQ workers and blocking reads, which wait through an outage: BullMQ refuses a limit on retries here. */
export function connectWaiting(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2_000,
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
  });
  redis.on("error", onError);
  return redis;
}

const pingEveryMs = 1_000;
const deafMs = 2_000;

/**
 * Gives a connection up for a new one when it answers no ping: TCP alone notices a peer that fell silent after minutes. Not for a connection that blocks, where
 * a ping waits behind the command.
 */
export function replaceWhenDeaf(redis: Redis): void {
  let waiting = false;
  const timer = setInterval(() => {
    if (redis.status !== "ready" || waiting) return;
    waiting = true;
    // Read what has arrived before judging: after a pause of this process the timer comes first.
    const late = setTimeout(() => setImmediate(() => waiting && redis.disconnect(true)), deafMs);
    redis
      .ping()
      .catch(() => undefined) // a connection that broke is replaced already
      .finally(() => {
        waiting = false;
        clearTimeout(late);
      });
  }, pingEveryMs);
  timer.unref();
  redis.once("end", () => clearInterval(timer));
}

/** Resolves when the connection is usable; rejects after `timeoutMs` with what to do. */
export async function waitForRedis(redis: Redis, timeoutMs: number): Promise<void> {
  const until = Date.now() + timeoutMs;
  let last = "no answer";
  if (redis.status === "wait")
    redis.connect().catch((error: unknown) => (last = error instanceof Error ? error.message : String(error)));
  while (redis.status !== "ready") {
    if (Date.now() > until || redis.status === "end") {
      const where = `${redis.options.host ?? "127.0.0.1"}:${redis.options.port ?? 6379}`;
      throw new BotError("UNREACHABLE", `redis ${where}: ${last}`, {
        say: `Redis at ${where} could not be reached (${last}). Start it, or set redis.url in the configuration.`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Ends a connection in bounded time, whatever state it is in. */
export async function closeRedis(redis: Redis): Promise<void> {
  if (redis.status === "ready") {
    await Promise.race([redis.quit().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 500))]);
  }
  redis.disconnect();
}
