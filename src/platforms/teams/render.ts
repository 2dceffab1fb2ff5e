/**
 * A message as Teams shows it: an Adaptive Card. Escaping by construction: strings of a message become text runs, titles of buttons and code, none of which Teams
 * reads markup out of; links, pictures and buttons are structure. Always within the limits, whatever the message.
 */
import { fitMessage } from "../../message/fit.ts";
import type { Action, Message } from "../../message/message.ts";
import { cutEnd, plain } from "../../message/plain.ts";
import { messageText } from "../../message/text.ts";
import type { AdaptiveCard } from "./card.ts";
import { teamsLimits } from "./limits.ts";
import { type Looks, renderBlocks } from "./render-blocks.ts";
import type { ChartLook } from "./render-chart.ts";
import { toneSigns } from "./render-text.ts";

export interface TeamsRenderOptions {
  /**
   * What a button carries: an id under which its command is stored, never the command (data comes back from whoever presses). At most 64 characters. Called once for
   * each button that is shown; comes back as `{ button: <id> }`, in `value.action.data` of an invoke or in a message's `value`.
   */
  readonly actionValue: (action: Action) => string;
  /** How the nth chart of the message is shown above its numbers, from 0; its numbers alone where nothing is said. */
  readonly looks?: readonly (ChartLook | undefined)[];
  /** Where the rest is when something was left out; by default it says that a file has it. */
  readonly rest?: string;
}

export interface TeamsMessage {
  /** For notifications, plain text; goes beside the card as the activity's `summary`, never as its `text`, which Teams would make a second message. */
  readonly summary: string;
  readonly card: AdaptiveCard;
  /** Something was left out: the whole answer (`messageText`) should go along as a file. */
  readonly cut: boolean;
}

const defaultRest = "The whole answer is in the file.";

export function renderCard(message: Message, options: TeamsRenderOptions): TeamsMessage {
  const { actionValue, rest = defaultRest, looks = [] } = options;
  const chart = chosenLook(message, (nth) => looks[nth] ?? {});
  const { message: fitted, cut } = fitMessage(message, {
    budget: {
      size: teamsLimits.cardBytes,
      blocks: teamsLimits.elements,
      rows: teamsLimits.rows,
      text: teamsLimits.paragraph,
    },
    measure: (candidate) => measured(candidate, chart),
    rest,
  });
  return { summary: summaryOf(message), card: cardOf(fitted, { actionValue, chart }), cut };
}

/** In the place of a card that Teams refused: an activity's `text` with `textFormat` "plain", in which Teams reads no markup. Never empty. */
export function renderMinimal(message: Message, rest = defaultRest): string {
  const { message: fitted } = fitMessage(message, {
    budget: { size: teamsLimits.minimalText, blocks: 8, rows: 3, text: 400 },
    measure: (candidate) => ({ size: textOf(candidate).length, blocks: candidate.blocks.length }),
    rest,
  });
  return cutEnd(textOf(fitted), teamsLimits.minimalText);
}

function textOf(message: Message): string {
  return `${toneSigns[message.tone].sign} ${messageText(message, 2 * teamsLimits.minimalText)}`.trim();
}

function summaryOf({ tone, title }: Message): string {
  return `${toneSigns[tone].sign} ${cutEnd(plain(title), teamsLimits.summary - 3)}`.trim();
}

function cardOf(message: Message, looks: Looks): AdaptiveCard {
  return {
    type: "AdaptiveCard",
    $schema: "https://adaptivecards.io/schemas/adaptive-card.json",
    version: "1.5",
    msteams: { width: "Full" },
    body: renderBlocks(message, looks),
  };
}

type Look = Looks["chart"];

/** The first to give way are pictures inside the card, then Teams' own charts: both have their picture behind a link, and their numbers. */
function chosenLook(message: Message, look: Look): Look {
  const charts = message.blocks.filter(({ kind }) => kind === "chart");
  const inline = charts.reduce((sum, _, nth) => sum + (look(nth).data?.length ?? 0), 0);
  const linked: Look = (nth) => {
    const { data: _, ...others } = look(nth);
    return others;
  };
  const light = inline <= teamsLimits.inlinePictures ? look : linked;
  const fits = measured(message, light).size <= teamsLimits.cardBytes;
  return fits ? light : (nth) => ({ ...linked(nth), native: false });
}

const longestValue = "x".repeat(teamsLimits.buttonValue);

function measured(message: Message, chart: Look) {
  const card = cardOf(message, { actionValue: () => longestValue, chart });
  const inline = { bytes: 0, elements: 0 };
  const size = Buffer.byteLength(
    JSON.stringify(card, (key, value: unknown) => {
      if (typeof value === "object" && value !== null && "type" in value) inline.elements += 1;
      // Teams does not count what stands inside a `data:` address.
      return key === "url" && typeof value === "string" && value.startsWith("data:") ? "data:" : value;
    }),
  );
  return { size, blocks: inline.elements };
}
