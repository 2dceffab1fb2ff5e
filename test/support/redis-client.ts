/** A real, private Redis for one file of tests, and a connection to it. */
import { afterAll, beforeAll } from "vitest";
import { closeRedis, connectProducer, type Redis, waitForRedis } from "../../src/store/redis.ts";
import { startTestRedis, type TestRedis } from "./redis.ts";

/** There from the file's first test to its last. */
export function useTestRedis(): { readonly redis: Redis; readonly url: string } {
  let open: { readonly server: TestRedis; readonly redis: Redis } | undefined;
  beforeAll(async () => {
    const server = await startTestRedis();
    const redis = connectProducer(server.url, () => undefined);
    open = { server, redis };
    await waitForRedis(redis, 5_000);
  });
  afterAll(async () => {
    if (!open) return;
    await closeRedis(open.redis);
    await open.server[Symbol.asyncDispose]();
  });
  const running = () => {
    if (!open) throw new Error("Redis runs while tests do");
    return open;
  };
  return {
    get redis() {
      return running().redis;
    },
    get url() {
      return running().server.url;
    },
  };
}
