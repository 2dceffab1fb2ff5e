/** What Alertmanager reaches, and what works on what it sent. Loaded only where alerts have routes. */
import type { Queue, Worker } from "bullmq";
import type { Incident } from "../alerts/incident.ts";
import { isAlertsOn } from "../config/alerts.ts";
import type { Config } from "../config.ts";
import { alertmanagerRoute, type Route } from "../http.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { createAlertWorker } from "../queue/alerts.ts";
import { createVerdictAsking } from "../queue/alerts-facts.ts";
import { createAlertsIn, tokenCheck } from "../queue/alerts-in.ts";
import { type AlertJob, alertQueue } from "../queue/alerts-jobs.ts";
import type { Dispatch } from "../queue/dispatch.ts";
import { createDigestAlerts } from "../queue/effects-digest-alerts.ts";
import { createIncidentEffect } from "../queue/effects-incident.ts";
import { openQueue } from "../queue/jobs.ts";
import type { Deliver } from "../queue/outbox.ts";
import { createAlertmanager } from "../sources/alertmanager/alertmanager.ts";
import { createFiles } from "../store/artifacts.ts";
import { createBuckets } from "../store/bucket.ts";
import { createDeliveryLog } from "../store/delivery-log.ts";
import { createIncidents } from "../store/incidents.ts";
import type { Redis } from "../store/redis.ts";
import { createStorms } from "../store/storms.ts";
import { createUnroutedAlerts } from "../store/unrouted.ts";
import { openAdmin } from "./admin.ts";
import { createConversationOf } from "./conversation-of.ts";

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
  /** Does what people ask of incidents. */
  readonly incident: ReturnType<typeof createIncidentEffect>;
  /** Tells a digest of the incidents of its conversation. */
  readonly digestAlerts: ReturnType<typeof createDigestAlerts>;
  openWorker(connection: Redis): Worker;
  close(): Promise<void>;
}

/** Undefined where no route is set. */
export function openAlerts({ config, producer, dispatch, deliver, metrics, log }: AlertsOptions): Alerts | undefined {
  const { alerts, redis, channels, contact, artifacts } = config;
  if (!isAlertsOn(alerts)) return undefined;
  const { prefix } = redis;
  const clusters = config.clusters.map(({ name }) => name);
  const queue: Queue<AlertJob> = openQueue<AlertJob>(alertQueue, producer, prefix);
  queue.on("error", (error) => log.warn({ err: error.message }, "redis connection"));
  const take = createAlertsIn({ queue, redis: producer, metrics });
  return {
    route: alertmanagerRoute({ isToken: tokenCheck(alerts.token), take, log }),
    answered: createVerdictAsking(queue),
    incident: createIncidentEffect({
      ...{ queue, contact, silencers: alerts.silencers },
      incidents: createIncidents<Incident>(producer, prefix),
      alertmanagers: new Map(
        config.clusters.flatMap(({ name, alertmanager }) =>
          alertmanager ? [[name, createAlertmanager(alertmanager)] as const] : [],
        ),
      ),
    }),
    digestAlerts: createDigestAlerts(createIncidents<Incident>(producer, prefix)),
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
        conversationOf: createConversationOf(config),
        deliveryLog: createDeliveryLog(producer, prefix),
        unroutedAlerts: createUnroutedAlerts(producer, prefix),
        admin: openAdmin({ config, deliver, log }),
      }),
    close: () => queue.close(),
  };
}
