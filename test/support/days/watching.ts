/** The Kubernetes source on a clock that is turned by hand, with its memory of changes in Redis, while a cluster lives through its scripted days. */
import { redactText } from "../../../src/analysis/redact.ts";
import { dayMs, hourMs } from "../../../src/analysis/sketch/hour.ts";
import { createKubernetes, type Kubernetes } from "../../../src/sources/kubernetes/kubernetes.ts";
import { createChangeStore } from "../../../src/store/changes.ts";
import type { Redis } from "../../../src/store/redis.ts";
import { cluster, nine } from "../../sources/edges/days.ts";
import { startApiServer } from "../../sources/kubernetes/api-server.ts";
import { deeds, fill } from "./objects.ts";

const minuteMs = 60_000;

export interface WatchedDays extends AsyncDisposable {
  readonly kubernetes: Kubernetes;
}

/** Watched from three days before on; `planted`: what is done on the last day is done. `night`: in the last one nobody watches from 01:10 to 05:40. */
export async function watchDays(
  redis: Redis,
  prefix: string,
  last: "none" | "planted",
  night = false,
): Promise<WatchedDays> {
  const api = await startApiServer();
  fill(api);
  let now = nine - 3 * dayMs;
  const memory = createChangeStore(redis, prefix);
  const changes = { memory, redact: redactText };
  const timing = { backoffMs: 10, maxBackoffMs: 100 };
  const kubernetes = createKubernetes({ name: cluster, kubeconfig: api.kubeconfig, timing, changes, now: () => now });
  const close = async () => {
    await kubernetes.close();
    await api[Symbol.asyncDispose]();
  };
  const count = async () => {
    const signal = AbortSignal.timeout(15_000);
    const kinds = ["policy", "namespace", "node", "config"] as const;
    const asked = { source: "kubernetes", ask: "changes", cluster, target: null, kinds, name: "" } as const;
    const found = await kubernetes.answer({ ...asked, since: nine - dayMs, until: nine }, signal);
    return found.changes?.length ?? 0;
  };
  /** Somebody has watched all the time until then: no sign of life is missing in between. */
  async function turn(to: number): Promise<void> {
    for (const field of await watchedFields()) await redis.hset(watch, field, to);
    now = to;
  }
  /** Whoever watches again says so of each resource. */
  async function wake(at: number): Promise<void> {
    now = at;
    for (const field of await watchedFields()) await memory.watched(cluster, field.slice("until ".length), at);
  }
  const watch = `${prefix}:changes:watch:${cluster}`;
  const watchedFields = async () => (await redis.hkeys(watch)).filter((field) => field.startsWith("until "));
  try {
    await kubernetes.ready(AbortSignal.timeout(20_000));
    if ((await count()) > 0) throw new Error("something changed before anything was done");
    for (const [index, [at, doIt]] of (last === "planted" ? deeds : []).entries()) {
      await turn(at);
      doIt(api);
      const end = performance.now() + 15_000;
      while ((await count()) <= index) {
        if (performance.now() > end) throw new Error(`change ${index + 1} was not seen`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    const end = last === "planted" ? nine : nine - dayMs;
    if (night) {
      await turn(end - 7 * hourMs - 50 * minuteMs);
      await wake(end - 3 * hourMs - 20 * minuteMs);
    }
    await turn(end);
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return { kubernetes, [Symbol.asyncDispose]: close };
}
