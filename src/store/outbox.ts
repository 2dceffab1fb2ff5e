/**
 * One ordered list of deliveries per conversation. A delivery is appended once (its id is remembered for 24 h) and leaves the list only after the platform
 * took it, so that a crash between the two repeats the attempt and loses nothing. What a conversation refuses and is worth keeping stands in a second list beside it.
 */
import { answerId, type Delivery } from "../message/delivery.ts";
import { type DeliveryEnd, type DeliveryProblem, logKeepSeconds, logKey, parkedKeys } from "./delivery-log.ts";
import {
  appendScript,
  firstScript,
  parkScript,
  releaseScript,
  settleParkedScript,
  settleScript,
} from "./outbox-scripts.ts";
import type { Redis } from "./redis.ts";

export interface Outbox {
  /**
   * False when this delivery was appended before, or is a placeholder or progress whose answer was. Of a subject's progress only the newest waits; of what lasts
   * too, and it takes the older one's place, because others stand behind that one and need it. What lasts goes before what does not: in a storm the state of things
   * does not wait for a minute of lines.
   */
  append(delivery: Delivery): Promise<boolean>;
  /**
   * The first delivery, for `holder` alone: while it asks again every second or so, nobody else gets any of this conversation. A job's lock is not enough for
   * that: it ends while Redis is away, and its job is begun a second time beside the first.
   */
  first(conversation: string, holder: string): Promise<Head>;
  /** Lets others have the conversation. */
  release(conversation: string, holder: string): Promise<void>;
  /** Takes the delivery off if it is still the first, and counts how it ended; does nothing otherwise. */
  settle(delivery: Delivery, end: DeliveryEnd): Promise<void>;
  /** The first delivery moves to the end of those that wait for the conversation to take messages again. The oldest leaves where there are too many. */
  park(delivery: Delivery): Promise<void>;
  /** As `settle`, for the first of the parked ones. */
  settleParked(delivery: Delivery, end: DeliveryEnd): Promise<void>;
  /** To be said of the parked ones, before the first is parked. */
  closed(conversation: string, problem: Problem): Promise<void>;
  pending(conversation: string): Promise<number>;
}

export type Head =
  | { readonly held: true; readonly delivery: Delivery | undefined; readonly parked: Parked | undefined }
  /** Somebody else holds the conversation. */
  | { readonly held: false };

export interface Parked {
  readonly delivery: Delivery;
  readonly problem: Problem;
}

/** What is wrong with a conversation, and when it is tried again. */
export interface Problem extends DeliveryProblem {
  readonly retryAt: number;
}

const unknownProblem = JSON.stringify({ say: "It took no messages.", at: 0, retryAt: 0 } satisfies Problem);

/** A holder that died is followed by another as soon as its job is found stalled. */
const holdMs = 3_000;
const keepSeconds = 24 * 3600;
/** Longer than what is parked is tried. */
const parkedSeconds = 48 * 3600;
/** Of one conversation: up to some 10 MB. */
export const mostParked = 500;

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
      const keys = [lease(conversation), list(conversation), ...parkedKeys(prefix, conversation)];
      const [held, text, parked, why] = (await redis.eval(firstScript, 5, ...keys, holder, holdMs)) as [
        number,
        ...(string | null)[],
      ];
      if (held !== 1) return { held: false };
      const problem = JSON.parse(why ?? unknownProblem) as Problem;
      return {
        held: true,
        delivery: text ? (JSON.parse(text) as Delivery) : undefined,
        parked: parked ? { delivery: JSON.parse(parked) as Delivery, problem } : undefined,
      };
    },
    async release(conversation, holder) {
      await redis.eval(releaseScript, 1, lease(conversation), holder);
    },
    async settle(delivery, end) {
      const { conversation, id, subject, lasts } = delivery;
      const keys = [list(conversation), logKey(prefix, conversation)];
      await redis.eval(settleScript, 2, ...keys, id, lasts ? subject : "", end, logKeepSeconds);
    },
    async park(delivery) {
      const { conversation, id } = delivery;
      const [names, texts] = parkedKeys(prefix, conversation);
      const keys = [list(conversation), logKey(prefix, conversation), names, texts];
      await redis.eval(parkScript, 4, ...keys, id, parkedName(delivery), mostParked, parkedSeconds);
    },
    async settleParked(delivery, end) {
      const { conversation, id } = delivery;
      const keys = [...parkedKeys(prefix, conversation), logKey(prefix, conversation)];
      await redis.eval(settleParkedScript, 4, ...keys, id, parkedName(delivery), end);
    },
    async closed(conversation, problem) {
      const [, , why] = parkedKeys(prefix, conversation);
      await redis.set(why, JSON.stringify(problem), "EX", parkedSeconds);
    },
    async pending(conversation) {
      return await redis.llen(list(conversation));
    },
  };
}

/** Of what lasts only the newest waits. */
function parkedName({ id, subject, lasts }: Delivery): string {
  return lasts ? `lasts ${subject}` : id;
}
