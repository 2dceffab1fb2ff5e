/**
 * Deliveries wait in one ordered list per conversation and are handed to the platform by one wake-up job per conversation: two workers never post into the
 * same conversation at once. What the platform refuses for good is logged and counted, everything else is tried again.
 */
import { type Queue, Worker } from "bullmq";
import { BotError, toBotError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Delivery } from "../message/delivery.ts";
import type { Metrics } from "../metrics.ts";
import type { Platform } from "../platforms/platform.ts";
import type { Outbox } from "../store/outbox.ts";
import type { Redis } from "../store/redis.ts";
import { type DrainJob, drainJobOptions, queueNames, workerOptions } from "./jobs.ts";

export type Deliver = (delivery: Delivery) => Promise<void>;

const postDeadlineMs = 10_000;

/** Stores the delivery (once) and wakes the conversation. Safe to repeat. */
export function createDeliver(outbox: Outbox, queue: Queue<DrainJob>): Deliver {
  return async (delivery) => {
    const { conversation } = delivery;
    const deduplication = { id: conversation, keepLastIfActive: true };
    // Sent together, in this order, on one connection: Redis appends before it wakes anybody.
    await Promise.all([
      outbox.append(delivery),
      queue.add("drain", { conversation }, { ...drainJobOptions, deduplication }),
    ]);
  };
}

export interface OutboxOptions {
  readonly connection: Redis;
  readonly prefix: string;
  readonly outbox: Outbox;
  readonly platforms: readonly Platform[];
  readonly metrics: Metrics;
  readonly log: Logger;
}

export function createOutboxWorker(options: OutboxOptions): Worker<DrainJob> {
  const { outbox, metrics, log } = options;
  const platforms = new Map(options.platforms.map((platform) => [platform.name, platform]));
  return new Worker<DrainJob>(
    queueNames.outbox,
    async (job) => {
      const { conversation } = job.data;
      const name = conversation.slice(0, conversation.indexOf(":"));
      for (;;) {
        const delivery = await outbox.first(conversation);
        if (!delivery) return;
        try {
          const platform = platforms.get(name);
          if (!platform) throw new BotError("NOT_CONFIGURED", `no platform named ${name}`);
          await platform.post(delivery, AbortSignal.timeout(postDeadlineMs));
          metrics.deliveries.inc({ platform: name, result: "sent" });
        } catch (thrown) {
          const error = toBotError(thrown);
          const retry = error.retry || error.code === "TIMEOUT" || error.code === "INTERNAL";
          log.error({ err: error, delivery: delivery.id, conversation, retry }, "delivery failed");
          metrics.deliveries.inc({ platform: name, result: retry ? "retried" : "given_up" });
          if (retry) throw error;
        }
        await outbox.settle(delivery);
      }
    },
    workerOptions(options.connection, options.prefix, 16),
  );
}
