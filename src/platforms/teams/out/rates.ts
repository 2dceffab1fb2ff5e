/**
 * Our own limits, kept below Teams' (page "Optimize your bot with rate limiting"): of one thread 7 messages in a second, 8 in two, 60 in thirty, 1,800 in an hour;
 * of a tenant 30 in a second. An edit counts as a message.
 */
import type { Buckets, Rate } from "../../../store/bucket.ts";
import { busy } from "./failure.ts";
import type { Target } from "./options.ts";
import { pause } from "./wait.ts";

/** In two seconds at most 7.6, in thirty 58. */
const thread: Rate = { burst: 4, perSecond: 1.8 };
/** In an hour at most 1,768. */
const hour: Rate = { burst: 400, perSecond: 0.38 };
const tenant: Rate = { burst: 12, perSecond: 15 };

/** Longer waits are the outbox's, which gives the worker back meanwhile. */
const longestWaitMs = 1_000;

/** Takes a token for one request. Rejects with OVERLOADED where that takes longer than a second. */
export async function takeTurn(buckets: Buckets, { conversation, thread: root = "", signal }: Target): Promise<void> {
  const names: readonly (readonly [string, Rate])[] = [
    [`teams.hour ${conversation} ${root}`, hour],
    [`teams.thread ${conversation} ${root}`, thread],
    [`teams.tenant ${conversation.split("/", 1)[0]}`, tenant],
  ];
  let left = longestWaitMs;
  for (const [name, rate] of names) {
    for (;;) {
      const wait = await buckets.take(name, rate);
      if (wait === 0) break;
      if (wait > left) throw busy("post", "own_limit", wait);
      left -= wait;
      await pause(wait, signal);
    }
  }
}

/** Whether there is room for something that nobody misses: less than a third of a thread's messages. */
export async function hasRoom(buckets: Buckets, { conversation, thread: root = "" }: Target): Promise<boolean> {
  return (await buckets.take(`teams.spare ${conversation} ${root}`, { burst: 2, perSecond: 0.5 })) === 0;
}
