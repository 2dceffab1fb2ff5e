/** The real queue on a private Redis, with sources handed in: what the program's workers do, without a cluster behind it. */
import { randomUUID } from "node:crypto";
import type { Worker } from "bullmq";
import { createLog } from "../../src/log.ts";
import type { Delivery } from "../../src/message/delivery.ts";
import { createMetrics } from "../../src/metrics.ts";
import { createTerminal, openTerminalSession } from "../../src/platforms/terminal/inbox.ts";
import { createAnswerWorker } from "../../src/queue/answer.ts";
import { createDispatch, type Dispatched } from "../../src/queue/dispatch.ts";
import { type DrainJob, openQueue, type QueryJob, queueNames, type StepJob } from "../../src/queue/jobs.ts";
import { createDeliver, createOutboxWorker } from "../../src/queue/outbox.ts";
import { createQueryWorker } from "../../src/queue/queries.ts";
import type { Outcome, Question, Source, SourceName } from "../../src/sources/question.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { createOutbox } from "../../src/store/outbox.ts";
import { closeRedis, connectProducer, connectWaiting, waitForRedis } from "../../src/store/redis.ts";

export const cluster = "lab";

export interface TestQueue extends AsyncDisposable {
  readonly prefix: string;
  dispatch(text: string, options?: { readonly key?: string; readonly conversation?: string }): Promise<Dispatched>;
  /** Dispatches and waits; the time is from asking to the answer in hand. */
  ask(
    text: string,
  ): Promise<{ readonly dispatched: Dispatched; readonly delivery: Delivery | undefined; readonly ms: number }>;
  readonly session: ReturnType<typeof openTerminalSession>;
  readonly commands: ReturnType<typeof openQueue<StepJob>>;
  readonly deliver: ReturnType<typeof createDeliver>;
}

export async function startQueue(url: string, sources: Partial<Record<SourceName, Source>>): Promise<TestQueue> {
  const prefix = `{test-${randomUUID().slice(0, 8)}}`;
  const ignore = () => undefined;
  const producer = connectProducer(url, ignore);
  const connection = connectWaiting(url, ignore);
  await waitForRedis(producer, 5_000);
  const metrics = createMetrics();
  const shared = { connection, prefix, metrics, log: createLog("silent") };
  const commands = openQueue<StepJob>(queueNames.commands, producer, prefix);
  const drains = openQueue<DrainJob>(queueNames.outbox, producer, prefix);
  const ledger = createLedger<Question, Outcome>(producer, prefix);
  const outbox = createOutbox(producer, prefix);
  const deliver = createDeliver(outbox, drains);
  const entries = Object.entries(sources) as [SourceName, Source][];
  const queues = new Map(
    entries.map(([source]) => [source, openQueue<QueryJob>(queueNames.source(source, cluster), producer, prefix)]),
  );
  const workers: Worker[] = [
    createAnswerWorker({
      ...shared,
      commands,
      ledger,
      deliver,
      configured: (source) => queues.has(source),
      sourceQueue: (source) => queues.get(source) as NonNullable<ReturnType<typeof queues.get>>,
    }),
    createOutboxWorker({ ...shared, outbox, platforms: [createTerminal(producer, prefix)] }),
    ...entries.map(([source, answer]) => createQueryWorker({ ...shared, source, cluster, answer, commands, ledger })),
  ];
  for (const worker of workers) {
    worker.on("error", ignore);
    worker.run().catch(ignore);
  }
  const session = openTerminalSession(url, prefix, ignore);
  const send = createDispatch({ commands, redis: producer, metrics, log: shared.log });
  const dispatch: TestQueue["dispatch"] = (text, options = {}) =>
    send({
      key: options.key ?? randomUUID(),
      conversation: options.conversation ?? session.conversation,
      text,
      askedAt: Date.now(),
      clusters: [cluster],
    });
  return {
    prefix,
    session,
    commands,
    deliver,
    dispatch,
    async ask(text) {
      const started = performance.now();
      const dispatched = await dispatch(text);
      const delivery = dispatched.status === "working" ? await session.next(20_000) : undefined;
      return { dispatched, delivery, ms: performance.now() - started };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.close()));
      await session.close();
      for (const queue of [commands, drains, ...queues.values()]) await queue.close();
      await closeRedis(connection);
      await closeRedis(producer);
    },
  };
}
