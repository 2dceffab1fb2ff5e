/** What became of a conversation's deliveries and alerts, counted for a week: for people who ask whether something is missing. */
import type { Redis } from "./redis.ts";

export interface DeliveryLog {
  /** An attempt that has to be repeated, or was the last one. */
  note(conversation: string, problem: DeliveryProblem): Promise<void>;
  /** What came of one group of a notification; `once` names the two of them, and counts no second time. */
  noteAlert(conversation: string, once: string, end: AlertEnd): Promise<void>;
  read(conversation: string): Promise<DeliveryCounts>;
}

/** How a delivery left the outbox; `merged`: what stands for it comes or was shown. */
export type DeliveryEnd = "sent" | "given_up" | "merged";

/** Of a group of alerts: a thread was opened, or changed; nothing new was said; it is in a storm's thread. */
export const alertEnds = ["opened", "changed", "repeated", "stormed"] as const;
export type AlertEnd = (typeof alertEnds)[number];

export interface DeliveryProblem {
  /** One sentence for people. */
  readonly say: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Epoch milliseconds of the next attempt; null: there is none. */
  readonly retryAt: number | null;
}

/** `stored` is the sum of `merged`, `sent`, `givenUp`, `pending` and what is parked. */
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
  /** What the conversation refuses and is kept for it; null where there is nothing. */
  readonly parked: (DeliveryProblem & { readonly count: number }) | null;
  /** Groups in notifications, by what came of them. */
  readonly alerts: Readonly<Record<AlertEnd, number>>;
}

export const logKeepSeconds = 7 * 24 * 3600;
/** Longer than a notification's job is tried. */
const onceSeconds = 48 * 3600;

export function logKey(prefix: string, conversation: string): string {
  return `${prefix}:delivery-log:${conversation}`;
}

/** The parked ones' names in order, their texts by name, and what is wrong with the conversation. */
export function parkedKeys(prefix: string, conversation: string): readonly [string, string, string] {
  return [
    `${prefix}:parked:${conversation}`,
    `${prefix}:parked-texts:${conversation}`,
    `${prefix}:parked-why:${conversation}`,
  ];
}

const alertScript = `
if redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[2]) then
  redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
  redis.call('EXPIRE', KEYS[2], ARGV[3])
end`;

export function createDeliveryLog(redis: Redis, prefix: string): DeliveryLog {
  return {
    async note(conversation, problem) {
      const key = logKey(prefix, conversation);
      const work = redis.multi().hset(key, "problem", JSON.stringify(problem)).expire(key, logKeepSeconds);
      if (problem.retryAt !== null) work.hincrby(key, "retried", 1);
      await work.exec();
    },
    async noteAlert(conversation, once, end) {
      const keys = [`${prefix}:alert-counted:${once}`, logKey(prefix, conversation)];
      await redis.eval(alertScript, 2, ...keys, `alerts_${end}`, onceSeconds, logKeepSeconds);
    },
    async read(conversation) {
      const [names, , why] = parkedKeys(prefix, conversation);
      // One moment, or the numbers would not add up.
      const replies = await redis
        .multi()
        .hgetall(logKey(prefix, conversation))
        .llen(`${prefix}:outbox:${conversation}`)
        .llen(names)
        .get(why)
        .exec();
      const [fields, pending, parked, wrong] = (replies ?? []).map(([, reply]) => reply) as [
        Record<string, string>,
        number,
        number,
        string | null,
      ];
      const count = (name: string) => Number(fields[name] ?? 0);
      const read = (text: string | null | undefined) => (text == null ? null : (JSON.parse(text) as DeliveryProblem));
      const problem = read(wrong);
      return {
        ...{ stored: count("stored"), merged: count("merged"), sent: count("sent"), retried: count("retried") },
        ...{ givenUp: count("given_up"), pending, problem: read(fields["problem"]) },
        parked: parked > 0 && problem ? { ...problem, count: parked } : null,
        alerts: {
          opened: count("alerts_opened"),
          changed: count("alerts_changed"),
          repeated: count("alerts_repeated"),
          stormed: count("alerts_stormed"),
        },
      };
    },
  };
}
