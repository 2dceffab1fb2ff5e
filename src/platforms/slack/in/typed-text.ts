/**
 * What a person typed, out of what Slack sends (docs.slack.dev/messaging/formatting-message-text): three characters come escaped, and whatever looks like an
 * address comes as a link, `deathstar.default.svc` as `<http://deathstar.default.svc|deathstar.default.svc>`. Quotes and dashes are the grammar's business.
 */

/** A link or mention, or an escaped character. One pass, so that what comes out is not read again. */
const markup = /<([^<>]*)>|&(amp|lt|gt);/g;
const characters: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">" };

export function typedText(text: string): string {
  return text.replace(markup, (_, inside: string | undefined, name: string) =>
    inside === undefined ? (characters[name] ?? "") : typedToken(inside),
  );
}

/** Without the first mention of the bot, wherever it stands. */
export function withoutMention(text: string, botUserId: string): string {
  return text.replace(new RegExp(`<@${botUserId}(\\|[^<>]*)?>`), " ").trim();
}

/** People and channels stay ids, `<@U1>` and `<#C1>`: a name can be changed by anybody. Of everything else the label is what was typed. */
function typedToken(inside: string): string {
  const [target = "", label] = splitOnce(inside);
  if (/^[@#]/.test(target)) return `<${target}>`;
  if (label !== undefined && label !== "") return unescaped(label);
  return unescaped(target.replace(/^!/, "@"));
}

const unescaped = (text: string) => text.replace(/&(amp|lt|gt);/g, (_, name: string) => characters[name] ?? "");

function splitOnce(text: string): [string, string?] {
  const bar = text.indexOf("|");
  return bar < 0 ? [text] : [text.slice(0, bar), text.slice(bar + 1)];
}
