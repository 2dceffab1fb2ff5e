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
import { type ChartLook, renderChart, reserveChart } from "./render-chart.ts";
import { toneSigns } from "./render-rich-text.ts";

export interface SlackRenderOptions {
  /**
   * What a button carries: an id under which its command is stored, never the command (a value comes back from whoever presses). 1 to 2,000 characters. Called
   * once for each button that is shown, whose action_id is `command:` and its number in its row.
   */
  readonly actionValue: ActionValue;
  /** Where the rest is when something was left out; by default it says that a file has it. */
  readonly rest?: string;
  /** How the nth chart of the message looks, from 0; its numbers alone where nothing is said. */
  readonly looks?: readonly (ChartLook | undefined)[];
}

export interface SlackMessage {
  /** For notifications and screen readers: mrkdwn, escaped, never empty. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  /** Something was left out: the whole answer (`messageText`) should go along as a file. */
  readonly cut: boolean;
  /** Charts that are shown in whatever way: all of the message, or none where only its summary fits. */
  readonly charts: number;
}

/** Longer tables are read in a file. */
const mostRows = 50;

const numbersAlone: ChartLook = { as: "numbers" };

export function renderSlack(message: Message, options: SlackRenderOptions): SlackMessage {
  const { actionValue, rest = "The whole answer is in the file.", looks = [] } = options;
  const lookOf = (nth: number) => looks[nth] ?? numbersAlone;
  const { message: fitted, cut } = fitMessage(message, {
    budget: {
      size: slackLimits.blockText,
      blocks: slackLimits.blocks,
      rows: mostRows,
      text: slackLimits.paragraph,
    },
    measure: (candidate) => {
      const blocks = renderBlocks(candidate, {
        actionValue: () => "",
        chart: (chart, nth) => reserveChart(chart, lookOf(nth)),
      });
      return { size: textSize(blocks) + slackLimits.perBlock * blocks.length, blocks: blocks.length };
    },
    rest,
  });
  const blocks = renderBlocks(fitted, { actionValue, chart: (chart, nth) => renderChart(chart, lookOf(nth)) });
  const charts = fitted.blocks.filter(({ kind }) => kind === "chart").length;
  return { text: fallback(fitted), blocks, cut, charts };
}

function fallback(message: Message): string {
  const text = `${toneSigns[message.tone].sign} ${messageText(message, slackLimits.text)}`.trim();
  return escapeMrkdwn(cutToEscaped(text, slackLimits.text));
}

/** All that is read, as long as Slack may count it. */
function textSize(value: unknown): number {
  if (Array.isArray(value)) {
    return value.reduce<number>(
      (sum, item) => sum + (typeof item === "string" ? escapedLength(item) : textSize(item)),
      0,
    );
  }
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, field]) => sum + (typeof field === "string" && read.has(key) ? escapedLength(field) : textSize(field)),
    0,
  );
}

const read = new Set(["text", "url", "name", "alt_text", "title", "label", "x_label", "y_label"]);
