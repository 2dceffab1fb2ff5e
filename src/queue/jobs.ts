/**
 * Every job: queue, name and payload, and the settings that make a killed worker's job continue elsewhere within seconds. BullMQ's own generics do not tie a
 * name to its data; the functions here do.
 */
import { type ConnectionOptions, type JobsOptions, Queue, type QueueOptions, type WorkerOptions } from "bullmq";
import { z } from "zod";
import type { Question, SourceName } from "../sources/question.ts";
import type { Redis } from "../store/redis.ts";

/** A command as it was typed: parsed again by the worker, because Redis is outside. */
export const CommandRecord = z.object({
  /** Derived from the platform's own key, so that a redelivery is the same command. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  text: z.string().max(4_000),
  /** Epoch milliseconds: what "now" means in the command (with a file of flows: the newest flow's time). */
  askedAt: z.number(),
  /** Epoch milliseconds of the wall clock: stored, and answered at the latest. */
  takenAt: z.number(),
  deadlineAt: z.number(),
  /** Clusters that may be asked from this conversation; the first is the default. */
  clusters: z.array(z.string()).min(1),
  /** Namespaces that may be shown, by cluster; a cluster that is not in it may be shown whole. */
  visible: z.record(z.string(), z.array(z.string()).readonly()).readonly(),
  conversation: z.string().min(1),
  place: z.object({
    thread: z.string().exactOptional(),
    under: z.string().exactOptional(),
    silent: z.boolean().exactOptional(),
    person: z.string().exactOptional(),
    name: z.string().max(80).exactOptional(),
    zone: z.string().exactOptional(),
    private: z.boolean().exactOptional(),
    reply: z.object({ url: z.string(), until: z.number() }).exactOptional(),
  }),
});
export type CommandRecord = z.infer<typeof CommandRecord>;

/** Takes a command one step further: round 0 plans it, each later one sees the findings of the `asked` questions before it. */
export const StepJob = z.object({ record: CommandRecord, round: z.int().min(0).max(3), asked: z.int().min(0) });
export type StepJob = z.infer<typeof StepJob>;

export interface QueryJob {
  readonly command: string;
  /** Position among the command's questions: where the outcome is stored. */
  readonly index: number;
  /** The step that waits for this finding. */
  readonly answerJob: string;
  readonly question: Question;
  /** Epoch milliseconds; afterwards nobody reads the finding. */
  readonly deadlineAt: number;
  /** Where long work was asked. */
  readonly conversation?: string;
  /** The message that may show how far it is. */
  readonly shown?: ShownWork;
}

/** A placeholder that stands in a conversation while long work goes on. */
export interface ShownWork extends Pick<CommandRecord, "conversation" | "place"> {
  /** The command as it was understood. */
  readonly line: string;
  /** The command that stops it. */
  readonly stop: string;
}

export interface DrainJob {
  readonly conversation: string;
  /** What failed last without saying when it may be tried again, and how often in a row. */
  readonly failing?: { readonly id: string; readonly times: number };
}

export const queueNames = {
  commands: "commands",
  outbox: "outbox",
  source: (source: SourceName, cluster: string) => `${source}-${cluster}`,
  /** Captures take minutes: nobody else's question waits behind them. */
  captures: (cluster: string) => `captures-${cluster}`,
  /** Follows too, and captures not behind them. */
  follows: (cluster: string) => `follows-${cluster}`,
} as const;

/** A command is remembered for 24 h, so that a redelivery is not a second answer; the count bounds the memory. */
export const commandJobOptions: JobsOptions = {
  attempts: 3,
  backoff: { type: "fixed", delay: 200 },
  removeOnComplete: { age: 24 * 3600, count: 20_000 },
  removeOnFail: { age: 24 * 3600, count: 5_000 },
};

export const queryJobOptions: JobsOptions = {
  attempts: 2,
  backoff: { type: "fixed", delay: 250 },
  removeOnComplete: { age: 600, count: 2_000 },
  removeOnFail: { age: 600, count: 2_000 },
};

/** Deliveries are given up by age, one by one, not by how often the conversation was tried. */
export const drainJobOptions: JobsOptions = {
  attempts: 1_000_000,
  backoff: { type: "drain" },
  removeOnComplete: true,
  removeOnFail: { age: 24 * 3600, count: 1_000 },
};

/**
 * Locks last 3 s and stalls are looked for every 1.5 s: BullMQ's defaults need a minute to notice a killed worker and then fail its job. A job is given up by
 * age (its deadline), not by how often it stalled.
 */
export function workerOptions(connection: Redis, prefix: string, concurrency: number): WorkerOptions {
  return {
    connection: connection as ConnectionOptions,
    prefix,
    concurrency,
    lockDuration: 3_000,
    stalledInterval: 1_500,
    maxStalledCount: 1_000,
    maxStartedAttempts: 1_000,
    drainDelay: 5,
    // After an error of the connection; BullMQ waits 15 s.
    runRetryDelay: 1_000,
    settings: { backoffStrategy: (attempt) => Math.min(250 * 2 ** Math.min(attempt, 10), 15_000) },
    autorun: false,
  };
}

export function openQueue<Data>(name: string, connection: Redis, prefix: string): Queue<Data> {
  const options: QueueOptions = { connection: connection as ConnectionOptions, prefix };
  return new Queue<Data>(name, options);
}
