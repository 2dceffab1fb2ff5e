/** What the queue itself has to say about a command, and the deliveries that carry it. */

import { tablesOf } from "../analysis/csv/tables.ts";
import { parseCommand } from "../commands/grammar.ts";
import { fileAction } from "../commands/show/text.ts";
import type { BotError } from "../errors.ts";
import { type AnswerDocument, answerId, type Delivery } from "../message/delivery.ts";
import type { Action, Block, Message } from "../message/message.ts";
import type { Ask } from "../platforms/platform.ts";
import type { Progress, Question } from "../sources/question.ts";
import { commandId } from "./dispatch.ts";
import type { CommandRecord, QueryJob, ShownWork } from "./jobs.ts";
import { seconds } from "./outcome.ts";

/** `line` is the command as it was understood, `stop` the command that ends its long work. */
export function placeholderFor(record: CommandRecord, line: string, stop?: string): Delivery {
  const limit = seconds(record.deadlineAt - record.takenAt);
  return {
    ...addressOf(record),
    id: `${record.id}:placeholder`,
    kind: "placeholder",
    message: {
      tone: "info",
      title: `Working on: ${line}`,
      blocks: [
        ...(record.deadlineAt > record.takenAt
          ? [{ kind: "note", text: `The answer takes this message's place, within ${limit}.` } as const]
          : []),
        ...stopAction(stop),
      ],
    },
    answer: null,
  };
}

/** For the person alone who asked for long work privately: there is no placeholder that could carry the button. */
export function stopNotice(record: CommandRecord, line: string, stop: string | undefined): Delivery {
  const message = { tone: "info", title: `Working on: ${line}`, blocks: stopAction(stop) } as const;
  return { ...addressOf(record), id: `${record.id}:stop`, kind: "notice", message, answer: null };
}

/** How far long work is; stands where the placeholder stood. */
export function progressOf(
  { command, index, question }: QueryJob,
  { conversation, place, line, stop }: ShownWork,
  progress: Progress,
): Delivery {
  const at = Date.now();
  const { title, tone, blocks } = ownProgress(question, line, progress) ?? plainProgress(question, line, progress);
  return {
    ...{ conversation, place, at },
    id: `${command}:progress-${index}-${at}`,
    subject: command,
    kind: "progress",
    message: { tone, title, blocks: [...blocks, ...stopAction(stop)] },
    answer: null,
  };
}

/** As the command itself shows it, where it does. */
function ownProgress(question: Question, line: string, { view }: Progress): Message | undefined {
  if (view === undefined) return undefined;
  const { cluster } = question;
  const parsed = parseCommand(line, { clusters: [cluster], defaultCluster: cluster });
  return parsed.ok ? parsed.command.progress?.({ args: parsed.args, question, view }) : undefined;
}

function plainProgress({ cluster }: Question, line: string, { flows, bytes }: Progress): Message {
  const size = `${Math.ceil(bytes / 1_024)} KB`;
  const so = `${flows} ${flows === 1 ? "flow" : "flows"} of ${cluster} so far, ${size} packed.`;
  return { tone: "info", title: `Working on: ${line}`, blocks: [{ kind: "note", text: so }] };
}

/** Spelled with its clusters, because who may stop it is decided as for the command itself. */
export function stopCommand({ id }: CommandRecord, clusters: readonly string[]): string {
  return `cancel ${id} --cluster ${clusters.join(",")}`;
}

function stopAction(stop: string | undefined): Block[] {
  return stop === undefined ? [] : [{ kind: "actions", actions: [{ label: "stop", command: stop }] }];
}

export function answerTo(record: CommandRecord, message: Message, answer: AnswerDocument | null): Delivery {
  return { ...addressOf(record), id: answerId(record.id), kind: "answer", message, answer };
}

/** An answer has six, and an effect may add one. */
const mostDetails = 7;

/** In the thread of the answer, or in the one that it stands in. What one person alone is shown has no thread. Behind the answer, one after the other. */
export function detailsTo(record: CommandRecord, details: readonly Message[]): Delivery[] {
  const { place } = record;
  const hasThread = place.thread !== undefined || place.under !== undefined || place.private === true;
  return details.slice(0, mostDetails).map((message, index) => {
    const id = `${record.id}:detail-${index + 1}`;
    const below = hasThread ? place : { ...place, under: record.id };
    return { ...addressOf(record), id, subject: id, place: below, kind: "answer", message, answer: null };
  });
}

/** People in a chat press what they would type next: the same question for now, and what the coverage line means. */
export function withNextSteps(message: Message, line: string, { coverage }: Pick<AnswerDocument, "coverage">): Message {
  if (coverage === null) return message;
  const steps: Action[] = [
    { label: "ask again", command: line },
    { label: "what is coverage?", command: "help coverage --private" },
  ];
  return withActions(message, steps);
}

/** By which people ask for the answer again, or share it; and a button for its tables as a file, where it has some. */
export function withId(
  message: Message,
  id: string,
  { document, alone }: { readonly document: Pick<AnswerDocument, "result">; readonly alone: boolean },
): Message {
  const told = tablesOf(document.result).length > 0 ? withActions(message, [fileAction(id, "csv", alone)]) : message;
  const note: Block = { kind: "note", text: ["Answer ", { code: `#${id}` }, `, also elsewhere: show ${id}`] };
  return { ...told, blocks: [...told.blocks, note] };
}

/** Behind its own buttons. */
function withActions(message: Message, actions: readonly Action[]): Message {
  const own = message.blocks.find((block) => block.kind === "actions");
  if (!own) return { ...message, blocks: [...message.blocks, { kind: "actions", actions }] };
  const joined: Block = { kind: "actions", actions: [...own.actions, ...actions] };
  return { ...message, blocks: message.blocks.map((block) => (block === own ? joined : block)) };
}

/** A refusal, for the person alone, where the platform has no private reply of its own. */
export function noticeFor({ key, conversation, place }: Ask, say: string): Delivery {
  const id = `${commandId(key)}:notice`;
  const message: Message = { tone: "warn", title: say, blocks: [] };
  return { id, subject: id, kind: "notice", at: Date.now(), conversation, place, message, answer: null };
}

export function failureMessage(error: BotError, id: string): Message {
  return {
    tone: "bad",
    title: "That could not be answered",
    blocks: [
      { kind: "text", text: error.say },
      {
        kind: "note",
        text: ["Ask again; if it stays, the log has the details under command ", { code: id }, "."],
      },
    ],
  };
}

function addressOf({ id, conversation, place }: CommandRecord) {
  return { conversation, place, subject: id, at: Date.now() };
}
