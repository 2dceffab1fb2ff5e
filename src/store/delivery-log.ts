/** What became of a conversation's deliveries, counted for a week: for people who ask whether something is missing. */
import type { Redis } from "./redis.ts";

export interface DeliveryLog {
  /** Once for each attempt. */
  note(conversation: string, end: "sent" | "retried" | "given_up", problem?: DeliveryProblem): Promise<void>;
  read(conversation: string): Promise<DeliveryCounts>;
}

export interface DeliveryProblem {
  /** One sentence for people. */
  readonly say: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Epoch milliseconds of the next attempt; null: there is none. */
  readonly retryAt: number | null;
}

export interface DeliveryCounts {
  /** Handed in. */
  readonly stored: number;
  /** Of these: a newer one took its place before it was shown. */
  readonly merged: number;
  readonly sent: number;
  /** Attempts that were repeated. */
  readonly retried: number;
  readonly givenUp: number;
  /** Handed in and not shown yet. */
  readonly pending: number;
  readonly problem: DeliveryProblem | null;
}

export const logKeepSeconds = 7 * 24 * 3600;

export function logKey(prefix: string, conversation: string): string {
  return `${prefix}:delivery-log:${conversation}`;
}

export function createDeliveryLog(redis: Redis, prefix: string): DeliveryLog {
  return {
    async note(conversation, end, problem) {
      const key = logKey(prefix, conversation);
      const work = redis.multi().hincrby(key, end, 1).expire(key, logKeepSeconds);
      if (problem) work.hset(key, "problem", JSON.stringify(problem));
      await work.exec();
    },
    async read(conversation) {
      const [fields, pending] = await Promise.all([
        redis.hgetall(logKey(prefix, conversation)),
        redis.llen(`${prefix}:outbox:${conversation}`),
      ]);
      const count = (name: string) => Number(fields[name] ?? 0);
      return {
        ...{ stored: count("stored"), merged: count("merged"), sent: count("sent"), retried: count("retried") },
        ...{ givenUp: count("given_up"), pending },
        problem: fields["problem"] === undefined ? null : (JSON.parse(fields["problem"]) as DeliveryProblem),
      };
    },
  };
}
