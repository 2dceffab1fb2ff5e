/**
 * What a question that takes minutes gets of its carrier: a place for its file, people who see how far it is, and the flag by which they stop it. Nothing here
 * makes the work wait: progress that cannot be delivered is not delivered.
 */
import type { Logger } from "../log.ts";
import type { Running } from "../sources/question.ts";
import type { Files } from "../store/artifacts.ts";
import type { RunningWork } from "../store/running.ts";
import type { QueryJob } from "./jobs.ts";
import { progressOf } from "./messages.ts";
import type { Deliver } from "./outbox.ts";

export interface Carrying {
  readonly files: Pick<Files, "keep">;
  /** How long files are kept, milliseconds. */
  readonly fileTtlMs: number;
  readonly work: Pick<RunningWork, "isStopped">;
  readonly deliver: Deliver;
}

const lookMs = 500;
const tellMs = 3_000;

export interface Carried {
  readonly running: Running;
  /** Nobody looks or tells any more. */
  end(): void;
}

export function carry(job: QueryJob, { files, fileTtlMs, work, deliver }: Carrying, log: Logger): Carried {
  const stop = new AbortController();
  const looking = setInterval(() => {
    const stopped = work.isStopped(job.command);
    stopped.then((is) => is && stop.abort()).catch(() => undefined); // Redis is away: looked again in a moment
  }, lookMs);
  let next = Date.now() + tellMs;
  let isTelling = false;
  let isOver = false;

  async function tell(so: Parameters<Running["progress"]>[0]): Promise<void> {
    if (job.shown === undefined || isOver || isTelling || Date.now() < next) return;
    isTelling = true;
    next = Date.now() + tellMs;
    try {
      await deliver(progressOf(job, job.shown, so));
    } catch (error) {
      log.debug({ err: error, command: job.command }, "progress not told");
    } finally {
      isTelling = false;
    }
  }

  return {
    running: {
      stop: stop.signal,
      progress: (so) => void tell(so),
      keep: (file) => files.keep({ ...file, ttlMs: fileTtlMs }),
    },
    end() {
      isOver = true;
      clearInterval(looking);
    },
  };
}
