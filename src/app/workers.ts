/** The half of the program that answers: sources, queue workers and the platforms that show what they found. Loaded by role, because gRPC and the Kubernetes client are heavy. */

import type { Queue, Worker } from "bullmq";
import { createRedaction } from "../analysis/redact.ts";
import type { Config } from "../config.ts";
import { BotError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Platform } from "../platforms/platform.ts";
import { createAnswerWorker } from "../queue/answer.ts";
import { createPerforming } from "../queue/effects.ts";
import { createCancelEffect } from "../queue/effects-cancel.ts";
import { type DrainJob, openQueue, type QueryJob, queueNames, type StepJob } from "../queue/jobs.ts";
import { createOutboxWorker, type Deliver } from "../queue/outbox.ts";
import { createQueryWorker } from "../queue/queries.ts";
import { createSketches } from "../recorder/edges-history.ts";
import { createRecordings } from "../recorder/recordings.ts";
import { type ClusterSources, openCluster } from "../sources/cluster.ts";
import { type Outcome, type Question, sourceNames } from "../sources/question.ts";
import { createFiles } from "../store/artifacts.ts";
import { createChangeStore } from "../store/changes.ts";
import { createDeliveryLog } from "../store/delivery-log.ts";
import { createFollows } from "../store/follows.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Outbox } from "../store/outbox.ts";
import { closeRedis, connectWaiting, type Redis, replaceWhenDeaf } from "../store/redis.ts";
import { createRunningWork } from "../store/running.ts";
import { openAdmin } from "./admin.ts";
import type { Alerts } from "./alerts.ts";
import { openAnswers } from "./answers.ts";
import type { Digests } from "./digests.ts";
import { startRecorders } from "./recorders.ts";

export interface WorkersOptions {
  readonly config: Pick<
    Config,
    | "redis"
    | "clusters"
    | "redaction"
    | "artifacts"
    | "recorder"
    | "alerts"
    | "slack"
    | "teams"
    | "channels"
    | "contact"
    | "access"
  >;
  /** For short commands: what workers store and ask of each other. */
  readonly producer: Redis;
  readonly commands: Queue<StepJob>;
  readonly ledger: Ledger<Question, Outcome>;
  readonly outbox: Outbox;
  readonly deliver: Deliver;
  readonly platforms: readonly Platform[];
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly flowsFile: string | undefined;
  /** Whether this process may record flows, and answers look into what was recorded. */
  readonly records: boolean;
  /** Works on what Alertmanager sent, where alerts have routes. */
  readonly alerts: Pick<Alerts, "openWorker" | "answered" | "incident" | "digestAlerts"> | undefined;
  /** Absent where nobody could be reached later. */
  readonly digests: Pick<Digests, "openWorker" | "digest"> | undefined;
}

export interface Workers {
  /** 0 until Redis has been there once. */
  count(): number;
  /** Present when flows come from a file: the newest flow's time. */
  readonly now: (() => number) | undefined;
  status(): Readonly<Record<string, string>>;
  /** Takes nothing more and lets running jobs finish, in bounded time. */
  close(): Promise<void>;
}

/** Running jobs get more than the longest question takes; what is left then is another worker's after its lock expires. */
export const patienceMs = 12_000;

/** Of one cluster, in this process: each holds a few megabytes and a stream of flows. */
const capturesAtOnce = 4;
/** Those that are too many are refused by number, and not left to wait. */
const followsAtOnce = 16;
/** In Redis, of all captures together. */
const mostFileBytes = 256 * 1024 * 1024;

export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { config, producer, commands, ledger, outbox, deliver, platforms, metrics, log, flowsFile } = options;
  const records = options.records && config.recorder.enabled;
  const { url, prefix } = config.redis;
  const onRedisError = (error: Error) => log.warn({ err: error.message }, "redis connection");
  const connection = connectWaiting(url, onRedisError);
  replaceWhenDeaf(connection);
  const redaction = createRedaction(config.redaction);
  const sources: ClusterSources[] = [];
  const past = records ? createRecordings(producer, prefix) : undefined;
  const sketches = records && config.recorder.edges ? createSketches(producer, prefix) : undefined;
  const edges = options.records ? sketches : "terminal";
  const changes = createChangeStore(producer, prefix);
  for (const cluster of config.clusters)
    sources.push(
      await openCluster(cluster, {
        ...{ log, redaction, changes },
        ...(flowsFile && { flowsFile }),
        ...(past && { past }),
        ...(edges && { edges }),
      }),
    );
  const workloadOf = new Map(sources.map(({ name, workloadOf: find }) => [name, find]));
  const recorders = records ? startRecorders({ config, redaction, workloadOf, metrics, log }) : undefined;
  const openSourceQueue = (key: string, queueName: string) => {
    const queue = openQueue<QueryJob>(queueName, producer, prefix);
    queue.on("error", onRedisError);
    return [key, queue] as const;
  };
  const sourceQueues = new Map<string, Queue<QueryJob>>(
    sources.flatMap(({ name, answers }) => [
      ...[...answers.keys()].map((source) => openSourceQueue(`${source} ${name}`, queueNames.source(source, name))),
      ...(answers.has("hubble") ? [openSourceQueue(`captures ${name}`, queueNames.captures(name))] : []),
      ...(answers.has("hubble") ? [openSourceQueue(`follows ${name}`, queueNames.follows(name))] : []),
    ]),
  );
  const shared = { connection, prefix, metrics, log };
  const work = createRunningWork(producer, prefix);
  const deliveryLog = createDeliveryLog(producer, prefix);
  const drains = openQueue<DrainJob>(queueNames.outbox, producer, prefix);
  drains.on("error", onRedisError);
  const admin = openAdmin({ config, deliver, log });
  const carrying = {
    files: createFiles({ redis: producer, prefix, mostBytes: mostFileBytes }),
    fileTtlMs: config.artifacts.fileTtl,
    work,
    follows: createFollows(producer, prefix),
    deliver,
  };
  const kept = openAnswers({ config, producer, files: carrying.files });
  const workers: Worker[] = [];
  const open = () => {
    workers.push(
      createAnswerWorker({
        ...shared,
        commands,
        ledger,
        configured: (source, cluster) => sourceQueues.has(`${source} ${cluster}`),
        sourceQueue: ({ source, ask, cluster }) => {
          const lane = ask === "capture" || ask === "follow" ? `${ask}s` : source;
          const queue = sourceQueues.get(`${lane} ${cluster}`);
          if (!queue) throw new BotError("NOT_CONFIGURED", `no queue for ${source} of ${cluster}`);
          return queue;
        },
        deliver,
        work,
        performing: createPerforming({
          ...{ deliveryLog, alertRoutes: config.alerts.routes, show: kept.show },
          cancel: createCancelEffect({ work, admins: config.access.admins, contact: config.contact }),
          incident: options.alerts?.incident,
          digestAlerts: options.alerts?.digestAlerts,
          digest: options.digests?.digest,
        }),
        keep: kept.keep,
        answered: options.alerts?.answered,
      }),
      createOutboxWorker({ ...shared, outbox, drains, platforms, deliveryLog, refused: admin?.refused }),
      ...(options.alerts ? [options.alerts.openWorker(connection)] : []),
      ...(options.digests ? [options.digests.openWorker(connection)] : []),
    );
    for (const { name, answers } of sources) {
      for (const source of sourceNames) {
        const answer = answers.get(source);
        if (!answer) continue;
        const asked = { ...shared, source, cluster: name, answer, commands, ledger, carrying };
        workers.push(createQueryWorker(asked));
        if (source !== "hubble") continue;
        const lane = { queue: queueNames.captures(name), concurrency: capturesAtOnce };
        workers.push(createQueryWorker({ ...asked, lane }));
        const following = { queue: queueNames.follows(name), concurrency: followsAtOnce };
        workers.push(createQueryWorker({ ...asked, lane: following }));
      }
    }
    for (const worker of workers) {
      worker.on("error", (error) => {
        metrics.workerErrors.inc({ queue: worker.name });
        log.warn({ err: error.message, queue: worker.name }, "queue worker");
      });
      worker.run().catch((error: unknown) => log.error({ err: error, queue: worker.name }, "queue worker ended"));
    }
  };
  // Not before Redis is there: BullMQ gives a worker up for good whose first connection fails.
  connection.once("ready", open);
  connection.connect().catch(() => undefined); // reported by the error event; reconnects by itself
  return {
    count: () => workers.length,
    now: sources.map((cluster) => cluster.now).find((now) => now !== undefined),
    status: () =>
      Object.assign({}, ...sources.map((cluster) => cluster.status()), recorders?.status()) as Record<string, string>,
    async close() {
      connection.off("ready", open);
      // Without Redis nothing runs.
      const patience = connection.status === "ready" ? patienceMs : 200;
      await Promise.all(workers.map((worker) => closeWorker(worker, patience)));
      await recorders?.close();
      await Promise.all(sources.map((cluster) => cluster.close()));
      for (const queue of [drains, ...sourceQueues.values()]) await queue.close();
      await closeRedis(connection);
    },
  };
}

async function closeWorker(worker: Worker, patience: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), patience);
  });
  const closing = worker.close().catch(() => undefined); // a lost connection has been logged as the worker's error
  if ((await Promise.race([closing, late])) === "late") {
    await Promise.race([worker.close(true).catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 500))]);
  }
  clearTimeout(timer);
}
