/** A file in an answer's thread, once; completing an upload does not always share it, so that Slack is asked for its shares until they are there. */
import { BotError } from "../../../errors.ts";
import type { Posting } from "./appear.ts";
import { objectIn } from "./json.ts";
import type { Job } from "./options.ts";
import type { Whole } from "./rest.ts";
import { upload } from "./upload.ts";

/** How long a conversation waits for its file at most, while Slack asks to come back later. */
const giveUpMs = 120_000;

/** Slack looks at a file before it shares it; what is not there by then never will be. */
const lostAfterTimeouts = 3;

/** What to share, and the name under which its steps are recorded. */
export interface Attachment {
  readonly name: string;
  readonly whole: Whole;
  /** Instead of what a file is worth. */
  readonly giveUpMs?: number;
}

/** False when Slack takes no file here, or lost it twice: the answer has to say where it is instead. `answerTs` is the message it belongs to. */
export async function attach(
  posting: Posting,
  job: Job,
  answerTs: string,
  { name: first, whole, giveUpMs: patienceMs = giveUpMs }: Attachment,
): Promise<boolean> {
  const { shown, log } = posting;
  const { id } = job.delivery;
  const begunAt = await beginning(posting, first);
  try {
    for (const name of [first, `${first}-again`]) {
      const { id: known } = await shown.read(name);
      const end = known ?? (await share(posting, job, answerTs, { name, whole }));
      await shown.record(name, end);
      if (end === "shared") return true;
      log.warn({ delivery: id }, "slack never shared a file");
    }
  } catch (thrown) {
    if (!(thrown instanceof BotError) || (thrown.retry && Date.now() - begunAt < patienceMs)) throw thrown;
    log.warn({ err: thrown, delivery: id }, "slack takes no file");
  }
  return false;
}

/** When the first attempt was, by the clock of whoever made it. */
export async function beginning({ shown }: Pick<Posting, "shown">, name: string): Promise<number> {
  const begun = (await shown.read(name)).notes["begun"];
  if (begun !== undefined) return Number(begun);
  await shown.note(name, { begun: String(Date.now()) });
  return Date.now();
}

async function share(posting: Posting, job: Job, answerTs: string, { name, whole }: Attachment) {
  const { end } = await upload(posting, job, {
    name,
    filename: whole.name,
    bytes: async () => whole.body,
    to: { channel_id: job.channel, thread_ts: job.delivery.place.thread ?? answerTs },
    isDone(file) {
      const shares = objectIn(file, "shares");
      return [objectIn(shares, "public"), objectIn(shares, "private")].some((kind) => Object.hasOwn(kind, job.channel));
    },
    patience: lostAfterTimeouts,
  });
  return end === "lost" ? "lost" : "shared";
}
