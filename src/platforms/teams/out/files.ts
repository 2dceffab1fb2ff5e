/**
 * Files that go along with an answer, and the whole of one that is longer than Teams shows. In a personal chat Teams asks whether the person wants the file and then
 * says where its bytes go; elsewhere it takes none from bots, so that the answer has a link.
 */
import type { AnswerFile } from "../../../message/delivery.ts";
import type { Block, Message } from "../../../message/message.ts";
import { messageText } from "../../../message/text.ts";
import { appear, type Posting } from "./appear.ts";
import type { Artifacts, Job } from "./options.ts";
import { plainText } from "./present.ts";

export interface Filing extends Posting {
  readonly artifacts?: Artifacts | undefined;
}

/** With a line for each file: where it is. */
export function withFileNotes({ artifacts }: Filing, job: Job, message: Message): Message {
  const files = filesOf(job);
  if (files.length === 0) return message;
  return { ...message, blocks: [...files.map((file) => noteOf(file, job, artifacts)), ...message.blocks] };
}

function noteOf({ id, name }: AnswerFile, { reference }: Job, artifacts: Artifacts | undefined): Block {
  if (reference.kind === "personal")
    return { kind: "note", text: [{ code: name }, ": Teams asks below whether you want it."] };
  if (artifacts)
    return { kind: "note", text: [{ code: name }, ": ", { link: "get the file", href: artifacts.link(id) }] };
  const why =
    "the bot has no address for links (http.publicUrl, artifacts.keyFile). Ask in a personal chat with the bot.";
  return { kind: "note", tone: "warn", text: [{ code: name }, `: ${why}`] };
}

export async function offerFiles(filing: Filing, job: Job): Promise<void> {
  if (job.reference.kind !== "personal") return;
  for (const [at, file] of filesOf(job).entries()) {
    await appear(filing, job, `${job.delivery.subject}:file-${at}`, {
      content: { attachments: [consentCard(file)] },
      minimal: () => plainText(`Teams takes no file here: ${file.name}`),
    });
  }
}

/** What the press of its button brings back is the file's id alone: 128 random bits. */
function consentCard({ id, name, bytes }: AnswerFile) {
  return {
    contentType: "application/vnd.microsoft.teams.card.file.consent",
    name,
    content: {
      description: "The file of the answer above",
      sizeInBytes: bytes,
      acceptContext: { file: id },
      declineContext: { file: id },
    },
  };
}

function filesOf({ delivery }: Job): readonly AnswerFile[] {
  return delivery.answer?.files ?? [];
}

/** Far above any answer; bounds the memory and the upload. */
const mostCharacters = 1_000_000;
const narrower = "To see more of it, ask for less: one namespace, one workload, or a shorter --since.";

export interface Rest {
  /** Under which the whole answer is. */
  readonly url: string | undefined;
  /** What the answer says where something was left out. */
  readonly say: string;
}

/** What was decided before, so that a repeated attempt says the same. */
export async function decidedRest({ shown }: Filing, { delivery }: Job): Promise<Rest> {
  const { rest: url } = (await shown.read(restName(delivery))).notes;
  return { url, say: url === undefined ? narrower : "The whole answer is behind the link at its top." };
}

/** True when there is a link now. */
export async function keepRest({ shown, artifacts, log }: Filing, { delivery }: Job): Promise<boolean> {
  if (!artifacts) return false;
  const at = new Date(delivery.at).toISOString().slice(0, 19).replaceAll(":", "-");
  const name = `${delivery.answer?.command ?? "answer"}-${at}.txt`;
  const body = Buffer.from(`${messageText(delivery.message, mostCharacters)}\n`, "utf8");
  try {
    const rest = await artifacts.keep({ name, type: "text/plain; charset=utf-8", body });
    await shown.note(restName(delivery), { rest });
    return true;
  } catch (thrown) {
    log.error({ err: thrown, delivery: delivery.id }, "the whole answer could not be stored");
    return false;
  }
}

export function withRest(message: Message, { url }: Rest): Message {
  if (url === undefined) return message;
  const link: Block = { kind: "note", text: { link: "The whole answer", href: url } };
  return { ...message, blocks: [link, ...message.blocks] };
}

const restName = ({ id }: Job["delivery"]) => `${id}:rest`;
