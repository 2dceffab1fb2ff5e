/**
 * Files that go along with an answer. Each is shared once in the answer's thread; where Slack takes none, or the answer is for one person alone, the answer says
 * under which link it is, or what has to be done to get it.
 */
import type { AnswerFile } from "../../../message/delivery.ts";
import type { Block, Message } from "../../../message/message.ts";
import type { Posting } from "./appear.ts";
import { attach } from "./file.ts";
import type { Artifacts, Job, StoredFiles } from "./options.ts";

export interface Filing extends Posting {
  readonly files?: StoredFiles | undefined;
  readonly artifacts?: Artifacts | undefined;
}

export function filesOf({ delivery }: Job): readonly AnswerFile[] {
  return delivery.answer?.files ?? [];
}

/** Shares what was not shared before. True when one of them will not be in the thread, and was not known to be missing. */
export async function attachFiles(filing: Filing, job: Job, answerTs: string): Promise<boolean> {
  const { shown, files, log } = filing;
  const { id, subject } = job.delivery;
  const missing = await missingFiles(filing, job);
  let more = false;
  for (const [at, { id: fileId, name }] of filesOf(job).entries()) {
    if (missing.has(at)) continue;
    const stored = await files?.find(fileId);
    if (!stored) log.warn({ delivery: id, file: name }, "a file of an answer is gone");
    const whole = stored && { name, body: stored.body };
    if (whole && (await attach(filing, job, answerTs, { name: `${subject}:file-${at}`, whole }))) continue;
    await shown.note(noteName(job), { [String(at)]: "missing" });
    more = true;
  }
  return more;
}

/** With a line for each file that is not in the thread: those known to be missing, or `all`. */
export async function withFileNotes(filing: Filing, job: Job, message: Message, all: boolean): Promise<Message> {
  const files = filesOf(job);
  if (files.length === 0) return message;
  const missing = all ? undefined : await missingFiles(filing, job);
  const notes = files.filter((_, at) => missing?.has(at) ?? true).map((file) => noteOf(filing, file));
  return { ...message, blocks: [...notes, ...message.blocks] };
}

function noteOf({ artifacts }: Filing, { id, name }: AnswerFile): Block {
  if (!artifacts) {
    const why = "Slack took no file here, and the bot has no address for links (http.publicUrl, artifacts.keyFile).";
    const text = [{ code: name }, `: ${why} Ask without --private in a channel that the bot has joined.`];
    return { kind: "note", tone: "warn", text };
  }
  return { kind: "note", text: [{ code: name }, ": ", { link: "get the file", href: artifacts.link(id) }] };
}

async function missingFiles({ shown }: Filing, job: Job): Promise<ReadonlySet<number>> {
  const { notes } = await shown.read(noteName(job));
  return new Set(Object.keys(notes).map(Number));
}

const noteName = ({ delivery }: Job) => `${delivery.id}:files`;
