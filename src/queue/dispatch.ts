/** From what a person typed to one durable job, or to one sentence on why not. The only write is one atomic add: either the work is stored or it is not. */
import { createHash } from "node:crypto";
import type { Queue } from "bullmq";
import { parseCommand } from "../commands/grammar.ts";
import { BotError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Redis } from "../store/redis.ts";
import { type CommandRecord, commandJobOptions, type StepJob } from "./jobs.ts";

export interface Invocation {
  /** Platform and its own key of this request: the same key is the same command. */
  readonly key: string;
  readonly conversation: string;
  readonly text: string;
  /** Epoch milliseconds: what "now" means in the text. */
  readonly askedAt: number;
  /** Clusters that may be asked from there; the first is the default. */
  readonly clusters: readonly string[];
}

export type Dispatched =
  /** The work is stored; an answer comes by `deadlineAt` at the latest (epoch milliseconds, plus delivery). */
  | { readonly status: "working"; readonly id: string; readonly command: string; readonly deadlineAt: number }
  /** Not a command that can be answered; nothing was stored. */
  | { readonly status: "refused"; readonly say: string }
  /** Nothing is stored, the person should ask again. */
  | { readonly status: "not_taken"; readonly say: string };

export type Dispatch = (invocation: Invocation) => Promise<Dispatched>;

export interface DispatchOptions {
  readonly commands: Queue<StepJob>;
  /** The connection under `commands`: without it a write would wait for Redis for as long as that takes. */
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export function createDispatch({ commands, redis, metrics, log }: DispatchOptions): Dispatch {
  return async (invocation) => {
    const parsed = parseCommand(invocation.text, {
      clusters: invocation.clusters,
      defaultCluster: invocation.clusters[0] ?? "",
    });
    if (!parsed.ok) {
      metrics.commands.inc({ command: "unknown", result: "refused" });
      return { status: "refused", say: parsed.say };
    }
    const { name, deadlineMs } = parsed.command;
    const takenAt = Date.now();
    const record: CommandRecord = {
      id: createHash("sha256").update(invocation.key).digest("hex").slice(0, 32),
      text: invocation.text,
      askedAt: invocation.askedAt,
      takenAt,
      deadlineAt: takenAt + deadlineMs,
      clusters: [...invocation.clusters],
      conversation: invocation.conversation,
    };
    try {
      if (redis.status !== "ready") throw new BotError("UNREACHABLE", `redis is ${redis.status}`);
      await commands.add("step", { record, round: 0, asked: 0 }, { ...commandJobOptions, jobId: record.id });
    } catch (error) {
      log.error({ err: error, command: name }, "command not taken");
      metrics.commands.inc({ command: name, result: "not_taken" });
      return {
        status: "not_taken",
        say: "The bot's memory (Redis) does not answer, so nothing was started. Ask again in a moment.",
      };
    }
    metrics.commands.inc({ command: name, result: "working" });
    return { status: "working", id: record.id, command: name, deadlineAt: record.deadlineAt };
  };
}
