/**
 * A message as Slack shows it. Escaping by construction: strings of a message become plain_text or rich_text elements, which Slack reads no markup
 * out of; only the fallback text is mrkdwn, and it is escaped. Always within Slack's limits, whatever the message.
 */
import { fitMessage } from "../../message/fit.ts";
import type { Message } from "../../message/message.ts";
import { messageText } from "../../message/text.ts";
import type { SlackBlock } from "./block-kit.ts";
import { slackLimits } from "./limits.ts";
import { cutToEscaped, escapedLength, escapeMrkdwn } from "./mrkdwn.ts";
import { type ActionValue, renderBlocks } from "./render-blocks.ts";
import { toneSigns } from "./render-rich-text.ts";

export interface SlackRenderOptions {
  /**
   * What a button carries: an id under which its command is stored, never the command (a value comes back from whoever presses). 1 to 2,000 characters. Called
   * once for each button that is shown, whose action_id is `command:` and its number in its row.
   */
  readonly actionValue: ActionValue;
  /** Where the rest is when something was left out; by default it says that a file has it. */
  readonly rest?: string;
}

export interface SlackMessage {
  /** For notifications and screen readers: mrkdwn, escaped, never empty. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  /** Something was left out: the whole answer (`messageText`) should go along as a file. */
  readonly cut: boolean;
}

/** Longer tables are read in a file. */
const mostRows = 50;

export function renderSlack(message: Message, options: SlackRenderOptions): SlackMessage {
  const { message: fitted, cut } = fitMessage(message, {
    budget: {
      size: slackLimits.blockText,
      blocks: slackLimits.blocks,
      rows: mostRows,
      text: slackLimits.paragraph,
    },
    measure: (candidate) => {
      const blocks = renderBlocks(candidate, () => "");
      return { size: textSize(blocks) + slackLimits.perBlock * blocks.length, blocks: blocks.length };
    },
    rest: options.rest ?? "The whole answer is in the file.",
  });
  return { text: fallback(fitted), blocks: renderBlocks(fitted, options.actionValue), cut };
}

function fallback(message: Message): string {
  const text = `${toneSigns[message.tone].sign} ${messageText(message, slackLimits.text)}`.trim();
  return escapeMrkdwn(cutToEscaped(text, slackLimits.text));
}

/** All that is read, as long as Slack may count it. */
function textSize(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textSize(item), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, field]) => {
    const read = typeof field === "string" && (key === "text" || key === "url" || key === "name");
    return sum + (read ? escapedLength(field) : textSize(field));
  }, 0);
}
