/**
 * How far long work is, as an edit of its placeholder. Worth little: it is left out where it would take calls from answers, and never repeated. An edit whose
 * outcome is not known may still land, so the answer waits until it cannot any more.
 */
import type { Buckets, Rate } from "../../../store/bucket.ts";
import { type Posting, settleMs } from "./appear.ts";
import { rateLimited, SlackFailure } from "./failure.ts";
import type { Job } from "./options.ts";
import { present, withWords } from "./present.ts";

export interface Progressing extends Posting {
  readonly buttons: Parameters<typeof present>[0]["buttons"];
  readonly buckets: Buckets;
}

/** Of a workspace: less than a third of the edits that Slack allows. */
const rate: Rate = { burst: 3, perSecond: 15 / 60 };

export async function showProgress(progressing: Progressing, job: Job): Promise<void> {
  const { shown, buckets, calls, log } = progressing;
  const { team, channel, delivery } = job;
  const { subject, message } = delivery;
  const { id: ts, now } = await shown.read(subject);
  if (ts === undefined || (await buckets.take(`slack.progress ${team}`, rate)) > 0) return;
  // The placeholder's buttons, not new ones with each edit.
  const asPlaceholder = { ...job, delivery: { ...delivery, id: `${subject}:placeholder` } };
  const rendered = await present(progressing, asPlaceholder, message);
  try {
    await withWords(log, job, rendered, (words) => calls.api(job, "chat.update", { channel, ts, ...words }));
  } catch (thrown) {
    if (!(thrown instanceof SlackFailure) || thrown.meaning === "unknown")
      await shown.note(subject, { [unsettled]: String(now + settleMs(calls)) });
    throw thrown;
  }
}

/** Rejects with when to come back while an edit may still overwrite what is shown now. */
export async function awaitProgress({ shown }: Posting, { delivery }: Job): Promise<void> {
  const { notes, now } = await shown.read(delivery.subject);
  const left = Number(notes[unsettled] ?? 0) - now;
  if (left > 0) throw rateLimited("chat.update", "progress_not_settled", left);
}

const unsettled = "unsettled";
