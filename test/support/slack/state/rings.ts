/**
 * Whom a message calls: mentions as Slack's mrkdwn writes them (page "Formatting message text") and the same as rich_text elements. plain_text calls nobody.
 * A mention in the fallback text counts too, although Slack shows it only as a notification: text from strangers has no business there either.
 */
import { asList, asText, isObject } from "../json.ts";

const mention = /<(@[UW][A-Z0-9]+|!(?:channel|here|everyone)|!subteam\^[A-Z0-9]+)(?:\|[^>]*)?>/g;

export function ringsOf(text: string, blocks: readonly unknown[]): readonly string[] {
  return [...new Set([...inMrkdwn(text), ...blocks.flatMap(inBlock)])];
}

function inMrkdwn(text: string): string[] {
  return [...text.matchAll(mention)].map((match) => match[1] ?? "");
}

function inBlock(value: unknown): string[] {
  if (Array.isArray(value)) return asList(value).flatMap(inBlock);
  if (!isObject(value)) return [];
  switch (value["type"]) {
    case "mrkdwn":
    case "markdown":
      return inMrkdwn(asText(value["text"]));
    case "user":
      return [`@${asText(value["user_id"])}`];
    case "usergroup":
      return [`!subteam^${asText(value["usergroup_id"])}`];
    case "broadcast":
      return [`!${asText(value["range"])}`];
    default:
      return Object.values(value).flatMap(inBlock);
  }
}
