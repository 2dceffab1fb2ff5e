/**
 * Deliveries wait in one ordered list per conversation and are handed to the platform by one wake-up job per conversation: two workers never post into the
 * same conversation at once. What the platform refuses for good is logged and counted, everything else is tried again.
 */
import { randomUUID } from "node:crypto";
import { DelayedError, type Job, type Queue, Worker } from "bullmq";
import { BotError, toBotError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Delivery } from "../message/delivery.ts";
import type { Metrics } from "../metrics.ts";
import type { Platform } from "../platforms/platform.ts";
import type { DeliveryLog } from "../store/delivery-log.ts";
import type { Outbox } from "../store/outbox.ts";
import type { Redis } from "../store/redis.ts";
import { type DrainJob, drainJobOptions, queueNames, workerOptions } from "./jobs.ts";

export type Deliver = (delivery: Delivery) => Promise<void>;

const postDeadlineMs = 10_000;
const holdAgainMs = 1_000;
const busyMs = 300;
/** What no platform ever answers to, and what we get wrong ourselves, must not stop a conversation for a day. */
const giveUpMs = 10 * 60_000;

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
  readonly deliveryLog: Pick<DeliveryLog, "note">;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export function createOutboxWorker(options: OutboxOptions): Worker<DrainJob> {
  const { outbox } = options;
  return new Worker<DrainJob>(
    queueNames.outbox,
    async (job, token) => {
      const { conversation } = job.data;
      const holder = randomUUID();
      const holding = setInterval(() => outbox.first(conversation, holder).catch(() => undefined), holdAgainMs);
      try {
        for (;;) {
          const head = await outbox.first(conversation, holder);
          if (!head.held) await wait(busyMs, job, token);
          else if (!head.delivery) return;
          else await handOver(head.delivery, job, token, options);
        }
      } finally {
        clearInterval(holding);
        await outbox.release(conversation, holder).catch(() => undefined); // it ends by itself
      }
    },
    workerOptions(options.connection, options.prefix, 16),
  );
}

/** Ends the job with an error when the delivery has to be tried again. */
async function handOver(
  delivery: Delivery,
  job: Job<DrainJob>,
  token: string | undefined,
  options: OutboxOptions,
): Promise<void> {
  const error = await post(delivery, options);
  // The whole conversation waits, so that its order holds: as long as the platform said, or a little longer each time.
  if (error?.retryAfterMs !== undefined) await wait(error.retryAfterMs, job, token);
  if (error) throw error;
  await options.outbox.settle(delivery);
}

/** Returns the error when the delivery has to be tried again. */
async function post(delivery: Delivery, options: OutboxOptions): Promise<BotError | undefined> {
  const { conversation, kind, id } = delivery;
  const name = conversation.slice(0, conversation.indexOf(":"));
  const counted = (result: "sent" | "retried" | "given_up", error?: BotError) => {
    options.metrics.deliveries.inc({ platform: name, result });
    const at = Date.now();
    const retryAt = result === "retried" ? at + (error?.retryAfterMs ?? 0) : null;
    const problem = error && { say: error.say, at, retryAt };
    options.deliveryLog.note(conversation, result, problem).catch(() => undefined); // nobody waits for the count
  };
  try {
    const platform = options.platforms.find((candidate) => candidate.name === name);
    if (!platform) throw new BotError("NOT_CONFIGURED", `no platform named ${name}`);
    await platform.post(delivery, AbortSignal.timeout(postDeadlineMs));
    counted("sent");
    return undefined;
  } catch (thrown) {
    const error = toBotError(thrown);
    const young = Date.now() - delivery.at < giveUpMs;
    // Progress that did not get through is old by the next attempt, and whatever stands behind it must not wait for it.
    const again =
      kind !== "progress" && (error.retry || (young && (error.code === "TIMEOUT" || error.code === "INTERNAL")));
    counted(again ? "retried" : "given_up", error);
    const facts = { err: error, delivery: id, kind, conversation };
    if (again) options.log.warn(facts, "delivery has to be tried again");
    else options.log[kind === "progress" ? "debug" : "error"](facts, "delivery given up");
    return again ? error : undefined;
  }
}

/** Gives the worker back; the job goes on after so long. */
async function wait(ms: number, job: Job<DrainJob>, token: string | undefined): Promise<never> {
  await job.moveToDelayed(Date.now() + ms, token);
  throw new DelayedError();
}
