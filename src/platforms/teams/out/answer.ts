/** The answer takes its placeholder's place, so that it cannot appear twice; where there is none, a line with its title is posted first and becomes the answer. */
import type { Message } from "../../../message/message.ts";
import { appear, type Presented, settleMs, update } from "./appear.ts";
import { busy, TeamsFailure } from "./failure.ts";
import { decidedRest, type Filing, keepRest, offerFiles, withFileNotes, withRest } from "./files.ts";
import { decideLooks, type Looking, looksOf } from "./looks.ts";
import type { Job } from "./options.ts";
import { type Presenting, present } from "./present.ts";
import { hasRoom, takeTurn } from "./rates.ts";

export type Answering = Presenting & Filing & Looking;

export async function showPlaceholder(answering: Answering, job: Job): Promise<void> {
  const { shown, service, buckets, log } = answering;
  const { subject, message, id } = job.delivery;
  if ((await shown.read(subject)).id !== undefined) return;
  await appear(answering, job, subject, await present(answering, job, message));
  // Teams shows it for a few seconds, and in no channel.
  if (job.reference.kind === "channel" || !(await hasRoom(buckets, job))) return;
  await service.typing(job).catch((error: unknown) => log.warn({ err: error, delivery: id }, "typing not shown"));
}

/** How far long work is, as an edit of its placeholder. Left out where it would take the room of answers, and never repeated. */
export async function showProgress(answering: Answering, job: Job): Promise<void> {
  const { shown, service, buckets } = answering;
  const { subject, message } = job.delivery;
  const { id } = await shown.read(subject);
  if (id === undefined || !(await hasRoom(buckets, job))) return;
  // The placeholder's buttons, not new ones with each edit.
  const asPlaceholder = { ...job, delivery: { ...job.delivery, id: `${subject}:placeholder` } };
  const { content } = await present(answering, asPlaceholder, message);
  await takeTurn(buckets, job);
  try {
    await service.update(job, id, content);
  } catch (thrown) {
    if (!(thrown instanceof TeamsFailure) || thrown.meaning === "unknown")
      await shown.note(subject, { [unsettled]: String((await shown.read(subject)).now + settleMs(service)) });
    throw thrown;
  }
}

export async function showAnswer(answering: Answering, job: Job): Promise<void> {
  const { subject, id } = job.delivery;
  await awaitProgress(answering, job);
  try {
    await showUnder(answering, job, subject);
  } catch (thrown) {
    if (!(thrown instanceof TeamsFailure) || thrown.meaning !== "uneditable") throw thrown;
    answering.log.warn({ err: thrown, delivery: id }, "the placeholder cannot be edited: the answer is posted anew");
    await showUnder(answering, job, againName(subject));
  }
  await offerFiles(answering, job);
}

/** Under which a message is recorded that took the place of one that could not be edited. */
export function againName(subject: string): string {
  return `${subject}:again`;
}

/** One line that nobody misses. */
export async function showNotice(answering: Answering, job: Job): Promise<void> {
  const { id, message } = job.delivery;
  await appear(answering, job, id, await present(answering, job, message));
}

/** The message recorded under `name` says the answer; where there is none one is posted for it. */
async function showUnder(answering: Answering, job: Job, name: string): Promise<void> {
  const message = withFileNotes(answering, job, inPublic(job));
  const id = await appear(answering, job, name, await announce(answering, job));
  const show = async () => {
    const rest = await decidedRest(answering, job);
    const looks = await looksOf(answering, job);
    const presented = await present(answering, job, withRest(message, rest), { rest: rest.say, looks });
    await update(answering, job, id, presented);
    return presented.cut && rest.url === undefined;
  };
  const kept = (await show()) && (await keepRest(answering, job));
  if ((await decideLooks(answering, job)) || kept) await show();
}

/** A second one, after an outcome that nobody knows, is no second answer. */
async function announce(answering: Answering, job: Job): Promise<Presented> {
  const { message, answer } = job.delivery;
  const text = answer === null ? "More follows in this message." : "The answer follows.";
  const { tone, title } = message;
  return await present(answering, job, { tone, title, blocks: [{ kind: "note", text }] });
}

/** Teams' bots have nothing that one person alone sees in a channel or group. */
function inPublic({ delivery: { message, place }, reference }: Job): Message {
  if (!place.private || reference.kind === "personal") return message;
  const text = "Teams shows this to everybody here. For yourself alone, ask in a personal chat with the bot.";
  return { ...message, blocks: [...message.blocks, { kind: "note", text }] };
}

const unsettled = "unsettled";

/** Rejects with when to come back while an edit may still overwrite what is shown now. */
async function awaitProgress({ shown }: Answering, { delivery }: Job): Promise<void> {
  const { notes, now } = await shown.read(delivery.subject);
  const left = Number(notes[unsettled] ?? 0) - now;
  if (left > 0) throw busy("update", "progress_not_settled", left);
}
