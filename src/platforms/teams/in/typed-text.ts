/**
 * What a person typed, out of what Teams sends: a mention is `<at>Name</at>`, some characters come escaped, and spaces as hard ones. Quotes and dashes are the
 * grammar's business. Lines matter where policies are pasted, and nowhere else.
 */
import { takesFiles } from "../../attached.ts";
import type { Mention } from "./activity.ts";

/** Without mentions of the bot, wherever they stand, and without its name in front; `/cilium drops x`, `cilium drops x` and `drops x` are the same. */
export function typedText(text: string, mentions: readonly Mention[], botId: string): string {
  const own = mentions.filter(({ mentioned }) => mentioned.id === botId);
  const rest = own.reduce((left, mention) => left.replaceAll(mention.text, " "), text);
  const plain = unescaped(rest.replaceAll(/<at[^<>]*>([^<>]*)<\/at>/gi, "$1"));
  const line = withoutName(plain.replaceAll(/[\s\u00a0\u200b\ufeff]+/g, " "));
  if (!takesFiles(line)) return line;
  return withoutName(
    plain
      .replaceAll(/[\u200b\ufeff]/g, "")
      .replaceAll("\u00a0", " ")
      .replaceAll(/\r\n?/g, "\n"),
  );
}

const withoutName = (text: string) =>
  text
    .trim()
    .replace(/^\/?cilium(?=\s|$)|^\//i, "")
    .trim();

/** The same message as `text` has it, with code blocks between fences; undefined where it has none. One pass over the tags. */
export function withCodeBlocks(html: string): string | undefined {
  let depth = 0;
  let blocks = 0;
  let inMention = false;
  const text = html.replaceAll(/<(\/?)([a-z][a-z0-9]*)[^<>]*>/gi, (tag, slash: string, name: string) => {
    const closes = slash !== "";
    switch (name.toLowerCase()) {
      case "codeblock":
      case "pre": {
        depth = Math.max(0, depth + (closes ? -1 : 1));
        const isOuter = depth === (closes ? 0 : 1);
        if (isOuter && !closes) blocks += 1;
        return isOuter ? "\n```\n" : "";
      }
      case "at":
        return tag;
      case "span": {
        if (!closes) inMention = tag.includes("schema.skype.com/Mention");
        const mark = inMention ? `<${slash}at>` : "";
        if (closes) inMention = false;
        return mark;
      }
      case "br":
        return "\n";
      case "p":
      case "div":
      case "li":
        return closes ? "\n" : "";
      default:
        return "";
    }
  });
  return blocks === 0 ? undefined : text;
}

const characters: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  "#39": "'",
  "#160": " ",
};

/** One pass, so that what comes out is not read again. */
function unescaped(text: string): string {
  return text.replaceAll(
    /&(amp|lt|gt|quot|apos|nbsp|#39|#160);/gi,
    (_, name: string) => characters[name.toLowerCase()] ?? "",
  );
}
