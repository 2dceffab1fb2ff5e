/** Words as text runs: a string is a run of its own, so that nothing in it is read as Markdown, a mention, a picture or a date. */
import type { Inline, Text, Tone } from "../../message/message.ts";
import { cutEnd, plain } from "../../message/plain.ts";
import { codeLines } from "../../message/text.ts";
import type { Container, RichTextBlock, TextRun, TextStyle } from "./card.ts";
import { teamsLimits } from "./limits.ts";

/** By shape as well as by colour. */
export const toneSigns: Readonly<
  Record<Tone, { readonly sign: string; readonly style: "good" | "accent" | "warning" | "attention" }>
> = {
  good: { sign: "✅", style: "good" },
  info: { sign: "ℹ️", style: "accent" },
  warn: { sign: "⚠️", style: "warning" },
  bad: { sign: "🔴", style: "attention" },
};

export function runs(text: Text, style: TextStyle = {}): TextRun[] {
  return (isList(text) ? text : [text]).flatMap((inline) => run(inline, style));
}

/**
 * Text of ours or of strangers; nothing where there is none, because phones refuse a card with an empty string. Long texts were cut when the message was made to
 * fit: what is longer here, because invisible characters became visible, is measured and not cut again.
 */
export function word(text: string, style: TextStyle = {}): TextRun[] {
  const safe = plain(text, teamsLimits.paragraph);
  return safe === "" ? [] : [{ type: "TextRun", text: safe, ...style }];
}

export function paragraph(
  inlines: readonly TextRun[],
  options: Pick<RichTextBlock, "spacing" | "horizontalAlignment"> = {},
): RichTextBlock[] {
  return isBlank(inlines) ? [] : [{ type: "RichTextBlock", inlines: joined(inlines).flatMap(undated), ...options }];
}

/** For what takes a string and shows it on one line; may be empty. */
export function label(text: string): string {
  return cutEnd(plain(text, teamsLimits.label), teamsLimits.label).trim();
}

export function isBlank(inlines: readonly TextRun[]): boolean {
  return inlines.every(({ text }) => text.trim() === "");
}

/** In a fixed-width face. Clients trim spaces and collapse several to one, so that these are hard ones; a single one may break a line. */
export function preformatted(text: string): Container[] {
  const lines = codeLines(text)
    .join("\n")
    .replaceAll(/^ +| {2,}/gm, (spaces) => "\u00a0".repeat(spaces.length));
  const items = paragraph([{ type: "TextRun", text: lines, fontType: "Monospace", size: "Small" }]);
  return items.length === 0 ? [] : [{ type: "Container", style: "emphasis", spacing: "Small", items }];
}

/** Neighbours that look alike are one run. */
function joined(inlines: readonly TextRun[]): TextRun[] {
  const all: TextRun[] = [];
  for (const inline of inlines) {
    const last = all.at(-1);
    if (last && alike(last, inline)) all[all.length - 1] = { ...last, text: last.text + inline.text };
    else all.push(inline);
  }
  return all;
}

function alike(one: TextRun, other: TextRun): boolean {
  const keys = ["weight", "size", "isSubtle", "fontType"] as const;
  return !one.selectAction && !other.selectAction && keys.every((key) => one[key] === other[key]);
}

/** Clients put a date in the place of `{{DATE(…)}}`, also in a TextRun, but look at each run alone: such a beginning is two runs. */
function undated(inline: TextRun): TextRun[] {
  return inline.text.split(/(?<=\{)(?=\{(?:DATE|TIME)\()/).map((text) => ({ ...inline, text }));
}

function run(inline: Inline, style: TextStyle): TextRun[] {
  if (typeof inline === "string") return word(inline, style);
  if ("code" in inline) return word(inline.code, { ...style, fontType: "Monospace" });
  if ("strong" in inline) return word(inline.strong, { ...style, weight: "Bolder" });
  const url = webAddress(inline.href);
  if (url === undefined) return word(`${inline.link} (${inline.href})`, style);
  const text = plain(inline.link, teamsLimits.paragraph);
  return [
    { type: "TextRun", text: text.trim() === "" ? url : text, ...style, selectAction: { type: "Action.OpenUrl", url } },
  ];
}

/** Other schemes than the web's are nobody's to follow from an answer. */
function webAddress(href: string): string | undefined {
  if (href.length > teamsLimits.url || !URL.canParse(href)) return undefined;
  const { protocol, href: url } = new URL(href);
  return /^https?:$/.test(protocol) && url.length <= teamsLimits.url ? url : undefined;
}

function isList(text: Text): text is readonly Inline[] {
  return Array.isArray(text);
}
