/**
 * The command worker: takes a command one step further. A step either asks (questions become jobs on the queues of their sources, and one delayed job waits
 * for them until the deadline) or answers (the message goes to the outbox). Whatever happens inside, a command ends in one answer or one stated failure.
 */
import { type Job, type Queue, Worker } from "bullmq";
import type { Answer, Command, Step } from "../commands/command.ts";
import { parseCommand } from "../commands/grammar.ts";
import { toBotError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { AnswerDocument } from "../message/delivery.ts";
import type { Metrics } from "../metrics.ts";
import type { Outcome, Question, SourceName } from "../sources/question.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Redis } from "../store/redis.ts";
import type { RunningWork } from "../store/running.ts";
import { type Performing, perform, performBelow, type Said } from "./effects.ts";
import type { Keep } from "./effects-show.ts";
import { isExpected } from "./expected.ts";
import {
  type CommandRecord,
  commandJobOptions,
  type QueryJob,
  queryJobOptions,
  queueNames,
  type ShownWork,
  StepJob,
  workerOptions,
} from "./jobs.ts";
import {
  answerTo,
  detailsTo,
  failureMessage,
  placeholderFor,
  stopCommand,
  stopNotice,
  withId,
  withNextSteps,
} from "./messages.ts";
import type { Deliver } from "./outbox.ts";
import { lateOutcome, queryDeadline, skippedOutcome } from "./outcome.ts";

export interface AnswerOptions {
  readonly connection: Redis;
  readonly prefix: string;
  readonly commands: Queue<StepJob>;
  readonly sourceQueue: (question: Question) => Queue<QueryJob>;
  readonly configured: (source: SourceName, cluster: string) => boolean;
  readonly ledger: Ledger<Question, Outcome>;
  readonly deliver: Deliver;
  readonly work: Pick<RunningWork, "open" | "close">;
  readonly performing: Performing;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Keeps answers, so that people can ask for them again. */
  readonly keep?: Keep | undefined;
  /** Hears of every answer, after it is in the outbox; may hear of it twice. */
  readonly answered?: ((record: CommandRecord, document: AnswerDocument) => Promise<void>) | undefined;
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
  const stop = command.lastsMs === undefined ? undefined : stopCommand(record, clusters);
  const placed = firstRound === 0 ? showWork(record, parsed.text, stop, options) : Promise.resolve();
  placed.catch(() => undefined); // awaited below, behind the questions: nobody's answer waits for its placeholder
  for (let round = firstRound; round < 3; round++) {
    const step: Step = command.step({
      args,
      askedAt: record.askedAt,
      clusters,
      visible: record.visible,
      outcomes,
      round,
    });
    if ("answer" in step) {
      await placed;
      return await handOver(
        { record, command, line: parsed.text, args, clusters, outcomes, answer: step.answer },
        options,
      );
    }
    const long = stop === undefined ? undefined : { line: parsed.text, stop };
    const missing = await ask({ record, round, offset: outcomes.length, long }, step.ask, options);
    if (missing === "asked") return await placed;
    outcomes.push(...missing);
  }
  throw new Error(`${command.name} still asks in its third round`);
}

/** People in a chat see at once that work has begun; an answer that only one person sees has been announced to that person, who may want to stop it. */
async function showWork(
  record: CommandRecord,
  line: string,
  stop: string | undefined,
  options: AnswerOptions,
): Promise<void> {
  const { person, private: alone } = record.place;
  if (person === undefined || (alone && stop === undefined) || !(await isExpected(record, options))) return;
  await options.deliver(alone ? stopNotice(record, line, stop) : placeholderFor(record, line, stop));
}

function hasPlaceholder({ place }: CommandRecord): boolean {
  return place.person !== undefined && place.private !== true;
}

/** The first `asked` questions with what came back; a question without an outcome at this moment is late. */
async function outcomesSoFar(record: CommandRecord, asked: number, { ledger }: AnswerOptions): Promise<Outcome[]> {
  if (asked === 0) return [];
  const { questions, outcomes } = await ledger.read(record.id);
  return questions.slice(0, asked).map((question, index) => outcomes[index] ?? lateOutcome(question, record));
}

interface Asking {
  readonly record: CommandRecord;
  readonly round: number;
  /** Questions of earlier rounds. */
  readonly offset: number;
  /** The command may take minutes: it can be watched, and stopped. */
  readonly long: Pick<ShownWork, "line" | "stop"> | undefined;
}

/** Beyond the deadline, for clocks that differ. */
const stoppableMs = 60_000;

/** Stores and starts the questions. When none of them needs work, their outcomes are returned at once. */
async function ask(
  { record, round, offset, long }: Asking,
  questions: readonly Question[],
  options: AnswerOptions,
): Promise<Outcome[] | "asked"> {
  const now = Date.now();
  const settled = questions.map((question) => {
    if (!options.configured(question.source, question.cluster)) return skippedOutcome(question);
    return now >= record.deadlineAt ? lateOutcome(question, record) : undefined;
  });
  const pending = settled.flatMap((outcome, index) => (outcome === undefined ? [index] : []));
  const { conversation, place } = record;
  const stored = Promise.all([
    ...(long ? [options.work.open(record.id, { conversation, ...place }, record.deadlineAt - now + stoppableMs)] : []),
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
      const deadlineAt = queryDeadline(question, now, record.deadlineAt);
      return options.sourceQueue(question).add(
        question.ask,
        {
          ...{ command: record.id, index: offset + index, answerJob, question, deadlineAt },
          ...(long && { conversation }),
          ...(long && hasPlaceholder(record) && { shown: { conversation, place, ...long } }),
        },
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
  /** The command as it was understood. */
  readonly line: string;
  readonly args: unknown;
  readonly clusters: readonly string[];
  readonly outcomes: readonly Outcome[];
  readonly answer: Answer;
}

async function handOver(answered: Answered, options: AnswerOptions): Promise<void> {
  const { record, command, answer } = answered;
  if (!(await isExpected(record, options))) return;
  const refusal = await perform(answer.effects ?? [], record, options.performing);
  if (command.lastsMs !== undefined) await options.work.close(record.id);
  const { details = [], files, ...told }: Said = refusal ?? { ...answer.message, details: answer.details ?? [] };
  const document = { ...toDocument(answered), ...(files && { files }) };
  const id = refusal === undefined ? await options.keep?.(record, answered.line, document) : undefined;
  const steps = record.place.person === undefined ? told : withNextSteps(told, answered.line, document);
  const message = id === undefined ? steps : withId(steps, id, { document, alone: record.place.private === true });
  if (!record.place.silent) {
    await options.deliver(answerTo(record, message, document));
    const below = refusal === undefined ? await performBelow(answer.effects ?? [], record, options.performing) : [];
    for (const detail of detailsTo(record, [...details, ...below])) await options.deliver(detail);
  }
  await options.answered?.(record, document);
  options.metrics.answers.observe({ command: command.name }, (Date.now() - record.takenAt) / 1000);
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
    ...(answer.details && { details: answer.details }),
    copyAs: answer.copyAs,
    ...(answer.files && { files: answer.files }),
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
  if (record.place.silent || !(await isExpected(record, options))) return;
  await options.deliver(answerTo(record, failureMessage(error, record.id), null));
}
