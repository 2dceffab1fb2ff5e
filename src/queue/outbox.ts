/**
 * Deliveries wait in one ordered list per conversation and are handed to the platform by one wake-up job per conversation: two workers never post into the
 * same conversation at once. What the platform refuses for good is logged and counted, or parked where it is an alert's; everything else is tried again.
 */
import { randomUUID } from "node:crypto";
import { DelayedError, type Job, type Queue, Worker } from "bullmq";
import type { BotError } from "../errors.ts";
import type { Delivery } from "../message/delivery.ts";
import type { Head, Outbox } from "../store/outbox.ts";
import type { Redis } from "../store/redis.ts";
import { type DrainJob, drainJobOptions, queueNames, workerOptions } from "./jobs.ts";
import { attempt, type PostOptions } from "./outbox-attempt.ts";
import { isKept, type ParkOptions, park, parkAgain, standBehind, tryNow, wakeLater } from "./outbox-parked.ts";

export type Deliver = (delivery: Delivery) => Promise<void>;

const holdAgainMs = 1_000;
const busyMs = 300;
const [firstPauseMs, longestPauseMs] = [125, 15_000] as const;

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

export interface OutboxOptions extends PostOptions, ParkOptions {
  readonly connection: Redis;
  readonly prefix: string;
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
          else if (!(await work(head, { job, token }, options))) return;
        }
      } finally {
        clearInterval(holding);
        await outbox.release(conversation, holder).catch(() => undefined); // it ends by itself
      }
    },
    workerOptions(options.connection, options.prefix, 16),
  );
}

interface Drain {
  readonly job: Job<DrainJob>;
  readonly token: string | undefined;
}

/** One step: what is parked when its time has come, else the first of the list. False where there is nothing to do. */
async function work({ delivery, parked }: Extract<Head, { held: true }>, drain: Drain, options: OutboxOptions) {
  const { outbox } = options;
  if (parked && parked.problem.retryAt <= Date.now()) {
    const { end, error } = await attempt(parked.delivery, options);
    if (end === "again") await again(parked.delivery, error, drain);
    else if (end === "closed") await parkAgain(parked.delivery, error, options);
    else await outbox.settleParked(parked.delivery, end);
    return true;
  }
  if (!delivery) {
    if (parked) await wakeLater(parked, options);
    return false;
  }
  if (parked && isKept(delivery)) {
    await standBehind(delivery, options);
    return true;
  }
  const { end, error } = await attempt(delivery, options);
  if (end === "again") await again(delivery, error, drain);
  else if (end === "closed") await park(delivery, error, options);
  else {
    await outbox.settle(delivery, end);
    if (parked && end === "sent") await tryNow(parked, delivery, options);
  }
  return true;
}

/** The whole conversation waits, so that its order holds: as long as the platform said, or a little longer each time that the same delivery fails. */
async function again({ id }: Delivery, { retryAfterMs }: BotError, { job, token }: Drain): Promise<never> {
  const { conversation, failing } = job.data;
  const times = failing?.id === id ? failing.times + 1 : 1;
  if (retryAfterMs === undefined) await job.updateData({ conversation, failing: { id, times } });
  return await wait(retryAfterMs ?? Math.min(firstPauseMs * 2 ** times, longestPauseMs), job, token);
}

/** Gives the worker back; the job goes on after so long. */
async function wait(ms: number, job: Job<DrainJob>, token: string | undefined): Promise<never> {
  await job.moveToDelayed(Date.now() + ms, token);
  throw new DelayedError();
}
