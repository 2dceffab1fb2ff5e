/**
 * Digests on time. One tick a minute, by a BullMQ job scheduler, asks which ones are due; what "due" means is our own calendar's. BullMQ's cron patterns (cron-parser) would not do:
 * they leave out a day on which the clock jumps half an hour (Australia/Lord_Howe), run an hour late after a jump of an hour, and after a stop they fire once without saying for
 * which day. That each day has one digest does not rest on the tick either, but on the command's key: `digest:<subscription>:<local day>`, which is one command however often it
 * is asked, and on the day's own mark, which outlives that key.
 */
import { type Queue, Worker } from "bullmq";
import { type Due, duesBetween, nextDue } from "../analysis/calendar/schedule.ts";
import { BotError, toBotError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Redis } from "../store/redis.ts";
import type { Subscribed, Subscription, SubscriptionState, Subscriptions } from "../store/subscriptions.ts";
import { type AskingOptions, digestToAsk, sayPaused } from "./digest-asking.ts";
import { workerOptions } from "./jobs.ts";

export interface SchedulesOptions extends AskingOptions {
  readonly connection: Redis;
  readonly prefix: string;
  readonly subscriptions: Subscriptions;
  /** What the configuration declares. Rejects while Slack does not say which team it is. */
  readonly declared: () => Promise<readonly Subscription[]>;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export const digestQueue = "digests";
export type DigestTick = Record<string, never>;

const tickMs = 60_000;
const retryMs = 1_000;
/** Later than this nobody reads it as the morning's. */
const latestMs = 6 * 3_600_000;
/** A minute's: each is a command that asks its sources for a whole day. */
const mostAtOnce = 60;
const sideBySide = 4;
/** Local days without a digest that are remembered. */
const mostSkipped = 7;

/** Ticks until it is called: at once, and then every minute, however many processes do so. */
export function keepTicking(queue: Queue<DigestTick>, log: Logger): () => void {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const template = {
    name: "tick",
    data: {},
    opts: { removeOnComplete: true, removeOnFail: { age: 3_600, count: 100 } },
  };
  const begin = async () => {
    try {
      await queue.add(template.name, template.data, template.opts);
      await queue.upsertJobScheduler("minute", { every: tickMs }, template);
    } catch (thrown) {
      log.warn({ err: toBotError(thrown) }, "digests cannot be scheduled yet");
      if (!ended) timer = setTimeout(begin, retryMs);
    }
  };
  void begin();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

export function createSchedulesWorker(options: SchedulesOptions): Worker<DigestTick> {
  const { connection, prefix } = options;
  const tick = createTick(options);
  return new Worker<DigestTick>(digestQueue, tick, workerOptions(connection, prefix, 1));
}

/** Safe to repeat, and beside others. What could not be asked now is due at the next tick still. */
export function createTick(options: SchedulesOptions): () => Promise<void> {
  const { subscriptions, log, now } = options;
  let isDeclared = false;
  return async () => {
    try {
      if (!isDeclared) await declare(options);
      isDeclared = true;
    } catch (thrown) {
      log.warn({ err: toBotError(thrown) }, "the configuration's digests are not known yet");
    }
    const due = await subscriptions.due(now(), mostAtOnce);
    const left = due.values();
    const lanes = Array.from({ length: sideBySide }, async () => {
      for (const read of left) {
        await run(read, options).catch((thrown: unknown) => {
          const { id, conversation } = read.subscription;
          log.warn({ err: toBotError(thrown), subscription: id, conversation }, "a digest has to be tried again");
        });
      }
    });
    await Promise.all(lanes);
  };
}

async function declare({ declared, subscriptions, now }: SchedulesOptions): Promise<void> {
  const found = await declared();
  await subscriptions.declare(found.map((one) => [one, nextDue(one, now()).at] as const));
}

async function run(read: Subscribed, options: SchedulesOptions): Promise<void> {
  const { subscription, state, dueAt } = read;
  const { subscriptions, metrics, now } = options;
  const at = now();
  const dues = duesBetween(subscription, dueAt, at, mostSkipped + 1);
  const last = dues.at(-1);
  const isInTime = last !== undefined && at - last.at <= latestMs;
  const missed = await unbegun(subscription, isInTime ? dues.slice(0, -1) : dues, subscriptions);
  const skipped = [...state.skipped, ...missed].slice(-mostSkipped);
  const settle = (changes: Partial<SubscriptionState>) =>
    subscriptions.settle(read, { ...state, skipped, ...changes }, nextDue(subscription, at).at);
  if (missed.length > 0 && state.paused === null) metrics.digests.inc({ result: "skipped" }, missed.length);
  if (!isInTime) return void (await settle(state.paused === null ? {} : { skipped: [] }));

  const asking = await digestToAsk({ ...read, state: { ...state, skipped } }, last, options);
  if (!asking.ok) return await pause(asking.say);
  const { id } = subscription;
  // Right before it is asked: whoever slept since it looked must not wake up to a second one.
  if ((await subscriptions.begin(id, last.day)) === "sent") return await done();
  const dispatched = await options.dispatch(asking.invocation);
  if (dispatched.status === "not_taken") throw new BotError("UNREACHABLE", "a digest was not taken");
  if (dispatched.status === "refused") return await pause(dispatched.say);
  await subscriptions.sent(id, last.day);
  await done();

  /** Whoever sent it may not have come to say so: then the next who looks does. */
  async function done(): Promise<void> {
    if (await settle({ sentAt: at, skipped: [], paused: null })) metrics.digests.inc({ result: "sent" });
  }

  async function pause(say: string): Promise<void> {
    if (last !== undefined && state.paused === null) await sayPaused(subscription, last, say, options);
    metrics.digests.inc({ result: "refused" });
    await settle({ paused: say, skipped: [] });
  }
}

/** What was begun may have been sent by somebody who could not say so any more. */
async function unbegun({ id }: Subscription, dues: readonly Due[], { isBegun }: Subscriptions): Promise<string[]> {
  const begun = await Promise.all(dues.map(({ day }) => isBegun(id, day)));
  return dues.flatMap(({ day }, index) => (begun[index] ? [] : [day]));
}
