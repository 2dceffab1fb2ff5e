/**
 * What a question that takes minutes gets of its carrier: a place for its file, people who see how far it is, and the flag by which they stop it. Nothing here
 * makes the work wait: progress that cannot be delivered is not delivered.
 */
import type { Logger } from "../log.ts";
import type { Progress, Running } from "../sources/question.ts";
import type { Files } from "../store/artifacts.ts";
import type { Follows } from "../store/follows.ts";
import type { RunningWork } from "../store/running.ts";
import { enterFollow } from "./follow-places.ts";
import type { QueryJob } from "./jobs.ts";
import { progressOf } from "./messages.ts";
import type { Deliver } from "./outbox.ts";

export interface Carrying {
  readonly files: Pick<Files, "keep">;
  /** How long files are kept, milliseconds. */
  readonly fileTtlMs: number;
  readonly work: Pick<RunningWork, "isStopped">;
  readonly follows: Follows;
  readonly deliver: Deliver;
}

const lookMs = 500;
/** A message that is read while it changes is left alone for five seconds; the rest is for what lies between here and the platform. */
const [tellMs, viewMs] = [3_000, 5_500] as const;

export interface Carried {
  readonly running: Running;
  /** Before the work. Resolves to why it may not begin, undefined when it may. */
  begin(): Promise<string | undefined>;
  /** Nobody looks or tells any more. */
  end(): Promise<void>;
}

export function carry(job: QueryJob, { files, fileTtlMs, work, follows, deliver }: Carrying, log: Logger): Carried {
  const stop = new AbortController();
  const looking = setInterval(() => {
    const stopped = work.isStopped(job.command);
    stopped.then((is) => is && stop.abort()).catch(() => undefined); // Redis is away: looked again in a moment
  }, lookMs);
  const isFollow = job.question.ask === "follow";
  const pauseMs = isFollow ? viewMs : tellMs;
  let next = Date.now() + pauseMs;
  let isTelling = false;
  let isOver = false;

  async function tell(so: Progress): Promise<void> {
    if (job.shown === undefined || isOver || isTelling || Date.now() < next) return;
    isTelling = true;
    next = Date.now() + pauseMs;
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
    begin: async () => (isFollow ? await enterFollow(job, follows) : undefined),
    async end() {
      isOver = true;
      clearInterval(looking);
      if (isFollow) await follows.leave(job.command).catch(() => undefined); // its time ends it
    },
  };
}
