import { findProgram } from "../../src/lab/programs/find.ts";
import { startRedis } from "../../src/lab/programs/redis.ts";

export interface TestRedis extends AsyncDisposable {
  readonly url: string;
}

/** A real, private Redis for one test: `await using redis = await startTestRedis()`. */
export async function startTestRedis(): Promise<TestRedis> {
  const program = await findProgram("redis-server", { say: () => undefined });
  const redis = await startRedis(program);
  return { url: redis.url, [Symbol.asyncDispose]: () => redis.close() };
}
