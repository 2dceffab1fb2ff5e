/** A delivery's message as it is sent: a card whose buttons carry ids of stored commands, and its text for where Teams does not take the card. */
import type { Message } from "../../../message/message.ts";
import type { Buttons } from "../../../store/buttons.ts";
import type { Shown } from "../../../store/shown.ts";
import { withButtonIds } from "../../button-ids.ts";
import { renderCard, renderMinimal, type TeamsMessage, type TeamsRenderOptions } from "../render.ts";
import type { Presented } from "./appear.ts";
import type { Job } from "./options.ts";

export interface Presenting {
  readonly shown: Shown;
  readonly buttons: Buttons;
}

type Looks = Pick<TeamsRenderOptions, "rest" | "looks">;

export async function present(
  stores: Presenting,
  { delivery }: Job,
  message: Message,
  looks: Looks = {},
): Promise<Presented & Pick<TeamsMessage, "cut">> {
  const rendered = await withButtonIds(stores, delivery, (actionValue) =>
    renderCard(message, { ...looks, actionValue }),
  );
  return presented(rendered, message, looks);
}

/** Never text and card in one activity: Teams makes two messages of them and tells no id. */
function presented({ summary, card, cut }: TeamsMessage, message: Message, { rest }: Looks) {
  return {
    cut,
    content: { summary, attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: card }] },
    minimal: () => plainText(renderMinimal(message, rest)),
  };
}

export function plainText(text: string): Readonly<Record<string, unknown>> {
  return { text, textFormat: "plain", attachments: [] };
}
