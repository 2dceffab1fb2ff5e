/**
 * What the queue adds to an answer: command → message handed to the platform, minus the slowest source, beside the bare pattern in the same Redis (a step
 * job, three query jobs that store a value, the last one promotes a delayed job) with nothing of ours in it.
 */
import { randomUUID } from "node:crypto";
import { Job, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { everySource, quick } from "../support/findings.ts";
import { quantile } from "../support/quantile.ts";
import { startQueue } from "../support/queue.ts";
import { startTestRedis } from "../support/redis.ts";
import type { Row } from "./row.ts";

const sourceMs = 20;
const rounds = 400;

export async function benchOverhead(): Promise<Row[]> {
  await using redis = await startTestRedis();
  const bare = await barePattern(redis.url);
  const ours = await ourAnswers(redis.url);
  return [50, 95].map((p) => ({
    name: `overhead over the slowest source, p${p}`,
    value: quantile(ours, p),
    unit: "ms",
    floor: quantile(bare, p),
    goal: p === 50 ? "≤ 15" : "≤ 40",
  }));
}

async function ourAnswers(url: string): Promise<number[]> {
  // Each source tells how long it really took, so that a late timer is not counted as ours.
  let slowest = 0;
  const measured = quick(sourceMs);
  await using queue = await startQueue(
    url,
    everySource(async (question, signal) => {
      const started = performance.now();
      const finding = await measured(question, signal);
      slowest = Math.max(slowest, performance.now() - started);
      return finding;
    }),
  );
  const times: number[] = [];
  for (let n = 0; n < rounds + 20; n++) {
    slowest = 0;
    const { delivery, ms } = await queue.ask("drops deathstar --since 10m");
    if (!delivery) throw new Error("no answer");
    if (n >= 20) times.push(ms - slowest);
  }
  return times;
}

async function barePattern(url: string): Promise<number[]> {
  const prefix = `{bare-${randomUUID().slice(0, 8)}}`;
  const producer = new Redis(url);
  const waiting = new Redis(url, { maxRetriesPerRequest: null });
  const queue = (name: string) => new Queue(name, { connection: producer, prefix });
  const [step, query] = [queue("step"), queue("query")];
  let answered = (): void => undefined;
  const workers = [
    new Worker(
      "step",
      async (job) => {
        if (job.name === "answer") return answered();
        const id = String(job.data.id);
        await step.add("answer", {}, { jobId: `answer-${id}`, delay: 60_000, removeOnComplete: true });
        await query.addBulk([1, 2, 3].map((n) => ({ name: "q", data: { id, n }, opts: { removeOnComplete: true } })));
      },
      { connection: waiting, prefix, concurrency: 32 },
    ),
    new Worker(
      "query",
      async (job) => {
        const id = String(job.data.id);
        const done = await producer.hincrby(`${prefix}:found`, id, 1);
        if (done === 3) await (await Job.fromId(step, `answer-${id}`))?.promote();
      },
      { connection: waiting, prefix, concurrency: 32 },
    ),
  ];
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  const times: number[] = [];
  for (let n = 0; n < rounds + 20; n++) {
    const started = performance.now();
    const done = new Promise<void>((resolve) => {
      answered = resolve;
    });
    await step.add("plan", { id: `r${n}` }, { removeOnComplete: true });
    await done;
    if (n >= 20) times.push(performance.now() - started);
  }
  for (const worker of workers) await worker.close();
  await step.close();
  await query.close();
  producer.disconnect();
  waiting.disconnect();
  return times;
}
