/** What Alertmanager reaches, and what works on what it sent. Loaded only where alerts have routes. */
import type { Queue, Worker } from "bullmq";
import { isAlertsOn } from "../config/alerts.ts";
import type { Config } from "../config.ts";
import { BotError } from "../errors.ts";
import { alertmanagerRoute, type Route } from "../http.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { createAlertWorker } from "../queue/alerts.ts";
import { createVerdictAsking } from "../queue/alerts-facts.ts";
import { createAlertsIn, tokenCheck } from "../queue/alerts-in.ts";
import { type AlertJob, alertQueue } from "../queue/alerts-jobs.ts";
import type { Dispatch } from "../queue/dispatch.ts";
import { openQueue } from "../queue/jobs.ts";
import type { Deliver } from "../queue/outbox.ts";
import { createFiles } from "../store/artifacts.ts";
import { createBuckets } from "../store/bucket.ts";
import { createIncidents } from "../store/incidents.ts";
import type { Redis } from "../store/redis.ts";
import { createStorms } from "../store/storms.ts";

export interface AlertsOptions {
  readonly config: Config;
  readonly producer: Redis;
  readonly dispatch: Dispatch;
  readonly deliver: Deliver;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export interface Alerts {
  readonly route: Route;
  /** Hears of every answer. */
  readonly answered: ReturnType<typeof createVerdictAsking>;
  openWorker(connection: Redis): Worker;
  close(): Promise<void>;
}

/** Undefined where no route is set. */
export function openAlerts({ config, producer, dispatch, deliver, metrics, log }: AlertsOptions): Alerts | undefined {
  const { alerts, redis, slack, channels, contact, artifacts } = config;
  if (!isAlertsOn(alerts)) return undefined;
  const { prefix } = redis;
  const clusters = config.clusters.map(({ name }) => name);
  const queue: Queue<AlertJob> = openQueue<AlertJob>(alertQueue, producer, prefix);
  queue.on("error", (error) => log.warn({ err: error.message }, "redis connection"));
  const take = createAlertsIn({ queue, redis: producer, metrics });
  return {
    route: alertmanagerRoute({ isToken: tokenCheck(alerts.token), take, log }),
    answered: createVerdictAsking(queue),
    openWorker: (connection) =>
      createAlertWorker({
        ...{ connection, prefix, queue, clusters, contact, dispatch, deliver, metrics, log },
        incidents: createIncidents(producer, prefix),
        storms: createStorms(producer, prefix),
        buckets: createBuckets(producer, prefix),
        files: createFiles({ redis: producer, prefix }),
        fileTtlMs: artifacts.fileTtl,
        bindings: channels,
        routes: alerts.routes,
        sameThreadForMs: alerts.sameThreadFor,
        stormAbove: alerts.stormAbove,
        conversationOf: createConversationOf(slack),
      }),
    close: () => queue.close(),
  };
}

/** Deliveries name the workspace; whoever writes the configuration need not. Asked once (method auth.test). */
function createConversationOf(slack: Config["slack"]): (channel: string) => Promise<string> {
  let known: string | undefined;
  return async (channel) => {
    if (channel.includes("/")) return channel;
    if (slack === undefined) throw new BotError("NOT_CONFIGURED", "alerts go to Slack, which is not configured");
    known ??= await teamOf(slack);
    return channel.replace("slack:", `slack:${known}/`);
  };
}

async function teamOf({ apiUrl, botToken }: NonNullable<Config["slack"]>): Promise<string> {
  const response = await fetch(new URL("auth.test", apiUrl), {
    method: "POST",
    headers: { authorization: `Bearer ${botToken}` },
    redirect: "error",
    signal: AbortSignal.timeout(5_000),
  });
  const { team_id: team } = (await response.json()) as { readonly team_id?: unknown };
  if (typeof team === "string" && /^[A-Z0-9]{1,32}$/.test(team)) return team;
  throw new BotError("UNREACHABLE", "slack auth.test did not name the team");
}
