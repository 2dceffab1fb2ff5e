/** Words as rich_text: a string is an element of its own, so that nothing in it is read as markup, a mention or an emoji. */
import type { Inline, Text, Tone } from "../../message/message.ts";
import { plain } from "../../message/plain.ts";
import { codeLines } from "../../message/text.ts";
import type { PlainText, RichTextBlock, RichTextLeaf, RichTextPart, RichTextSection, TextStyle } from "./block-kit.ts";
import { slackLimits } from "./limits.ts";
import { shown } from "./mrkdwn.ts";

/** By shape as well as by colour. */
export const toneSigns: Readonly<Record<Tone, { readonly sign: string; readonly emoji: string }>> = {
  good: { sign: "✅", emoji: "white_check_mark" },
  info: { sign: "ℹ️", emoji: "information_source" },
  warn: { sign: "⚠️", emoji: "warning" },
  bad: { sign: "🔴", emoji: "red_circle" },
};

export function leaves(text: Text, style?: TextStyle): RichTextLeaf[] {
  return (isList(text) ? text : [text]).flatMap((inline) => leaf(inline, style));
}

/**
 * Text of ours or of strangers; nothing where there is none, because Slack refuses an empty string. Long texts were cut when the message was made to fit: what
 * is longer here, because invisible characters became visible, is measured and not cut again.
 */
export function word(text: string, style?: TextStyle): RichTextLeaf[] {
  const safe = plain(text, slackLimits.paragraph);
  return safe === "" ? [] : [{ type: "text", text: safe, ...(style && { style }) }];
}

export const lineBreak: RichTextLeaf = { type: "text", text: "\n" };

export function section(elements: readonly RichTextLeaf[]): RichTextSection[] {
  return isBlank(elements) ? [] : [{ type: "rich_text_section", elements: joined(elements) }];
}

export function isBlank(elements: readonly RichTextLeaf[]): boolean {
  return elements.every((element) => element.type === "text" && element.text.trim() === "");
}

/** Neighbours that look alike are one element. */
function joined(elements: readonly RichTextLeaf[]): RichTextLeaf[] {
  const all: RichTextLeaf[] = [];
  for (const element of elements) {
    const last = all.at(-1);
    if (element.type === "text" && last?.type === "text" && alike(element.style, last.style)) {
      all[all.length - 1] = { ...last, text: last.text + element.text };
    } else {
      all.push(element);
    }
  }
  return all;
}

function alike(one: TextStyle | undefined, other: TextStyle | undefined): boolean {
  return one?.bold === other?.bold && one?.code === other?.code;
}

/** As it is, line by line and never cut: it is there to be copied. */
export function preformatted(code: string): RichTextPart[] {
  const text = codeLines(code).join("\n");
  return text.trim() === "" ? [] : [{ type: "rich_text_preformatted", elements: [{ type: "text", text }] }];
}

export function richText(parts: readonly RichTextPart[]): RichTextBlock[] {
  return parts.length === 0 ? [] : [{ type: "rich_text", elements: parts }];
}

export function plainText(text: string): PlainText {
  return { type: "plain_text", text, emoji: false };
}

function leaf(inline: Inline, style: TextStyle | undefined): RichTextLeaf[] {
  if (typeof inline === "string") return word(inline, style);
  if ("code" in inline) return word(inline.code, { ...style, code: true });
  if ("strong" in inline) return word(inline.strong, { ...style, bold: true });
  const url = webAddress(inline.href);
  if (url === undefined) return word(`${inline.link} (${inline.href})`, style);
  return [{ type: "link", url, text: shown(inline.link, slackLimits.paragraph) || url, ...(style && { style }) }];
}

/** Slack refuses a message with an address it cannot read; other schemes than the web's are nobody's to follow from an answer. */
function webAddress(href: string): string | undefined {
  if (href.length > slackLimits.url || !URL.canParse(href)) return undefined;
  const { protocol, href: url } = new URL(href);
  return /^https?:$/.test(protocol) && url.length <= slackLimits.url ? url : undefined;
}

function isList(text: Text): text is readonly Inline[] {
  return Array.isArray(text);
}
