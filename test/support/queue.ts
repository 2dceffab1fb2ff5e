/** The real queue on a private Redis, with sources handed in: what the program's workers do, without a cluster behind it. */
import { randomUUID } from "node:crypto";
import type { Worker } from "bullmq";
import { createLog } from "../../src/log.ts";
import type { Delivery } from "../../src/message/delivery.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { Platform } from "../../src/platforms/platform.ts";
import { createTerminal, openTerminalSession } from "../../src/platforms/terminal/inbox.ts";
import { createAnswerWorker } from "../../src/queue/answer.ts";
import { createDispatch, type Dispatch, type Dispatched, type Invocation } from "../../src/queue/dispatch.ts";
import { createPerforming, type EffectsOptions } from "../../src/queue/effects.ts";
import { createCancelEffect } from "../../src/queue/effects-cancel.ts";
import { type DrainJob, openQueue, type QueryJob, queueNames, type StepJob } from "../../src/queue/jobs.ts";
import { createDeliver, createOutboxWorker, type OutboxOptions } from "../../src/queue/outbox.ts";
import { createQueryWorker } from "../../src/queue/queries.ts";
import type { Outcome, Question, Source, SourceName } from "../../src/sources/question.ts";
import { createFiles } from "../../src/store/artifacts.ts";
import { createDeliveryLog } from "../../src/store/delivery-log.ts";
import { createFollows } from "../../src/store/follows.ts";
import { createLedger, type Ledger } from "../../src/store/ledger.ts";
import { createOutbox, type Outbox } from "../../src/store/outbox.ts";
import {
  closeRedis,
  connectProducer,
  connectWaiting,
  type Redis,
  replaceWhenDeaf,
  waitForRedis,
} from "../../src/store/redis.ts";
import { createRunningWork } from "../../src/store/running.ts";

export const cluster = "lab";

export interface TestQueue extends AsyncDisposable {
  readonly prefix: string;
  dispatch(
    text: string,
    options?: Partial<Pick<Invocation, "key" | "conversation" | "place" | "repeats" | "patienceMs">>,
  ): Promise<Dispatched>;
  /** Dispatches and waits; the time is from asking to the answer in hand. */
  ask(
    text: string,
  ): Promise<{ readonly dispatched: Dispatched; readonly delivery: Delivery | undefined; readonly ms: number }>;
  readonly session: ReturnType<typeof openTerminalSession>;
  readonly commands: ReturnType<typeof openQueue<StepJob>>;
  /** As the program's door calls it. */
  readonly send: Dispatch;
  readonly redis: Redis;
  readonly ledger: Ledger<Question, Outcome>;
  readonly outbox: Outbox;
  readonly drains: ReturnType<typeof openQueue<DrainJob>>;
  readonly deliver: ReturnType<typeof createDeliver>;
}

export interface QueueOptions {
  /** Beside the terminal. */
  readonly platforms?: readonly Platform[];
  readonly posting?: Pick<OutboxOptions, "refused" | "parkedAgainMs">;
  /** Commands are taken over this address; workers use `url`. */
  readonly door?: string;
  readonly digestAlerts?: EffectsOptions["digestAlerts"];
  /** Who may stop what others began. */
  readonly admins?: readonly string[];
}

export async function startQueue(
  url: string,
  sources: Partial<Record<SourceName, Source>>,
  { platforms = [], door = url, posting = {}, digestAlerts, admins = [] }: QueueOptions = {},
): Promise<TestQueue> {
  const prefix = `{test-${randomUUID().slice(0, 8)}}`;
  const ignore = () => undefined;
  const producer = connectProducer(url, ignore);
  const connection = connectWaiting(url, ignore);
  const doorway = connectProducer(door, ignore);
  replaceWhenDeaf(doorway);
  await waitForRedis(producer, 5_000);
  await waitForRedis(doorway, 5_000);
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
  const work = createRunningWork(producer, prefix);
  const deliveryLog = createDeliveryLog(producer, prefix);
  const follows = createFollows(producer, prefix);
  const carrying = { files: createFiles({ redis: producer, prefix }), fileTtlMs: 60_000, work, deliver, follows };
  const workers: Worker[] = [
    createAnswerWorker({
      ...shared,
      work,
      commands,
      ledger,
      deliver,
      performing: createPerforming({
        cancel: createCancelEffect({ work, admins, contact: "#platform" }),
        ...{ alertRoutes: [], deliveryLog, digestAlerts },
      }),
      configured: (source) => queues.has(source),
      sourceQueue: ({ source }) => queues.get(source) as NonNullable<ReturnType<typeof queues.get>>,
    }),
    createOutboxWorker({
      ...{ ...shared, ...posting, outbox, drains, deliveryLog },
      platforms: [createTerminal(producer, prefix), ...platforms],
    }),
    ...entries.map(([source, answer]) =>
      createQueryWorker({ ...shared, source, cluster, answer, commands, ledger, carrying }),
    ),
  ];
  for (const worker of workers) {
    worker.on("error", ignore);
    worker.run().catch(ignore);
  }
  const session = openTerminalSession(url, prefix, ignore);
  const taken = openQueue<StepJob>(queueNames.commands, doorway, prefix);
  taken.on("error", ignore);
  const send = createDispatch({
    commands: taken,
    redis: doorway,
    ledger: createLedger(doorway, prefix),
    metrics,
    log: shared.log,
  });
  const dispatch: TestQueue["dispatch"] = (text, options = {}) =>
    send({
      key: options.key ?? randomUUID(),
      conversation: options.conversation ?? session.conversation,
      text,
      askedAt: Date.now(),
      clusters: [cluster],
      visible: {},
      place: options.place ?? {},
      repeats: options.repeats ?? false,
      patienceMs: options.patienceMs ?? 5_000,
    });
  return {
    prefix,
    session,
    commands,
    ledger,
    outbox,
    drains,
    deliver,
    dispatch,
    send,
    redis: producer,
    async ask(text) {
      const started = performance.now();
      const dispatched = await dispatch(text);
      const delivery = dispatched.status === "working" ? await session.next(20_000) : undefined;
      return { dispatched, delivery, ms: performance.now() - started };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.close()));
      await session.close();
      for (const queue of [commands, taken, drains, ...queues.values()]) await queue.close();
      await closeRedis(connection);
      await closeRedis(producer);
      await closeRedis(doorway);
    },
  };
}
