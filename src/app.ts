/** The one place where parts are made and joined. Whoever opens a thing here closes it here, in reverse order. */
import type { Worker } from "bullmq";
import type { Config } from "./config.ts";
import { BotError } from "./errors.ts";
import type { Readiness } from "./http.ts";
import type { Logger } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createTerminal, openTerminalSession, type TerminalSession } from "./platforms/terminal/inbox.ts";
import { createDispatch, type Dispatch } from "./queue/dispatch.ts";
import { type DrainJob, openQueue, type QueryJob, queueNames, type StepJob } from "./queue/jobs.ts";
import { createDeliver } from "./queue/outbox.ts";
import type { ClusterSources } from "./sources/cluster.ts";
import { type Outcome, type Question, sourceNames } from "./sources/question.ts";
import { createLedger } from "./store/ledger.ts";
import { createOutbox } from "./store/outbox.ts";
import { closeRedis, connectProducer, connectWaiting, waitForRedis } from "./store/redis.ts";

export const roles = ["all", "gateway", "worker"] as const;
export type Role = (typeof roles)[number];

export interface AppOptions {
  readonly config: Config;
  /** `gateway` takes commands, `worker` answers them, `all` does both. */
  readonly role: Role;
  readonly log: Logger;
  /** Answers flows from a file instead of Relay. */
  readonly flowsFile?: string;
}

export interface App {
  readonly metrics: Metrics;
  readonly clusters: readonly string[];
  readonly dispatch: Dispatch;
  /** "Now" for commands: the newest flow's time when flows come from a file. */
  readonly now: () => number;
  openTerminal(): TerminalSession;
  readiness(): Readiness;
  /** Rejects when Redis cannot be reached within `timeoutMs`. */
  connected(timeoutMs: number): Promise<void>;
  /** Stops taking work, lets running jobs finish (bounded), closes everything. */
  close(): Promise<void>;
}

type Close = () => Promise<unknown>;

export async function startApp({ config, role, log, flowsFile }: AppOptions): Promise<App> {
  const { url, prefix } = config.redis;
  const metrics = createMetrics();
  const closers: Close[] = [];
  const onRedisError = (error: Error) => log.warn({ err: error.message }, "redis connection");

  const producer = connectProducer(url, onRedisError);
  closers.push(() => closeRedis(producer));
  producer.on("ready", () => metrics.redisUp.set(1));
  producer.on("close", () => metrics.redisUp.set(0));
  producer.connect().catch(() => undefined); // reported by the error event; reconnects by itself

  const commands = openQueue<StepJob>(queueNames.commands, producer, prefix);
  const drains = openQueue<DrainJob>(queueNames.outbox, producer, prefix);
  for (const queue of [commands, drains]) {
    queue.on("error", onRedisError);
    closers.push(() => queue.close());
  }

  const running = role === "gateway" ? undefined : await startWorkers();
  const clusters = config.clusters.map((cluster) => cluster.name);
  let closing = false;
  const dispatch = createDispatch({ commands, redis: producer, metrics, log });

  return {
    metrics,
    clusters,
    now: running?.now ?? Date.now,
    dispatch: async (invocation) =>
      closing
        ? { status: "not_taken", say: "The bot is shutting down. Ask again in a moment." }
        : await dispatch(invocation),
    openTerminal: () => openTerminalSession(url, prefix, onRedisError),
    readiness: () => ({
      ready: !closing && producer.status === "ready",
      parts: { redis: producer.status, role, workers: String(running?.workers.length ?? 0), ...running?.status() },
    }),
    connected: (timeoutMs) => waitForRedis(producer, timeoutMs),
    async close() {
      if (closing) return;
      closing = true;
      // Queues that still wait for their first connection would wait on while they close.
      if (producer.status !== "ready") producer.disconnect();
      await running?.close();
      for (const close of closers.reverse()) await close();
    },
  };

  /** Workers and sources are loaded here and only here, so that a gateway starts without gRPC and the Kubernetes client. */
  async function startWorkers() {
    const [{ createAnswerWorker }, { createQueryWorker }, { createOutboxWorker }, { openCluster }] = await Promise.all([
      import("./queue/answer.ts"),
      import("./queue/queries.ts"),
      import("./queue/outbox.ts"),
      import("./sources/cluster.ts"),
    ]);
    const connection = connectWaiting(url, onRedisError);
    const ledger = createLedger<Question, Outcome>(producer, prefix);
    const outbox = createOutbox(producer, prefix);
    const sources: ClusterSources[] = [];
    for (const cluster of config.clusters)
      sources.push(await openCluster(cluster, { log, ...(flowsFile && { flowsFile }) }));
    const sourceQueues = new Map(
      sources.flatMap(({ name, answers }) =>
        [...answers.keys()].map((source) => {
          const queue = openQueue<QueryJob>(queueNames.source(source, name), producer, prefix);
          queue.on("error", onRedisError);
          closers.push(() => queue.close());
          return [`${source} ${name}`, queue] as const;
        }),
      ),
    );
    const shared = { connection, prefix, metrics, log };
    const workers: Worker[] = [
      createAnswerWorker({
        ...shared,
        commands,
        ledger,
        configured: (source, cluster) => sourceQueues.has(`${source} ${cluster}`),
        sourceQueue: (source, cluster) => {
          const queue = sourceQueues.get(`${source} ${cluster}`);
          if (!queue) throw new BotError("NOT_CONFIGURED", `no queue for ${source} of ${cluster}`);
          return queue;
        },
        deliver: createDeliver(outbox, drains),
      }),
      createOutboxWorker({ ...shared, outbox, platforms: [createTerminal(producer, prefix)] }),
    ];
    for (const { name, answers } of sources) {
      for (const source of sourceNames) {
        const answer = answers.get(source);
        if (answer) workers.push(createQueryWorker({ ...shared, source, cluster: name, answer, commands, ledger }));
      }
    }
    for (const worker of workers) {
      worker.on("error", (error) => {
        metrics.workerErrors.inc({ queue: worker.name });
        log.warn({ err: error.message, queue: worker.name }, "queue worker");
      });
      worker.run().catch((error: unknown) => log.error({ err: error, queue: worker.name }, "queue worker ended"));
    }
    return {
      workers,
      now: sources.map((cluster) => cluster.now).find((now) => now !== undefined) ?? Date.now,
      status: () => Object.assign({}, ...sources.map((cluster) => cluster.status())) as Record<string, string>,
      async close() {
        // Running jobs get 12 s, more than the longest question; what is left then is another worker's after its lock expires. Without Redis nothing runs.
        const patience = connection.status === "ready" ? 12_000 : 200;
        await Promise.all(workers.map((worker) => closeWorker(worker, patience)));
        await Promise.all(sources.map((cluster) => cluster.close()));
        await closeRedis(connection);
      },
    };
  }
}

async function closeWorker(worker: Worker, patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), patienceMs);
  });
  const closing = worker.close().catch(() => undefined); // a lost connection has been logged as the worker's error
  if ((await Promise.race([closing, patience])) === "late") {
    await Promise.race([worker.close(true).catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 500))]);
  }
  clearTimeout(timer);
}
