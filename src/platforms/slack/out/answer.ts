/** The answer takes its placeholder's place, so that it cannot appear twice; it stands alone where there is none, and comes by other ways where the bot is no member. */
import { createHash } from "node:crypto";
import type { Message } from "../../../message/message.ts";
import type { Buttons } from "../../../store/buttons.ts";
import type { Showing } from "../../../store/shown.ts";
import { appear, type Posting } from "./appear.ts";
import { type Meaning, SlackFailure } from "./failure.ts";
import { attach } from "./file.ts";
import { attachFiles, type Filing, withFileNotes } from "./files.ts";
import { looksOf, refuseLooks } from "./looks.ts";
import type { Job } from "./options.ts";
import { addPictures, linkPictures, type Picturing } from "./pictures.ts";
import { type Presented, present, withWords, wordsOf } from "./present.ts";
import { awaitProgress, type Progressing } from "./progress.ts";
import { decidedRest, decideRest, type Resting, wholeAnswer } from "./rest.ts";
import { respondFromOutside, whisper } from "./whisper.ts";

export interface Answering extends Posting, Resting, Filing, Progressing, Picturing {
  readonly buttons: Buttons;
  /** What people type to invite the bot. */
  readonly invite: string;
}

export async function showPlaceholder(answering: Answering, job: Job): Promise<void> {
  const { shown } = answering;
  const { subject, place, message } = job.delivery;
  // That person was told when they asked.
  if (place.private) return;
  const showing = await shown.read(subject);
  if (showing.id !== undefined || isOutside(showing.notes)) return;
  try {
    await appear(answering, job, subject, await present(answering, job, message));
  } catch (thrown) {
    if (!means(thrown, "outside")) throw thrown;
    await shown.note(subject, outside);
  }
}

export async function showAnswer(answering: Answering, job: Job): Promise<void> {
  const { shown } = answering;
  const { subject, place, message } = job.delivery;
  if (place.private) {
    await linkPictures(answering, job);
    const alone = await withFileNotes(answering, job, message, true);
    await whisper(answering, job, await presentAlone(answering, job, alone), ["response_url", "chat.postEphemeral"]);
    return;
  }
  try {
    // Without a way from outside it is asked again: somebody may have invited the bot.
    if (place.reply === undefined || !isOutside((await shown.read(subject)).notes))
      return await showInConversation(answering, job);
  } catch (thrown) {
    if (!means(thrown, "outside")) throw thrown;
    await shown.note(subject, outside);
  }
  await showFromOutside(answering, job);
}

/** One private line; best effort. Between a person and the bot alone it is a message as any other. */
export async function showNotice(answering: Answering, job: Job): Promise<void> {
  const { id, place, message } = job.delivery;
  const rendered = await presentAlone(answering, job, message);
  if (job.channel.startsWith("D") && !place.private) {
    await appear(answering, job, id, rendered);
    return;
  }
  await whisper(
    answering,
    job,
    rendered,
    place.private ? ["response_url", "chat.postEphemeral"] : ["chat.postEphemeral", "response_url"],
  );
}

async function showInConversation(answering: Answering, job: Job): Promise<void> {
  const { subject, id } = job.delivery;
  await awaitProgress(answering, job);
  try {
    await showUnder(answering, job, subject);
  } catch (thrown) {
    if (!means(thrown, "uneditable")) throw thrown;
    answering.log.warn({ err: thrown, delivery: id }, "the placeholder cannot be edited: the answer is posted anew");
    await showUnder(answering, job, `${subject}:again`);
  }
}

/** The message recorded under `name` says the answer; where there is none it is posted. */
async function showUnder(answering: Answering, job: Job, name: string): Promise<void> {
  const message = await withFileNotes(answering, job, job.delivery.message, false);
  const decided = await decidedRest(answering, job);
  const rendered = await presentAnswer(answering, job, message, decided);
  const { ts, fresh } = await appear(answering, job, name, rendered);
  await sayOnce(answering, name, rendered, async () => {
    if (!fresh) await update(answering, job, ts, rendered);
  });
  let rest = decided;
  if (rendered.cut && decided === undefined && !(await attachWhole(answering, job, ts)))
    rest = await decideRest(answering, job, `Slack took no file with the whole answer. ${narrower}`);
  const more = await attachFiles(answering, job, ts);
  const corrected = rest !== decided || more;
  const last = corrected ? await withFileNotes(answering, job, job.delivery.message, false) : message;
  if (corrected) await update(answering, job, ts, await presentAnswer(answering, job, last, rest));
  await addPictures(answering, job, {
    ts,
    charts: rendered.charts,
    render: (looks) => present(answering, job, last, { rest, looks }),
    edit: (changed) => update(answering, job, ts, changed),
  });
}

/** A delivery that is tried again for its files or pictures does not spend an edit on words that stand there: everybody in the workspace shares Slack's limit. */
async function sayOnce(
  { shown }: Answering,
  name: string,
  rendered: Presented,
  say: () => Promise<void>,
): Promise<void> {
  const words = createHash("sha256")
    .update(JSON.stringify(wordsOf(rendered)))
    .digest("base64url");
  if ((await shown.read(name)).notes["says"] === words) return;
  await say();
  await shown.note(name, { says: words });
}

/** As it looks by now; where Slack does not take that, with the numbers of its charts alone. */
async function presentAnswer(answering: Answering, job: Job, message: Message, rest?: string): Promise<Presented> {
  const looks = await looksOf(answering, job);
  const rendered = await present(answering, job, message, { rest, looks });
  if (!looks.some((look) => look !== undefined && look.as !== "numbers")) return rendered;
  return {
    ...rendered,
    async plainer() {
      await refuseLooks(answering, job, looks);
      return await present(answering, job, message, { rest, looks: await looksOf(answering, job) });
    },
  };
}

async function attachWhole(answering: Answering, job: Job, ts: string): Promise<boolean> {
  return await attach(answering, job, ts, { name: `${job.delivery.subject}:file`, whole: wholeAnswer(job) });
}

async function update({ calls, log }: Answering, job: Job, ts: string, rendered: Presented): Promise<void> {
  await withWords(log, job, rendered, (words) => calls.api(job, "chat.update", { channel: job.channel, ts, ...words }));
}

async function showFromOutside(answering: Answering, job: Job): Promise<void> {
  const { invite } = answering;
  await linkPictures(answering, job);
  const message = await withFileNotes(answering, job, job.delivery.message, true);
  const note = {
    kind: "note",
    text: `The bot is no member of this conversation. To let it show progress and files: ${invite}`,
  } as const;
  const invited: Message = { ...message, blocks: [...message.blocks, note] };
  const hint = `The bot can add it as a file once you typed ${invite} here. ${narrower}`;
  await respondFromOutside(answering, job, await presentAlone(answering, job, invited, hint), invite);
}

const narrower = "To see more of it, ask for less: one namespace, one workload, or a shorter --since.";

/** For ways on which no file can follow. */
async function presentAlone(answering: Answering, job: Job, message: Message, hint = narrower): Promise<Presented> {
  const rendered = await presentAnswer(answering, job, message, await decidedRest(answering, job));
  if (!rendered.cut) return rendered;
  return await presentAnswer(answering, job, message, await decideRest(answering, job, hint));
}

const outside = { outside: "yes" } as const;

function isOutside(notes: Showing["notes"]): boolean {
  return notes["outside"] === outside.outside;
}

function means(thrown: unknown, meaning: Meaning): boolean {
  return thrown instanceof SlackFailure && thrown.meaning === meaning;
}
