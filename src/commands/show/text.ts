/** What is said of answers that are kept. */
import { counted, listed } from "../../analysis/counted.ts";
import type { Table } from "../../analysis/csv/tables.ts";
import type { AnswerDocument, AnswerFile } from "../../message/delivery.ts";
import type { Action, Block, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { momentText, windowText } from "../../message/window-text.ts";
import type { ShownAs } from "./act.ts";

/** Slack's header has as many characters. */
const mostTitle = 150;

export const noAnswers: Message = {
  tone: "warn",
  title: "No answers are kept here",
  blocks: [{ kind: "text", text: "Answers are kept where they are given in a chat. Ask again instead." }],
};

/** Also where it is somebody else's: that it exists is nobody's business. */
export function unknownAnswer(id: string): Message {
  return {
    tone: "warn",
    title: `No answer #${id} is kept`,
    blocks: [
      {
        kind: "text",
        text: "It is too old, or was given somewhere else. The id stands at the end of an answer; type for example: show k7f3. Or ask again.",
      },
    ],
  };
}

/** Why an answer is not shown where it was asked for. */
export function refusedAnswer(id: string, say: string, here: string | undefined): Message {
  return {
    tone: "warn",
    title: `Answer #${id} may not be shown here`,
    blocks: [
      { kind: "text", text: say },
      ...actionsOf(here === undefined ? [] : [{ label: "ask here", command: here }]),
    ],
  };
}

/** It was made where more of a cluster may be seen. */
export function seesMore(cluster: string, namespaces: readonly string[]): string {
  const names = namespaces.length > 8 ? [...namespaces.slice(0, 8), `${namespaces.length - 8} more`] : namespaces;
  return `It was made where more of ${cluster} may be seen; here only ${listed(names)} may. Ask the same here instead.`;
}

export const unreadable = "This version of the bot does not know how it was asked. Ask again instead.";

export interface Again {
  readonly id: string;
  readonly document: AnswerDocument;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The line that asks the same from here; undefined where there is none. */
  readonly here: string | undefined;
  readonly hasTables: boolean;
  /** Only that person sees it. */
  readonly alone: boolean;
}

/** The answer as it was, which it says: an old number that looks new would be a wrong one. */
export function shownAgain({ id, document, now, here, hasTables, alone }: Again): Message {
  const { message, window } = document;
  const spoken = window && windowText({ from: Date.parse(window.from), to: Date.parse(window.to) }).utc;
  const about = spoken ? ` It is about ${spoken}.` : "";
  const actions = [
    ...(here === undefined ? [] : [{ label: "ask again now", command: here }]),
    ...(hasTables ? [fileAction(id, "csv", alone)] : []),
  ];
  return {
    tone: message.tone,
    title: cutEnd(`As of ${askedText(document, now)}: ${message.title}`, mostTitle),
    blocks: [
      { kind: "note", text: `Answer #${id} as it was; nothing was asked anew.${about}` },
      ...message.blocks,
      ...actionsOf(actions),
    ],
  };
}

/** `alone`: for that person alone, as what it stands under is. */
export function fileAction(id: string, as: Exclude<ShownAs, "message">, alone: boolean): Action {
  return { label: as.toUpperCase(), command: `show ${id} ${as}${alone ? " --private" : ""}` };
}

export interface Filed extends Pick<Again, "id" | "document" | "now" | "alone"> {
  readonly files: readonly AnswerFile[];
  /** Those that are no files. */
  readonly left: readonly Table[];
}

export function filedMessage({ id, document, now, alone, files, left }: Filed, tables: readonly Table[]): Message {
  const what =
    tables.length === 0
      ? ""
      : `, ${counted(
          tables.reduce((sum, { rows }) => sum + rows.length, 0),
          "row",
        )}`;
  const named = files.length === 1 ? (files[0]?.name ?? "") : `${files.length} files`;
  const cut = tables.flatMap(({ name, left: rows }) => (rows === 0 ? [] : [`${counted(rows, "row")} of ${name}`]));
  const more = [...cut, ...left.map(({ name, rows }) => `${name} (${counted(rows.length, "row")})`)];
  return {
    tone: "info",
    title: cutEnd(`Answer #${id} of ${askedText(document, now)} as ${named}${what}`, mostTitle),
    blocks: [
      ...tables.map(
        (table) => ({ kind: "note", text: `${table.name}: ${counted(table.rows.length, "row")}` }) as const,
      ),
      ...(more.length === 0
        ? []
        : [{ kind: "note", text: `Only in the JSON: ${cutEnd(listed(more), 300)}.` } as const]),
      ...actionsOf(tables.length === 0 ? [] : [fileAction(id, "json", alone)]),
    ],
  };
}

export function noTables({ id, alone }: Pick<Again, "id" | "alone">): Message {
  return {
    tone: "warn",
    title: `Answer #${id} has no tables`,
    blocks: [
      { kind: "text", text: "CSV is for tables. All of the answer is in its JSON." },
      { kind: "actions", actions: [fileAction(id, "json", alone)] },
    ],
  };
}

/** `10:02:14 UTC`, with its day where that is another one. */
function askedText({ askedAt }: AnswerDocument, now: number): string {
  const dated = askedAt.slice(0, 10) !== new Date(now).toISOString().slice(0, 10);
  return momentText(Date.parse(askedAt), { dated });
}

function actionsOf(actions: readonly Action[]): Block[] {
  return actions.length === 0 ? [] : [{ kind: "actions", actions }];
}
