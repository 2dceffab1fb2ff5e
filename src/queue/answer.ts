/**
 * The command worker: takes a command one step further. A step either asks (questions become jobs on the queues of their sources, and one delayed job waits
 * for them until the deadline) or answers (the message goes to the outbox). Whatever happens inside, a command ends in one answer or one stated failure.
 */
import { type Job, type Queue, Worker } from "bullmq";
import type { Answer, Command, Step } from "../commands/command.ts";
import { parseCommand } from "../commands/grammar.ts";
import { toBotError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { AnswerDocument, Delivery } from "../message/delivery.ts";
import type { Metrics } from "../metrics.ts";
import type { Outcome, Question, SourceName } from "../sources/question.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Redis } from "../store/redis.ts";
import {
  type CommandRecord,
  commandJobOptions,
  type QueryJob,
  queryJobOptions,
  queueNames,
  StepJob,
  workerOptions,
} from "./jobs.ts";
import type { Deliver } from "./outbox.ts";
import { lateOutcome, queryDeadline, skippedOutcome } from "./outcome.ts";

export interface AnswerOptions {
  readonly connection: Redis;
  readonly prefix: string;
  readonly commands: Queue<StepJob>;
  readonly sourceQueue: (source: SourceName, cluster: string) => Queue<QueryJob>;
  readonly configured: (source: SourceName, cluster: string) => boolean;
  readonly ledger: Ledger<Question, Outcome>;
  readonly deliver: Deliver;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export function createAnswerWorker(options: AnswerOptions): Worker<StepJob> {
  return new Worker<StepJob>(
    queueNames.commands,
    async (job) => {
      const { record, round, asked } = StepJob.parse(job.data);
      try {
        await advance(record, round, asked, options);
      } catch (thrown) {
        await failOrRetry(job, record, thrown, options);
      }
    },
    workerOptions(options.connection, options.prefix, 32),
  );
}

async function advance(
  record: CommandRecord,
  firstRound: number,
  firstAsked: number,
  options: AnswerOptions,
): Promise<void> {
  const parsed = parseCommand(record.text, { clusters: record.clusters, defaultCluster: record.clusters[0] ?? "" });
  if (!parsed.ok) throw new Error(`a stored command is no command: ${parsed.say}`);
  const { command, args, clusters } = parsed;
  const outcomes = await outcomesSoFar(record, firstAsked, options);
  for (let round = firstRound; round < 3; round++) {
    const step: Step = command.step({ args, askedAt: record.askedAt, clusters, outcomes, round });
    if ("answer" in step)
      return await handOver({ record, command, args, clusters, outcomes, answer: step.answer }, options);
    const missing = await ask(record, round, outcomes.length, step.ask, options);
    if (missing === "asked") return;
    outcomes.push(...missing);
  }
  throw new Error(`${command.name} still asks in its third round`);
}

/** The first `asked` questions with what came back; a question without an outcome at this moment is late. */
async function outcomesSoFar(record: CommandRecord, asked: number, { ledger }: AnswerOptions): Promise<Outcome[]> {
  if (asked === 0) return [];
  const { questions, outcomes } = await ledger.read(record.id);
  return questions.slice(0, asked).map((question, index) => outcomes[index] ?? lateOutcome(question, record));
}

/** Stores and starts the questions. When none of them needs work, their outcomes are returned at once. */
async function ask(
  record: CommandRecord,
  round: number,
  offset: number,
  questions: readonly Question[],
  options: AnswerOptions,
): Promise<Outcome[] | "asked"> {
  const now = Date.now();
  const settled = questions.map((question) => {
    if (!options.configured(question.source, question.cluster)) return skippedOutcome(question);
    return now >= record.deadlineAt ? lateOutcome(question, record) : undefined;
  });
  const pending = settled.flatMap((outcome, index) => (outcome === undefined ? [index] : []));
  const stored = Promise.all([
    options.ledger.ask(record.id, offset, questions),
    ...settled.flatMap((outcome, index) =>
      outcome === undefined ? [] : [options.ledger.finish(record.id, offset + index, outcome)],
    ),
  ]);
  if (pending.length === 0) {
    await stored;
    return settled.filter((outcome) => outcome !== undefined);
  }
  // The waiting step goes out behind the questions' record and before the questions: from there on the command ends by its deadline, whatever becomes of the rest.
  const answerJob = `${record.id}-${round + 1}`;
  const waiting = options.commands.add(
    "step",
    { record, round: round + 1, asked: offset + questions.length },
    { ...commandJobOptions, jobId: answerJob, delay: Math.max(0, record.deadlineAt - now) },
  );
  await Promise.all([stored, waiting]);
  await Promise.all(
    pending.map((index) => {
      const question = questions[index] as Question;
      const deadlineAt = queryDeadline(question.source, now, record.deadlineAt);
      return options
        .sourceQueue(question.source, question.cluster)
        .add(
          question.ask,
          { command: record.id, index: offset + index, answerJob, question, deadlineAt },
          { ...queryJobOptions, jobId: `${record.id}-q${offset + index}` },
        );
    }),
  );
  return "asked";
}

/** A command that has its answer, with all that the answer document tells of it. */
interface Answered {
  readonly record: CommandRecord;
  readonly command: Command;
  readonly args: unknown;
  readonly clusters: readonly string[];
  readonly outcomes: readonly Outcome[];
  readonly answer: Answer;
}

async function handOver(answered: Answered, { deliver, metrics }: AnswerOptions): Promise<void> {
  const { record, command, answer } = answered;
  await deliver({
    id: `${record.id}-answer`,
    conversation: record.conversation,
    message: answer.message,
    answer: toDocument(answered),
  });
  metrics.answers.observe({ command: command.name }, (Date.now() - record.takenAt) / 1000);
}

function toDocument({ record, command, args, clusters, outcomes, answer }: Answered): AnswerDocument {
  const time = (epoch: number) => new Date(epoch).toISOString();
  return {
    command: command.name,
    args,
    clusters,
    askedAt: time(record.askedAt),
    window: answer.window && { from: time(answer.window.from), to: time(answer.window.to) },
    result: answer.result,
    coverage: answer.coverage,
    sources: outcomes.map((outcome) => ({
      cluster: outcome.question.cluster,
      name: outcome.question.source,
      status: outcome.status,
      ms: outcome.ms,
      ...(outcome.status === "ok" ? {} : { error: outcome.error.say }),
    })),
    message: answer.message,
    copyAs: answer.copyAs,
  };
}

/** A lost Redis connection is worth another attempt; anything else is a defect of ours, which the person learns in one sentence. */
async function failOrRetry(
  job: Job<StepJob>,
  record: CommandRecord,
  thrown: unknown,
  options: AnswerOptions,
): Promise<void> {
  const error = toBotError(thrown);
  const attemptsLeft = job.attemptsMade + 1 < (job.opts.attempts ?? 1);
  options.log.error({ err: error, command: record.id, attemptsLeft }, "command step failed");
  if (attemptsLeft && Date.now() < record.deadlineAt) throw error;
  const delivery: Delivery = {
    id: `${record.id}-answer`,
    conversation: record.conversation,
    message: {
      tone: "bad",
      title: "That could not be answered",
      blocks: [
        { kind: "text", text: error.say },
        {
          kind: "note",
          text: ["Ask again; if it stays, the log has the details under command ", { code: record.id }, "."],
        },
      ],
    },
    answer: null,
  };
  await options.deliver(delivery);
}
