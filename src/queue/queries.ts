/**
 * The source workers: one queue per source and cluster. Each runs one question against its source under the question's deadline, stores the outcome once and,
 * when it was the last one out, wakes the step that waits for it.
 */
import { Job, type Queue, Worker } from "bullmq";
import { BotError, toBotError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import {
  type Outcome,
  type Question,
  QuestionAddress,
  type Running,
  type Source,
  type SourceName,
} from "../sources/question.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Redis } from "../store/redis.ts";
import { type Carrying, carry } from "./carry.ts";
import { type QueryJob, queueNames, type StepJob, workerOptions } from "./jobs.ts";
import { sayOf, seconds } from "./outcome.ts";

/** What travels through Redis stays small; larger things live behind an id. */
const maxFindingBytes = 256 * 1024;

const concurrency = { hubble: 8, prometheus: 8, kubernetes: 16 } as const satisfies Record<SourceName, number>;

export interface QueryOptions {
  readonly source: SourceName;
  readonly cluster: string;
  readonly answer: Source;
  readonly connection: Redis;
  readonly prefix: string;
  readonly commands: Queue<StepJob>;
  readonly ledger: Ledger<Question, Outcome>;
  /** For questions that take minutes. */
  readonly carrying: Carrying;
  /** A queue and a number of its own for such questions; the source's where nothing is said. */
  readonly lane?: { readonly queue: string; readonly concurrency: number };
  readonly metrics: Metrics;
  readonly log: Logger;
}

export function createQueryWorker(options: QueryOptions): Worker<QueryJob> {
  const { source, cluster, lane } = options;
  return new Worker<QueryJob>(
    lane?.queue ?? queueNames.source(source, cluster),
    async (job) => {
      const outcome = await settle(job, options);
      options.metrics.questions.observe({ source: options.source, status: outcome.status }, outcome.ms / 1000);
      const left = await options.ledger.finish(job.data.command, job.data.index, outcome);
      if (left <= 0) await wake(options.commands, job.data.answerJob);
    },
    workerOptions(options.connection, options.prefix, lane?.concurrency ?? concurrency[source]),
  );
}

/** While the bot is upgraded, another worker knows the question. */
function stranger(): BotError {
  return new BotError("UNREACHABLE", "a question that this version does not know", {
    say: "A worker that is older than the bot took the question. Ask again when the upgrade is over.",
  });
}

async function settle(job: Job<QueryJob>, options: QueryOptions): Promise<Outcome> {
  const { question, deadlineAt } = job.data;
  const since = job.timestamp;
  const left = deadlineAt - Date.now();
  const carried =
    question.ask === "capture" || question.ask === "follow" || question.ask === "suggest" || question.ask === "changes"
      ? carry(job.data, options.carrying, options.log)
      : undefined;
  try {
    if (!QuestionAddress.safeParse(question).success) throw stranger();
    if (left <= 0) throw new BotError("TIMEOUT", "the question was older than its deadline when a worker took it");
    const refused = await carried?.begin();
    if (refused !== undefined)
      return { question, ms: Date.now() - since, status: "failed", error: { code: "TOO_MUCH", say: refused } };
    const finding = await withDeadline(options.answer, question, left, carried?.running);
    if (Buffer.byteLength(JSON.stringify(finding)) > maxFindingBytes) {
      throw new BotError("TOO_MUCH", "finding above 256 KB", {
        say: "The finding is too large: ask for a shorter window, a narrower target or a smaller --top.",
      });
    }
    return { question, ms: Date.now() - since, status: "ok", finding };
  } catch (thrown) {
    const error = toBotError(thrown);
    const facts = { source: options.source, cluster: options.cluster, code: error.code, command: job.data.command };
    options.log.warn({ ...facts, err: error }, "source query failed");
    // One more attempt while somebody still waits for it; the wait before it is BullMQ's backoff.
    if (error.retry && job.attemptsMade + 1 < (job.opts.attempts ?? 1) && Date.now() + 1_000 < deadlineAt) throw error;
    if (isOff(question, error)) return { question, ms: Date.now() - since, status: "skipped", error: error.failure };
    const status = error.code === "TIMEOUT" ? "late" : "failed";
    const waited = `no answer in ${seconds(Math.max(deadlineAt - since, 0))}.`;
    const say = sayOf(options.source, error.code === "TIMEOUT" ? waited : error.say);
    return { question, ms: Date.now() - since, status, error: { code: error.code, say } };
  } finally {
    await carried?.end();
  }
}

/** Sketches are kept or they are not. What else is not configured rightly (a key that cannot be read, an address that is none) was meant to work: a failure. */
function isOff({ ask }: Question, { code }: BotError): boolean {
  return ask === "edges" && code === "NOT_CONFIGURED";
}

/** The source is told to stop at the deadline and gets a moment to hand over what it has; one that ignores the signal is left behind. */
async function withDeadline(
  answer: Source,
  question: Question,
  ms: number,
  running: Running | undefined,
): ReturnType<Source> {
  const signal = AbortSignal.timeout(ms);
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BotError("TIMEOUT", "the source did not stop at its deadline")), ms + 250);
  });
  try {
    return await Promise.race([answer(question, signal, running), overdue]);
  } catch (thrown) {
    if (signal.aborted) throw new BotError("TIMEOUT", "no answer by the deadline", { cause: thrown });
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

/** Only a step that still waits can be woken: one that is running, done or gone needs nobody. */
async function wake(commands: Queue<StepJob>, id: string): Promise<void> {
  try {
    await new Job<StepJob>(commands, "step", undefined as never, {}, id).promote();
  } catch (error) {
    const job = await Job.fromId<StepJob>(commands, id);
    if (await job?.isDelayed()) throw error;
  }
}
