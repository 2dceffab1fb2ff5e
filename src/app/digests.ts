/** Digests on time, and what people subscribe to. Loaded only where a chat is configured. */
import type { Queue, Worker } from "bullmq";
import { readZone } from "../analysis/calendar/zones.ts";
import type { Config } from "../config.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Dispatch } from "../queue/dispatch.ts";
import { createDigestEffect, type DigestEffectsOptions, identified } from "../queue/effects-digest.ts";
import { openQueue } from "../queue/jobs.ts";
import type { Deliver } from "../queue/outbox.ts";
import { createSchedulesWorker, type DigestTick, digestQueue, keepTicking } from "../queue/schedules.ts";
import { createConversations } from "../store/conversations.ts";
import type { Redis } from "../store/redis.ts";
import { createSubscriptions, type Subscription } from "../store/subscriptions.ts";
import { createConversationOf } from "./conversation-of.ts";
import { createIsDirect } from "./is-direct.ts";

export interface DigestsOptions {
  readonly config: Config;
  readonly producer: Redis;
  readonly dispatch: Dispatch;
  readonly deliver: Deliver;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export interface Digests {
  /** Does what people ask of subscriptions. */
  readonly digest: ReturnType<typeof createDigestEffect>;
  /** Ticks from here on. */
  openWorker(connection: Redis): Worker;
  close(): Promise<void>;
}

export function openDigests({ config, producer, dispatch, deliver, metrics, log }: DigestsOptions): Digests {
  const { redis, channels: bindings, contact } = config;
  const { prefix } = redis;
  const clusters = config.clusters.map(({ name }) => name);
  const subscriptions = createSubscriptions(producer, prefix);
  const queue: Queue<DigestTick> = openQueue<DigestTick>(digestQueue, producer, prefix);
  queue.on("error", (error) => log.warn({ err: error.message }, "redis connection"));
  const isDirect = createIsDirect(createConversations(producer, prefix));
  let endTicking: (() => void) | undefined;
  return {
    digest: createDigestEffect({ subscriptions, zoneOf: createZoneOf(config), now: Date.now }),
    openWorker(connection) {
      endTicking = keepTicking(queue, log);
      return createSchedulesWorker({
        ...{
          connection,
          prefix,
          subscriptions,
          bindings,
          contact,
          clusters,
          isDirect,
          dispatch,
          deliver,
          metrics,
          log,
        },
        declared: () => declaredIn(config),
        now: Date.now,
      });
    },
    async close() {
      endTicking?.();
      await queue.close();
    },
  };
}

async function declaredIn(config: Config): Promise<Subscription[]> {
  const conversationOf = createConversationOf(config);
  return await Promise.all(
    config.digests.map(async ({ channel, ...digest }, index) =>
      identified({ conversation: await conversationOf(channel), ...digest }, `digests[${index}]`),
    ),
  );
}

const zoneMs = 2_000;

/** Slack tells who asks (method users.info, scope users:read); Teams told already. */
function createZoneOf({ slack }: Pick<Config, "slack">): DigestEffectsOptions["zoneOf"] {
  return async (conversation, person) => {
    if (!slack || !conversation.startsWith("slack:")) return undefined;
    try {
      const response = await fetch(new URL("users.info", slack.apiUrl), {
        method: "POST",
        headers: { authorization: `Bearer ${slack.botToken}` },
        body: new URLSearchParams({ user: person }),
        redirect: "error",
        signal: AbortSignal.timeout(zoneMs),
      });
      const { user } = (await response.json()) as { readonly user?: { readonly tz?: unknown } };
      return typeof user?.tz === "string" ? readZone(user.tz) : undefined;
    } catch {
      return undefined; // the answer says that it is UTC
    }
  };
}
