/**
 * Where a replay runs: small ones here, the others in a thread of their own, one at a time, because whoever holds locks must not be kept from them. This file must
 * stay light: it is loaded at start.
 */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { BotError } from "../../errors.ts";
import type { ReplayResult, ReplayTask } from "./task.ts";

export interface Replayer {
  /** Rejects with a BotError: TOO_MUCH when it takes more memory than there may be, TIMEOUT or the signal's reason, CANCELLED by close. */
  run(task: ReplayTask, signal: AbortSignal): Promise<ReplayResult>;
  close(): Promise<void>;
}

/** Below that a replay takes a few milliseconds, less than a thread's start. */
const small = { rows: 1_000, policies: 50, known: 300 };
const threadLimits = { maxOldGenerationSizeMb: 512 };

export function createReplayer(): Replayer {
  const closing = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  return {
    async run(task, signal) {
      if (isSmall(task)) return (await import("./task.ts")).runTask(task);
      const ends = AbortSignal.any([signal, closing.signal]);
      const before = last;
      const mine = before.then(() => inThread(task, ends));
      last = mine.catch(() => undefined); // told to whoever asked
      return await mine;
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

function inThread(task: ReplayTask, signal: AbortSignal): Promise<ReplayResult> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(stopped());
    const thread = startThread();
    const over = () => {
      reject(stopped());
      void thread.terminate();
    };
    signal.addEventListener("abort", over, { once: true });
    thread.once("message", (answer: string) => resolve(JSON.parse(answer) as ReplayResult));
    thread.once("error", (error) => reject(broken(error)));
    thread.once("exit", (code) => {
      signal.removeEventListener("abort", over);
      reject(broken(new Error(`the replay thread ended with ${code}`)));
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

function stopped(): BotError {
  return new BotError("TIMEOUT", "the replay was stopped", {
    say: "Holding the flows against the policies took too long: ask for one target, or a shorter --since.",
  });
}

function broken(error: unknown): BotError {
  const message = error instanceof Error ? error.message : String(error);
  const isMemory = error instanceof Error && (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY";
  return new BotError(isMemory ? "TOO_MUCH" : "INTERNAL", `the replay thread broke: ${message}`, {
    say: isMemory
      ? "There are too many flows and policies to hold against each other at once: ask for one target, or a shorter --since."
      : "The replay failed: the log says why.",
    cause: error,
  });
}
