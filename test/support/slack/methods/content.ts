/** What a message may say: text, blocks, attachments, metadata; as chat.postMessage, chat.update and response_url take it. */
import { readBlocks } from "../blocks/check.ts";
import { isObject, type Json } from "../json.ts";
import { limits } from "../limits.ts";
import { SlackRefusal } from "../refusal.ts";
import type { Metadata } from "../state/messages.ts";
import type { State } from "../state/state.ts";
import { textOf } from "../web/arguments.ts";

export interface Said {
  readonly text?: string;
  readonly blocks?: readonly Json[];
  readonly attachments?: readonly Json[];
  readonly metadata?: Metadata | null;
}

/** `cut` shortens a long text as chat.postMessage does; a number refuses it. Fields that are missing stay missing. Throws SlackRefusal. */
export function readSaid(
  slack: State,
  args: Json,
  options: { readonly text: "cut" | number; readonly budget: boolean },
): Said {
  const { text, attachments } = { text: readText(args, options.text), attachments: args["attachments"] };
  const rules = {
    most: limits.blocksInMessage,
    budget: options.budget,
    isPicture: (id: string) =>
      !slack.settings.refusesPictures && slack.files.find(id)?.mimetype.startsWith("image/") === true,
  };
  const metadata = args["metadata"] === undefined ? undefined : readMetadata(args["metadata"]);
  return {
    ...(text !== undefined && { text: escapeText(text) }),
    ...(args["blocks"] !== undefined && { blocks: readBlocks(args["blocks"], rules) }),
    ...(attachments !== undefined && {
      attachments: readAttachments(attachments, (blocks, pointer) => readBlocks(blocks, { ...rules, pointer })),
    }),
    ...(metadata !== undefined && { metadata }),
  };
}

/** Text, blocks or attachments: one has to be there (no_text). */
export function saysSomething({ text = "", blocks = [], attachments = [] }: Said): boolean {
  return text !== "" || blocks.length > 0 || attachments.length > 0;
}

function readText(args: Json, most: "cut" | number): string | undefined {
  const markdown = args["markdown_text"];
  if (markdown !== undefined) {
    if (args["text"] !== undefined || args["blocks"] !== undefined) throw new SlackRefusal("markdown_text_conflict");
    if (textOf(args, "markdown_text").length > limits.markdownText) throw new SlackRefusal("msg_too_long");
    return textOf(args, "markdown_text");
  }
  if (args["text"] === undefined) return undefined;
  const text = textOf(args, "text");
  if (most === "cut") return text.slice(0, limits.textCut);
  if (text.length > most) throw new SlackRefusal("msg_too_long");
  return text;
}

/** `&`, and `<` and `>` that are no control sequence, are stored escaped (page "Formatting message text", "Escaping text"). */
function escapeText(text: string): string {
  return text
    .replace(/&(?!amp;|lt;|gt;)/g, "&amp;")
    .replace(/<(?![@#!]|https?:|mailto:)/g, "&lt;")
    .replace(/(<[^<>]*>)|>/g, (_, control: string | undefined) => control ?? "&gt;");
}

function readAttachments(
  value: unknown,
  blocksOf: (blocks: unknown, pointer: string) => readonly Json[],
): readonly Json[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw new SlackRefusal("invalid_attachments");
  if (value.length > limits.attachments) throw new SlackRefusal("too_many_attachments");
  return value.map((attachment, index) =>
    attachment["blocks"] === undefined
      ? attachment
      : { ...attachment, blocks: blocksOf(attachment["blocks"], `/attachments/${index}/blocks`) },
  );
}

/** Null for `{}`, which takes the metadata away (method chat.update). Values are scalars, flat objects, or lists of either (types: MessageMetadata). */
function readMetadata(value: unknown): Metadata | null {
  if (!isObject(value)) throw new SlackRefusal("invalid_metadata_format");
  if (Object.keys(value).length === 0) return null;
  const { event_type: type, event_payload: payload } = value as Partial<Record<string, unknown>>;
  if (typeof type !== "string" || type === "" || !isObject(payload)) throw new SlackRefusal("invalid_metadata_format");
  const items = Object.values(payload).flatMap((field) => (Array.isArray(field) ? field : [field]));
  const flat = (item: unknown) => isScalar(item) || (isObject(item) && Object.values(item).every(isScalar));
  if (!items.every(flat)) throw new SlackRefusal("invalid_metadata_schema");
  if (Buffer.byteLength(JSON.stringify(value)) > limits.metadataBytes) throw new SlackRefusal("metadata_too_large");
  return { event_type: type, event_payload: payload };
}

function isScalar(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
