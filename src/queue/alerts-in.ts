/** From a notification to one durable job. The job's id is the notification's hash, so that what is sent twice, or by both of a pair, is worked on once. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { JobsOptions, Queue } from "bullmq";
import { type Notification, readNotification } from "../alerts/notification.ts";
import { BotError } from "../errors.ts";
import type { Metrics } from "../metrics.ts";
import type { Redis } from "../store/redis.ts";
import type { AlertJob } from "./alerts-jobs.ts";
import { within } from "./deadline.ts";

export interface AlertsInOptions {
  readonly queue: Queue<AlertJob>;
  /** The connection under it. */
  readonly redis: Redis;
  readonly metrics: Metrics;
}

export type TakenNotification =
  | { readonly status: "stored" }
  | { readonly status: "refused"; readonly say: string }
  | { readonly status: "busy" };

const storeMs = 3_000;
/** Waiting notifications: a worker takes hundreds a second, so that more of them mean that nobody works. */
const mostWaiting = 20_000;

/** A group that returns to an earlier state sends the same again, minutes later: by then the earlier one has to be forgotten. */
export const notificationJobOptions: JobsOptions = {
  attempts: 1_000,
  backoff: { type: "alerts" },
  removeOnComplete: { age: 120, count: 20_000 },
  removeOnFail: { age: 24 * 3600, count: 1_000 },
};

/** Rejects where the notification may be stored later: Redis is away or too slow. */
export function createAlertsIn({
  queue,
  redis,
  metrics,
}: AlertsInOptions): (body: string) => Promise<TakenNotification> {
  return async (body) => {
    const read = readNotification(body);
    if (!read.ok) {
      metrics.notifications.inc({ result: "refused" });
      return { status: "refused", say: read.say };
    }
    const { notification } = read;
    try {
      if (redis.status !== "ready") throw new BotError("UNREACHABLE", `redis is ${redis.status}`);
      if ((await within(storeMs, store(notification, queue), "redis gave no reply to a notification")) === "busy") {
        metrics.notifications.inc({ result: "busy" });
        return { status: "busy" };
      }
    } catch (error) {
      metrics.notifications.inc({ result: "busy" });
      throw error;
    }
    metrics.notifications.inc({ result: "stored" });
    return { status: "stored" };
  };
}

async function store(notification: Notification, queue: Queue<AlertJob>): Promise<"stored" | "busy"> {
  if ((await queue.getWaitingCount()) >= mostWaiting) return "busy";
  const job = { kind: "notification", notification, at: Date.now() } as const;
  await queue.add("notification", job, { ...notificationJobOptions, jobId: notification.id });
  return "stored";
}

/** Compares hashes, so that neither content nor length shows in the time it takes. */
export function tokenCheck(token: string): (given: string) => boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  const expected = hash(token);
  return (given) => timingSafeEqual(hash(given), expected);
}
