/**
 * From what a person typed to one durable job, or to one sentence on why not, within the time that person has, whatever Redis does.
 *
 * A write that got no reply in time may still take effect: in a Redis that was only paused, or because just the reply was lost. The person is told "not taken"
 * then, and that has to stay true. So a job alone answers nothing: the step worker waits until it reads in the ledger what the person was told (`answer.ts`),
 * and what was told is written after the fact, again and again until Redis has it.
 */
import { createHash } from "node:crypto";
import type { Queue } from "bullmq";
import { parseCommand } from "../commands/grammar.ts";
import { BotError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Place } from "../message/delivery.ts";
import type { Metrics } from "../metrics.ts";
import type { Ledger, Told } from "../store/ledger.ts";
import type { Redis } from "../store/redis.ts";
import { within } from "./deadline.ts";
import { type CommandRecord, commandJobOptions, type StepJob } from "./jobs.ts";

export interface Invocation {
  /** Platform and its own key of this request: the same key is the same command. */
  readonly key: string;
  readonly conversation: string;
  readonly place: Place;
  readonly text: string;
  /** Epoch milliseconds: what "now" means in the text. */
  readonly askedAt: number;
  /** Clusters that may be asked from there; the first is the default. */
  readonly clusters: readonly string[];
  /** Namespaces that may be shown, by cluster; a cluster that is not in it may be shown whole. */
  readonly visible: CommandRecord["visible"];
  /** The platform asks again with the same key when it hears "not taken", so a job that was stored all the same may be answered. */
  readonly repeats: boolean;
  /** How long whoever asked may wait for the reply; a chat shows an error after seconds, a terminal does not. */
  readonly patienceMs: number;
}

export type Dispatched =
  /** The work is stored; an answer comes by `deadlineAt` at the latest (epoch milliseconds, plus delivery). */
  | { readonly status: "working"; readonly id: string; readonly command: string; readonly deadlineAt: number }
  /** Not a command that can be answered; nothing was stored. */
  | { readonly status: "refused"; readonly say: string }
  /** Nothing will be answered, the person should ask again. */
  | { readonly status: "not_taken"; readonly say: string };

export type Dispatch = (invocation: Invocation) => Promise<Dispatched>;

export interface DispatchOptions {
  readonly commands: Queue<StepJob>;
  /** The connection under `commands`: without it a write would wait for Redis for as long as that takes. */
  readonly redis: Redis;
  readonly ledger: Pick<Ledger<never, never>, "tell" | "told">;
  readonly metrics: Metrics;
  readonly log: Logger;
}

const tellAgainMs = 250;
const tellForMs = 120_000;

export const notTaken = "The bot's memory (Redis) does not answer, so nothing was started. Ask again in a moment.";

/** The id under which a request is stored, logged and answered. */
export function commandId(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 32);
}

export function createDispatch(options: DispatchOptions): Dispatch {
  const { metrics, log } = options;
  return async (invocation) => {
    const { clusters, text } = invocation;
    const parsed = parseCommand(text, { clusters, defaultCluster: clusters[0] ?? "" });
    if (!parsed.ok) {
      metrics.commands.inc({ command: "unknown", result: "refused" });
      return { status: "refused", say: parsed.say };
    }
    const { name, deadlineMs } = parsed.command;
    const lastsMs = parsed.command.lastsMs?.(parsed.args) ?? 0;
    const takenAt = Date.now();
    const { key, askedAt, conversation, place, visible } = invocation;
    const record: CommandRecord = {
      id: commandId(key),
      text,
      askedAt,
      takenAt,
      deadlineAt: takenAt + deadlineMs + lastsMs,
      clusters: [...clusters],
      visible,
      conversation,
      place: { ...place, ...(parsed.private && { private: true }) },
    };
    const told = await store(record, invocation, options).catch((error: unknown): Told => {
      log.error({ err: error, command: name, id: record.id }, "command not taken");
      return "not_taken";
    });
    metrics.commands.inc({ command: name, result: told });
    if (told === "not_taken") return { status: "not_taken", say: notTaken };
    return { status: "working", id: record.id, command: name, deadlineAt: record.deadlineAt };
  };
}

/** What to tell the person. Rejects when nothing will be answered. */
async function store(
  record: CommandRecord,
  { repeats, patienceMs }: Pick<Invocation, "repeats" | "patienceMs">,
  options: DispatchOptions,
): Promise<Told> {
  const { redis, commands, ledger, log } = options;
  if (redis.status !== "ready") throw new BotError("UNREACHABLE", `redis is ${redis.status}`);
  const stored = Promise.all([
    // An earlier request with this key has had its reply, and that holds.
    ledger.told(record.id),
    commands.add("step", { record, round: 0, asked: 0 }, { ...commandJobOptions, jobId: record.id }),
  ]);
  let told: Told = "not_taken";
  try {
    const [before] = await within(patienceMs, stored, "redis gave no reply to a new command");
    told = before ?? "working";
  } catch (error) {
    if (!repeats) keepTelling(record.id, told, ledger, log);
    throw error;
  }
  keepTelling(record.id, told, ledger, log);
  return told;
}

/** The worker waits for this, so it is written as soon as there is a connection; nobody else waits. */
function keepTelling(id: string, told: Told, ledger: DispatchOptions["ledger"], log: Logger): void {
  const until = Date.now() + tellForMs;
  const attempt = (): void => {
    ledger.tell(id, told).catch((error: unknown) => {
      if (Date.now() < until) setTimeout(attempt, tellAgainMs).unref();
      else log.error({ err: error, id, told }, "what a person was told could not be stored");
    });
  };
  attempt();
}
