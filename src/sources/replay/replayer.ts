/**
 * Where a replay runs: small ones here, the others in a thread of their own, one at a time, because whoever holds locks must not be kept from them. This file must
 * stay light: it is loaded at start.
 */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { BotError } from "../../errors.ts";
import type { WhyAnswer, WhyTask } from "../kubernetes/why/task.ts";
import type { ReplayResult, ReplayTask } from "./task.ts";

export interface Replayer {
  /** Rejects with a BotError: TOO_MUCH when it takes more memory than there may be, TIMEOUT or the signal's reason, CANCELLED by close. */
  run(task: ReplayTask, signal: AbortSignal): Promise<ReplayResult>;
  /** The same for one explanation. */
  explain(task: WhyTask, signal: AbortSignal): Promise<WhyAnswer>;
  close(): Promise<void>;
}

/** Below that a replay takes a few milliseconds, less than a thread's start. */
const small = { rows: 1_000, policies: 50, known: 300 };
/** Policies of one explanation: so many take some milliseconds (2,000 take half a second of processor time). */
const fewPolicies = 30;
const threadLimits = { maxOldGenerationSizeMb: 512 };

export function createReplayer(): Replayer {
  const closing = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  async function queued<Result>(task: ReplayTask | WhyTask, words: Words, signal: AbortSignal): Promise<Result> {
    const ends = AbortSignal.any([signal, closing.signal]);
    const before = last;
    const mine = before.then(() => inThread<Result>(task, words, ends));
    last = mine.catch(() => undefined); // told to whoever asked
    return await mine;
  }

  return {
    async run(task, signal) {
      if (isSmall(task)) return (await import("./task.ts")).runTask(task);
      return await queued(task, replayWords, signal);
    },
    async explain(task, signal) {
      if (task.policies.length <= fewPolicies) return (await import("../kubernetes/why/task.ts")).runWhy(task);
      return await queued(task, whyWords, signal);
    },
    async close() {
      closing.abort();
      await last;
    },
  };
}

function isSmall({ table, world, ...task }: ReplayTask): boolean {
  const policies = (world?.objects.length ?? 0) + (task.kind === "whatif" ? task.policies.length : 1);
  return table.rows.length <= small.rows && policies <= small.policies && (world?.known.length ?? 0) <= small.known;
}

/** What is said where it takes too long, or too much memory. */
interface Words {
  readonly late: string;
  readonly large: string;
  readonly failed: string;
}

const replayWords: Words = {
  late: "Holding the flows against the policies took too long: ask for one target, or a shorter --since.",
  large:
    "There are too many flows and policies to hold against each other at once: ask for one target, or a shorter --since.",
  failed: "The replay failed: the log says why.",
};
const whyWords: Words = {
  late: "Explaining so many policies took too long: name a port, and single pods.",
  large: "There are too many policies to explain at once: name a port, and single pods.",
  failed: "Explaining the policies failed: the log says why.",
};

function inThread<Result>(task: ReplayTask | WhyTask, words: Words, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(stopped(words));
    const thread = startThread();
    const over = () => {
      reject(stopped(words));
      void thread.terminate();
    };
    signal.addEventListener("abort", over, { once: true });
    thread.once("message", (answer: string) => resolve(JSON.parse(answer) as Result));
    thread.once("error", (error) => reject(broken(error, words)));
    thread.once("exit", (code) => {
      signal.removeEventListener("abort", over);
      reject(broken(new Error(`the replay thread ended with ${code}`), words));
    });
    // A string is copied at once; a hundred thousand small arrays are not.
    thread.postMessage(JSON.stringify(task));
  });
}

/** The compiled file, or the source where the sources run: Node 20 reads no TypeScript, and a thread does not inherit what made its parent read it. */
function startThread(): Worker {
  const extension = extname(import.meta.url);
  const file = new URL(`./replay-thread${extension}`, import.meta.url);
  const options = { resourceLimits: threadLimits };
  if (extension !== ".ts") return new Worker(file, options);
  const source = `import('tsx/esm/api').then(({ register }) => { register(); return import('${file}'); })`;
  return new Worker(source, { ...options, eval: true, execArgv: [] });
}

function stopped({ late }: Words): BotError {
  return new BotError("TIMEOUT", "the replay was stopped", { say: late });
}

function broken(error: unknown, { large, failed }: Words): BotError {
  const message = error instanceof Error ? error.message : String(error);
  const isMemory = error instanceof Error && (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY";
  return new BotError(isMemory ? "TOO_MUCH" : "INTERNAL", `the replay thread broke: ${message}`, {
    say: isMemory ? large : failed,
    cause: error,
  });
}
