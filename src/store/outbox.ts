/**
 * One ordered list of deliveries per conversation. A delivery is appended once (its id is remembered for 24 h) and leaves the list only after the platform
 * took it, so that a crash between the two repeats the attempt and loses nothing.
 */
import { answerId, type Delivery } from "../message/delivery.ts";
import { logKeepSeconds, logKey } from "./delivery-log.ts";
import type { Redis } from "./redis.ts";

export interface Outbox {
  /**
   * False when this delivery was appended before, or is a placeholder or progress whose answer was. Of a subject's progress only the newest waits; of what lasts
   * too, and it takes the older one's place, because others stand behind that one and need it.
   */
  append(delivery: Delivery): Promise<boolean>;
  /**
   * The first delivery, for `holder` alone: while it asks again every second or so, nobody else gets any of this conversation. A job's lock is not enough for
   * that: it ends while Redis is away, and its job is begun a second time beside the first.
   */
  first(conversation: string, holder: string): Promise<Head>;
  /** Lets others have the conversation. */
  release(conversation: string, holder: string): Promise<void>;
  /** Takes the delivery off if it is still the first; does nothing otherwise. */
  settle(delivery: Delivery): Promise<void>;
  pending(conversation: string): Promise<number>;
}

export type Head =
  | { readonly held: true; readonly delivery: Delivery | undefined }
  /** Somebody else holds the conversation. */
  | { readonly held: false };

/** A holder that died is followed by another as soon as its job is found stalled. */
const holdMs = 3_000;
const keepSeconds = 24 * 3600;

const appendScript = `
local kind = ARGV[3]
if (kind == 'placeholder' or kind == 'progress') and redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('HINCRBY', KEYS[5], 'stored', 1)
redis.call('EXPIRE', KEYS[5], ARGV[5])
if ARGV[4] == 'lasts' then
  local old = redis.call('GET', KEYS[4])
  local at = old and redis.call('LPOS', KEYS[2], old)
  redis.call('SET', KEYS[4], ARGV[1], 'EX', ARGV[2])
  if at then
    redis.call('LSET', KEYS[2], at, ARGV[1])
    redis.call('HINCRBY', KEYS[5], 'merged', 1)
    return 1
  end
  redis.call('RPUSH', KEYS[2], ARGV[1])
  redis.call('EXPIRE', KEYS[2], ARGV[2])
  return 1
end
if kind == 'progress' or kind == 'answer' then
  local old = redis.call('GET', KEYS[4])
  if old and redis.call('LREM', KEYS[2], 1, old) == 1 then redis.call('HINCRBY', KEYS[5], 'merged', 1) end
  if kind == 'answer' then redis.call('DEL', KEYS[4]) end
end
if kind == 'progress' then
  redis.call('SET', KEYS[4], ARGV[1], 'EX', 60)
  redis.call('EXPIRE', KEYS[1], 60)
end
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1`;

const firstScript = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return {0} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {1, redis.call('LINDEX', KEYS[2], 0)}`;

const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** What was replaced while it was being shown counts as shown. */
const settleScript = `
local first = redis.call('LINDEX', KEYS[1], 0)
if first and cjson.decode(first).id == ARGV[1] then redis.call('LPOP', KEYS[1])
elseif ARGV[2] == 'lasts' then redis.call('HINCRBY', KEYS[2], 'merged', -1) end`;

export function createOutbox(redis: Redis, prefix: string): Outbox {
  const list = (conversation: string) => `${prefix}:outbox:${conversation}`;
  const lease = (conversation: string) => `${prefix}:outbox-holder:${conversation}`;
  const seen = (id: string) => `${prefix}:delivery:${id}`;
  return {
    async append(delivery) {
      const { id, subject, kind, conversation } = delivery;
      const waiting = [seen(answerId(subject)), `${prefix}:progress:${subject}`];
      const keys = [seen(id), list(conversation), ...waiting, logKey(prefix, conversation)];
      const [text, lasts] = [JSON.stringify(delivery), delivery.lasts ? "lasts" : ""];
      return (await redis.eval(appendScript, 5, ...keys, text, keepSeconds, kind, lasts, logKeepSeconds)) === 1;
    },
    async first(conversation, holder) {
      const keys = [lease(conversation), list(conversation)];
      const [held, text] = (await redis.eval(firstScript, 2, ...keys, holder, holdMs)) as [number, string | null];
      return held === 1 ? { held: true, delivery: text ? (JSON.parse(text) as Delivery) : undefined } : { held: false };
    },
    async release(conversation, holder) {
      await redis.eval(releaseScript, 1, lease(conversation), holder);
    },
    async settle(delivery) {
      const { conversation, id, lasts } = delivery;
      const keys = [list(conversation), logKey(prefix, conversation)];
      await redis.eval(settleScript, 2, ...keys, id, lasts ? "lasts" : "");
    },
    async pending(conversation) {
      return await redis.llen(list(conversation));
    },
  };
}
