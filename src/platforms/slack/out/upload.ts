/**
 * Bytes become a file of Slack's, once (page "Uploading files"): ask for an address, send the bytes, complete. Every step is recorded. The first two may be
 * repeated; "this method can only be called once" of the third (page files.completeUploadExternal), and its answer comes before Slack has looked at the file: so
 * Slack is asked until the file is what it was uploaded for.
 */
import { surely } from "../../surely.ts";
import { awaitAge, type Posting, settleMs } from "./appear.ts";
import { rateLimited, refusal, SlackFailure } from "./failure.ts";
import { type Json, objectIn, textIn } from "./json.ts";
import type { Job } from "./options.ts";
import { pause } from "./wait.ts";

export interface Upload {
  /** What its steps are recorded under. */
  readonly name: string;
  readonly filename: string;
  /** What a screen reader says, for pictures. */
  readonly altText?: string;
  /** Asked for when they are needed; may differ from what an attempt before has sent, as far as they show the same. */
  readonly bytes: () => Promise<Buffer>;
  /** Where it is shared; without it Slack keeps it for the bot alone. */
  readonly to?: { readonly channel_id: string; readonly thread_ts: string };
  /** Whether Slack's description of the file says that it is done. */
  readonly isDone: (file: Json) => boolean;
  /** It is given up when it is not done so many time-outs after it was completed. */
  readonly patience: number;
}

/** `unknown`: completed, but the bot may not ask what became of it. */
export type UploadEnd = "done" | "unknown" | "lost";

export interface Uploaded {
  readonly file: string;
  readonly end: UploadEnd;
}

/** Rejects with a retryable SlackFailure while it is not known how it ended; to be called again then. */
export async function upload(posting: Posting, job: Job, wanted: Upload): Promise<Uploaded> {
  const { attempts } = await posting.shown.read(wanted.name);
  const file = await send(posting, job, wanted);
  if (attempts === 0) await complete(posting, job, wanted, file);
  return { file, end: await verify(posting, job, wanted, file) };
}

/** The first two steps, where they were not done before; returns the file's id. */
async function send(posting: Posting, job: Job, wanted: Upload): Promise<string> {
  const { file, url, sent } = (await posting.shown.read(wanted.name)).notes;
  if (file !== undefined && sent === "yes") return file;
  const bytes = await wanted.bytes();
  const old = file !== undefined && url !== undefined ? { file, url } : undefined;
  if (old) {
    try {
      return await sendTo(posting, job, wanted, { place: old, bytes });
    } catch (thrown) {
      // An address of an earlier attempt may have run out, or want other bytes; a new one is asked for once.
      if (!(thrown instanceof SlackFailure) || thrown.retry) throw thrown;
    }
  }
  return await sendTo(posting, job, wanted, { place: await findPlace(posting, job, wanted, bytes), bytes });
}

interface Sending {
  readonly place: { readonly file: string; readonly url: string };
  readonly bytes: Buffer;
}

async function sendTo({ calls, shown }: Posting, job: Job, { name }: Upload, { place, bytes }: Sending) {
  await calls.send(job, "upload", place.url, { type: "application/octet-stream", bytes });
  await shown.note(name, { sent: "yes" });
  return place.file;
}

async function findPlace({ calls, shown }: Posting, job: Job, { name, filename, altText }: Upload, bytes: Buffer) {
  const answer = await calls.api(job, "files.getUploadURLExternal", {
    filename,
    length: bytes.length,
    ...(altText !== undefined && { alt_txt: altText }),
  });
  const [file, url] = [textIn(answer, "file_id"), textIn(answer, "upload_url")];
  if (file === undefined || url === undefined) throw refusal("files.getUploadURLExternal", "no_upload_url");
  await shown.note(name, { file, url });
  return { file, url };
}

async function complete({ calls, shown }: Posting, job: Job, { name, filename, to }: Upload, file: string) {
  const args = { files: [{ id: file, title: filename }], ...to };
  await surely(shown, name, (before) => calls.api(job, "files.completeUploadExternal", args, before));
  await shown.note(name, { completed: "yes" });
}

/** A second or two is usual. */
const looksMs = [50, 150, 400, 900, 1_500, 2_000];

async function verify(posting: Posting, job: Job, wanted: Upload, file: string): Promise<UploadEnd> {
  const { calls, shown } = posting;
  const { name, patience } = wanted;
  const known = await shown.read(name);
  const completed = known.notes["completed"] === "yes";
  for (const delay of looksMs) {
    await pause(delay, job.signal);
    const seen = await look(posting, job, wanted, file);
    if (seen === "done") return "done";
    if (seen === "cannot_ask" && completed) return "unknown";
    if (seen === "not_done" || completed) continue;
    // Nobody knows whether it was completed, and either Slack has no such file or cannot be asked.
    await awaitAge(known, settleMs(calls), job.signal);
    try {
      await complete(posting, job, wanted, file);
    } catch (thrown) {
      // It can be done once, and was.
      if (!(thrown instanceof SlackFailure) || thrown.slack !== "file_not_found") throw thrown;
      await shown.note(name, { completed: "yes" });
    }
    return await verify(posting, job, wanted, file);
  }
  const { lastAt, now } = await shown.read(name);
  const left = lastAt + patience * calls.timeoutMs - now;
  if (left <= 0) return "lost";
  throw rateLimited("files.info", "not_done_yet", Math.min(left, 2_000));
}

async function look(
  { calls }: Posting,
  job: Job,
  { isDone }: Upload,
  file: string,
): Promise<"done" | "not_done" | "no_file" | "cannot_ask"> {
  try {
    return isDone(objectIn(await calls.api(job, "files.info", { file }), "file")) ? "done" : "not_done";
  } catch (thrown) {
    if (!(thrown instanceof SlackFailure) || thrown.retry) throw thrown;
    return thrown.slack === "file_not_found" ? "no_file" : "cannot_ask";
  }
}
