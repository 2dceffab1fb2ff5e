/** The alert worker on the real queue, with a platform at its end that notes what it is shown. */
import type { Worker } from "bullmq";
import type { Incident } from "../../src/alerts/incident.ts";
import { createLog } from "../../src/log.ts";
import type { Delivery } from "../../src/message/delivery.ts";
import { createMetrics } from "../../src/metrics.ts";
import { type AlertsOptions, createAlertWorker } from "../../src/queue/alerts.ts";
import { createAlertsIn } from "../../src/queue/alerts-in.ts";
import { type AlertJob, alertQueue } from "../../src/queue/alerts-jobs.ts";
import { openQueue } from "../../src/queue/jobs.ts";
import { createFiles } from "../../src/store/artifacts.ts";
import { createBuckets } from "../../src/store/bucket.ts";
import { createDeliveryLog } from "../../src/store/delivery-log.ts";
import { createIncidents } from "../../src/store/incidents.ts";
import { closeRedis, connectWaiting, waitForRedis } from "../../src/store/redis.ts";
import { createStorms } from "../../src/store/storms.ts";
import { createUnroutedAlerts } from "../../src/store/unrouted.ts";
import { type GivenNotification, payload } from "../alerts/payloads.ts";
import { cluster, startQueue } from "../support/queue.ts";

export const channel = "slack:C1";
export const conversation = "slack:T1/C1";

export interface Alerting extends AsyncDisposable {
  readonly take: ReturnType<typeof createAlertsIn>;
  post(given: GivenNotification): Promise<string>;
  /** What the platform was handed, in order. */
  readonly shown: readonly Delivery[];
  roots(): Delivery[];
  /** Another worker beside the first. */
  openWorker(): Worker;
}

export async function startAlerting(
  url: string,
  { fails = 0, ...given }: Partial<AlertsOptions> & { readonly fails?: number } = {},
): Promise<Alerting> {
  const shown: Delivery[] = [];
  const post = async (delivery: Delivery): Promise<void> => {
    shown.push(delivery);
  };
  const bench = await startQueue(url, {}, { platforms: [{ name: "slack", post }] });
  const { redis, prefix, send } = bench;
  let left = fails;
  const deliver: AlertsOptions["deliver"] = async (delivery) => {
    if (left-- > 0) throw new Error("the outbox is away");
    await bench.deliver(delivery);
  };
  const connection = connectWaiting(url, () => undefined);
  await waitForRedis(connection, 5_000);
  const queue = openQueue<AlertJob>(alertQueue, redis, prefix);
  const metrics = createMetrics();
  const options: AlertsOptions = {
    ...{ connection, prefix, queue, deliver, metrics, log: createLog("silent"), clusters: [cluster] },
    incidents: createIncidents<Incident>(redis, prefix),
    storms: createStorms(redis, prefix),
    buckets: createBuckets(redis, prefix),
    files: createFiles({ redis, prefix }),
    deliveryLog: createDeliveryLog(redis, prefix),
    unroutedAlerts: createUnroutedAlerts(redis, prefix),
    fileTtlMs: 60_000,
    bindings: [{ match: channel, clusters: ["*"], namespaces: ["*"], commands: ["*"] }],
    contact: "#platform",
    dispatch: send,
    routes: [{ match: {}, matchAnnotations: {}, channel, continue: false }],
    sameThreadForMs: 3_600_000,
    stormAbove: 10,
    conversationOf: async (name) => name.replace("slack:", "slack:T1/"),
    debounceMs: 200,
    ...given,
  };
  const workers: Worker[] = [];
  const take = createAlertsIn({ queue, redis, metrics });
  const alerting: Alerting = {
    take,
    shown,
    post: async (notification) => (await take(JSON.stringify(payload(notification)))).status,
    roots: () => shown.filter(({ lasts }) => lasts),
    openWorker() {
      const worker = createAlertWorker(options);
      worker.on("error", () => undefined);
      worker.run().catch(() => undefined);
      workers.push(worker);
      return worker;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.close()));
      await queue.close();
      await closeRedis(connection);
      await bench[Symbol.asyncDispose]();
    },
  };
  alerting.openWorker();
  return alerting;
}
