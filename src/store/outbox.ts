/**
 * One ordered list of deliveries per conversation. A delivery is appended once (its id is remembered for 24 h) and leaves the list only after the platform
 * took it, so that a crash between the two repeats the attempt and loses nothing.
 */
import type { Delivery } from "../message/delivery.ts";
import type { Redis } from "./redis.ts";

export interface Outbox {
  /** False when this delivery was appended before. */
  append(delivery: Delivery): Promise<boolean>;
  first(conversation: string): Promise<Delivery | undefined>;
  /** Takes the delivery off if it is still the first; does nothing otherwise. */
  settle(delivery: Delivery): Promise<void>;
  pending(conversation: string): Promise<number>;
}

const keepSeconds = 24 * 3600;

const appendScript = `
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1`;

const settleScript = `
local first = redis.call('LINDEX', KEYS[1], 0)
if first and cjson.decode(first).id == ARGV[1] then redis.call('LPOP', KEYS[1]) end`;

export function createOutbox(redis: Redis, prefix: string): Outbox {
  const list = (conversation: string) => `${prefix}:outbox:${conversation}`;
  return {
    async append(delivery) {
      const seen = `${prefix}:delivery:${delivery.id}`;
      return (
        (await redis.eval(
          appendScript,
          2,
          seen,
          list(delivery.conversation),
          JSON.stringify(delivery),
          keepSeconds,
        )) === 1
      );
    },
    async first(conversation) {
      const text = await redis.lindex(list(conversation), 0);
      return text === null ? undefined : (JSON.parse(text) as Delivery);
    },
    async settle(delivery) {
      await redis.eval(settleScript, 1, list(delivery.conversation), delivery.id);
    },
    async pending(conversation) {
      return await redis.llen(list(conversation));
    },
  };
}
