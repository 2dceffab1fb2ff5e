/** Replicas of the schedule on one real Redis, and a platform at the end that notes what it is shown. A replica dies as a process does: from one moment on nothing of it reaches Redis. */
import { createLog } from "../../src/log.ts";
import type { Delivery } from "../../src/message/delivery.ts";
import { createMetrics } from "../../src/metrics.ts";
import { createDispatch } from "../../src/queue/dispatch.ts";
import { identified } from "../../src/queue/effects-digest.ts";
import { openQueue, queueNames, type StepJob } from "../../src/queue/jobs.ts";
import { createTick, type SchedulesOptions } from "../../src/queue/schedules.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { closeRedis, connectProducer, waitForRedis } from "../../src/store/redis.ts";
import { createSubscriptions, type Subscription, type Subscriptions } from "../../src/store/subscriptions.ts";
import { cluster, startQueue } from "../support/queue.ts";

export interface Digesting extends AsyncDisposable {
  /** What everybody takes for now, epoch milliseconds. */
  clock: number;
  readonly subscriptions: Subscriptions;
  /** Headlines, that is not what stands in their threads. */
  readonly shown: readonly Delivery[];
  readonly inThreads: readonly Delivery[];
  readonly options: SchedulesOptions;
  /** `diesAfter`: so many digests asked for, before it can note that it asked. */
  startReplica(changes?: Partial<SchedulesOptions> & { readonly diesAfter?: number }): Promise<Replica>;
  subscribe(changes?: Partial<Subscription>, dueAt?: number): Promise<Subscription>;
}

export interface Replica {
  tick(): Promise<void>;
  readonly died: () => boolean;
}

export async function startDigesting(url: string, clock: number): Promise<Digesting> {
  const all: Delivery[] = [];
  const bench = await startQueue(
    url,
    {},
    { platforms: [{ name: "slack", post: async (delivery) => void all.push(delivery) }] },
  );
  const { redis, prefix, send, deliver } = bench;
  const closing: (() => Promise<void>)[] = [];
  const metrics = createMetrics();
  const options: SchedulesOptions = {
    ...{ connection: redis, prefix, metrics, log: createLog("silent"), clusters: [cluster], contact: "#platform" },
    bindings: [{ match: "slack:*", clusters: ["*"], namespaces: ["*"], commands: ["*"] }],
    subscriptions: createSubscriptions(redis, prefix),
    declared: async () => [],
    isDirect: async () => false,
    dispatch: send,
    deliver,
    now: () => digesting.clock,
  };
  const digesting: Digesting = {
    clock,
    options,
    subscriptions: options.subscriptions,
    get shown() {
      return all.filter(({ place }) => place.under === undefined);
    },
    get inThreads() {
      return all.filter(({ place }) => place.under !== undefined);
    },
    async subscribe(changes = {}, dueAt = clock) {
      const basis = { conversation: "slack:T1/C1", at: 540, zone: "Asia/Seoul", weekdays: false, weekly: false };
      const subscription = identified({ ...basis, namespaces: [], clusters: [], ...changes }, null);
      await options.subscriptions.add(subscription, dueAt);
      return subscription;
    },
    async startReplica({ diesAfter = Number.POSITIVE_INFINITY, ...changes } = {}) {
      const own = connectProducer(url, () => undefined);
      await waitForRedis(own, 5_000);
      const commands = openQueue<StepJob>(queueNames.commands, own, prefix);
      commands.on("error", () => undefined);
      const ledger = createLedger<never, never>(own, prefix);
      const dispatch = createDispatch({ commands, redis: own, ledger, metrics, log: options.log });
      let asked = 0;
      let dead = false;
      closing.push(async () => {
        await commands.close().catch(() => undefined);
        await closeRedis(own);
      });
      const tick = createTick({
        ...options,
        subscriptions: createSubscriptions(own, prefix),
        async dispatch(invocation) {
          const dispatched = await dispatch(invocation);
          if (++asked < diesAfter) return dispatched;
          dead = true;
          own.disconnect();
          throw new Error("killed");
        },
        ...changes,
      });
      return { tick: () => tick().catch(() => undefined), died: () => dead };
    },
    async [Symbol.asyncDispose]() {
      for (const close of closing) await close();
      await bench[Symbol.asyncDispose]();
    },
  };
  return digesting;
}
