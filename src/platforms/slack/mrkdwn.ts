/** Text that Slack counts or reads as markup: the three characters it asks to escape (docs.slack.dev/messaging/formatting-message-text), and cutting to their length. */
import { plain } from "../../message/plain.ts";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** No mention, link or command can begin without `<`. */
export function escapeMrkdwn(text: string): string {
  return text.replace(/[&<>]/g, (character) => entities[character] ?? character);
}

/** How long Slack may count it. */
export function escapedLength(text: string): number {
  let length = text.length;
  for (const [character] of text.matchAll(/[&<>]/g)) length += (entities[character]?.length ?? 1) - 1;
  return length;
}

/** At most `limit` long once it is escaped, the last character an ellipsis where something was cut; not escaped here. */
export function cutToEscaped(text: string, limit: number): string {
  if (escapedLength(text) <= limit) return text;
  let used = 1;
  let end = 0;
  for (const character of text) {
    used += escapedLength(character);
    if (used > limit) break;
    end += character.length;
  }
  return `${text.slice(0, end)}…`;
}

/** A stranger's string on one line, nothing invisible in it, cut to `limit`. */
export function shown(text: string, limit: number): string {
  return cutToEscaped(plain(text, limit), limit);
}
