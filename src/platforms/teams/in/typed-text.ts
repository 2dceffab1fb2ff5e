/** What a person typed, out of what Teams sends: a mention is `<at>Name</at>`, some characters come escaped, and spaces as hard ones. Quotes and dashes are the grammar's business. */
import type { Mention } from "./activity.ts";

/** Without mentions of the bot, wherever they stand, and without its name in front; `/cilium drops x`, `cilium drops x` and `drops x` are the same. */
export function typedText(text: string, mentions: readonly Mention[], botId: string): string {
  const own = mentions.filter(({ mentioned }) => mentioned.id === botId);
  const rest = own.reduce((left, mention) => left.replaceAll(mention.text, " "), text);
  return unescaped(rest.replaceAll(/<at[^<>]*>([^<>]*)<\/at>/gi, "$1"))
    .replaceAll(/[\s\u00a0\u200b\ufeff]+/g, " ")
    .trim()
    .replace(/^\/?cilium(?= |$)|^\//i, "")
    .trim();
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
