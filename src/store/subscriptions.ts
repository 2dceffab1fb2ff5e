/**
 * Who gets a digest where and when, kept until it is unsubscribed, with the moment it is due next. That moment moves only for whoever read it last, and a day that was begun is
 * remembered longer than anything is tried: so two processes, or one after a restart, never make two of one day.
 */
import type { Redis } from "./redis.ts";

export interface Subscription {
  /** 8 hex digits of what it is: the same again is the same subscription. */
  readonly id: string;
  readonly conversation: string;
  /** Where the configuration declares it: `digests[0]`. Null: somebody asked for it. */
  readonly declared: string | null;
  /** Minutes after local midnight. */
  readonly at: number;
  /** IANA name. */
  readonly zone: string;
  readonly weekdays: boolean;
  readonly weekly: boolean;
  /** None: all that may be seen. */
  readonly namespaces: readonly string[];
  /** None: the conversation's default. */
  readonly clusters: readonly string[];
}

export interface SubscriptionState {
  /** Epoch milliseconds of the last digest; 0: there was none yet. */
  readonly sentAt: number;
  /** Local days since then that had none, oldest first. */
  readonly skipped: readonly string[];
  /** Why it may not be made any more; null while it may. */
  readonly paused: string | null;
}

export interface Subscribed {
  readonly subscription: Subscription;
  readonly state: SubscriptionState;
  /** Epoch milliseconds. */
  readonly dueAt: number;
}

export interface Subscriptions {
  add(subscription: Subscription, dueAt: number): Promise<"added" | "exists" | "full here" | "full">;
  /** Of the configuration: whatever it declared before and does not now is gone. What stays keeps its state. */
  declare(subscriptions: readonly (readonly [Subscription, dueAt: number])[]): Promise<void>;
  remove(id: string, conversation: string): Promise<boolean>;
  /** By the time they are due. */
  of(conversation: string): Promise<Subscribed[]>;
  /** At most so many that are due, the longest overdue first. */
  due(now: number, most: number): Promise<Subscribed[]>;
  /** The digest of a local day is made from now on, unless it was sent already. Remembered for days. */
  begin(id: string, day: string): Promise<"begun" | "sent">;
  sent(id: string, day: string): Promise<void>;
  /** It was begun: perhaps it was sent too. */
  isBegun(id: string, day: string): Promise<boolean>;
  /** Moves what was read to its next time. False when somebody else did, or it was unsubscribed. */
  settle(read: Subscribed, state: SubscriptionState, dueAt: number): Promise<boolean>;
}

/** In one conversation, and everywhere. */
export const mostHere = 10;
const mostAll = 2_000;
/** Longer than anything is sent late, and than a clock is set back. */
const begunSeconds = 4 * 24 * 3600;

/** Of one that nothing has happened to. */
export const fresh: SubscriptionState = { sentAt: 0, skipped: [], paused: null };

/** KEYS: all, due, here. ARGV: id, text, dueAt, most here, most at all. */
const addScript = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 'exists' end
if redis.call('SCARD', KEYS[3]) >= tonumber(ARGV[4]) then return 'full here' end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return 'full' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('SADD', KEYS[3], ARGV[1])
return 'added'`;

/** KEYS: all, due, states, here. */
const removeScript = `
if redis.call('SREM', KEYS[4], ARGV[1]) == 0 then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
return 1`;

const beginScript = `
if redis.call('GET', KEYS[1]) == 'sent' then return 'sent' end
redis.call('SET', KEYS[1], 'begun', 'EX', ARGV[1])
return 'begun'`;

/** KEYS: due, states. ARGV: id, due before, state, due next. */
const settleScript = `
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0) ~= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[4], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
return 1`;

export function createSubscriptions(redis: Redis, prefix: string): Subscriptions {
  const [all, due, states] = [`${prefix}:digests`, `${prefix}:digests-due`, `${prefix}:digests-state`];
  const here = (conversation: string) => `${prefix}:digests-of:${conversation}`;
  const begun = (id: string, day: string) => `${prefix}:digest-begun:${id}:${day}`;

  async function read(ids: readonly string[]): Promise<Subscribed[]> {
    if (ids.length === 0) return [];
    const [texts, held, scores] = await Promise.all([
      redis.hmget(all, ...ids),
      redis.hmget(states, ...ids),
      redis.zmscore(due, ...ids),
    ]);
    return ids.flatMap((_, index) => {
      const text = texts[index];
      if (text == null) return [];
      const state = held[index] == null ? fresh : (JSON.parse(held[index]) as SubscriptionState);
      return [{ subscription: JSON.parse(text) as Subscription, state, dueAt: Number(scores[index] ?? 0) }];
    });
  }

  async function remove(id: string, conversation: string): Promise<boolean> {
    return (await redis.eval(removeScript, 4, all, due, states, here(conversation), id)) === 1;
  }

  return {
    async add(subscription, dueAt) {
      const { id, conversation } = subscription;
      const keys = [all, due, here(conversation)];
      const text = JSON.stringify(subscription);
      return (await redis.eval(addScript, 3, ...keys, id, text, dueAt, mostHere, mostAll)) as Awaited<
        ReturnType<Subscriptions["add"]>
      >;
    },
    async declare(subscriptions) {
      const declared = new Set(subscriptions.map(([{ id }]) => id));
      const known = (await redis.hvals(all)).map((text) => JSON.parse(text) as Subscription);
      for (const { id, conversation, declared: where } of known)
        if (where !== null && !declared.has(id)) await remove(id, conversation);
      for (const [subscription, dueAt] of subscriptions) {
        const { id, conversation } = subscription;
        const work = redis.multi().hset(all, id, JSON.stringify(subscription)).zadd(due, "NX", dueAt, id);
        await work.sadd(here(conversation), id).exec();
      }
    },
    remove,
    async of(conversation) {
      const found = await read(await redis.smembers(here(conversation)));
      return found.sort((a, b) => a.dueAt - b.dueAt);
    },
    async due(now, most) {
      return await read(await redis.zrangebyscore(due, "-inf", now, "LIMIT", 0, most));
    },
    async begin(id, day) {
      return (await redis.eval(beginScript, 1, begun(id, day), begunSeconds)) as "begun" | "sent";
    },
    async sent(id, day) {
      await redis.set(begun(id, day), "sent", "EX", begunSeconds);
    },
    async isBegun(id, day) {
      return (await redis.exists(begun(id, day))) === 1;
    },
    async settle({ subscription: { id }, dueAt }, state, next) {
      return (await redis.eval(settleScript, 2, due, states, id, dueAt, JSON.stringify(state), next)) === 1;
    },
  };
}
