/**
 * Our own limits, kept below Slack's (page "Rate limits": tiers per method and workspace; posts about one a second per channel with short bursts), so that a
 * full channel makes nobody else wait.
 */
import type { Buckets, Rate } from "../../../store/bucket.ts";
import { rateLimited } from "./failure.ts";
import type { Json } from "./json.ts";
import type { Job } from "./options.ts";
import { pause } from "./wait.ts";

export type SlackMethod =
  | "chat.postMessage"
  | "chat.postEphemeral"
  | "chat.update"
  | "conversations.history"
  | "conversations.replies"
  | "files.getUploadURLExternal"
  | "files.completeUploadExternal"
  | "files.info"
  | "users.info";

const posts: Rate = { burst: 3, perSecond: 1 };
const tier3: Rate = { burst: 10, perSecond: 50 / 60 };
const tier4: Rate = { burst: 20, perSecond: 100 / 60 };

const rates: Record<SlackMethod, Rate> = {
  "chat.postMessage": posts,
  "chat.postEphemeral": posts,
  "files.completeUploadExternal": posts,
  "chat.update": tier3,
  "conversations.history": tier3,
  "conversations.replies": tier3,
  "files.getUploadURLExternal": tier4,
  "files.info": tier4,
  "users.info": tier4,
};

/** Longer waits are the outbox's, which gives the worker back meanwhile. */
const longestWaitMs = 1_000;

/** Takes a token for one call. Rejects with OVERLOADED where that takes longer than a second. */
export async function takeTurn(
  buckets: Buckets,
  { method, args }: { readonly method: SlackMethod; readonly args: Json },
  { team, channel, signal }: Job,
): Promise<void> {
  // A file that is shared nowhere is no post.
  const rate = method === "files.completeUploadExternal" && !("channel_id" in args) ? tier4 : rates[method];
  const name = rate === posts ? `slack.posts ${team}/${channel}` : `slack.${method} ${team}`;
  let left = longestWaitMs;
  for (;;) {
    const wait = await buckets.take(name, rate);
    if (wait === 0) return;
    if (wait > left) throw rateLimited(method, "own_limit", wait);
    left -= wait;
    await pause(wait, signal);
  }
}
