/** A delivery's message as it is sent: a card whose buttons carry ids of stored commands, and its text for where Teams does not take the card. */
import type { Message } from "../../../message/message.ts";
import type { Buttons } from "../../../store/buttons.ts";
import type { Shown } from "../../../store/shown.ts";
import { renderCard, renderMinimal, type TeamsMessage, type TeamsRenderOptions } from "../render.ts";
import type { Presented } from "./appear.ts";
import type { Job } from "./options.ts";

export interface Presenting {
  readonly shown: Shown;
  readonly buttons: Buttons;
}

type Looks = Pick<TeamsRenderOptions, "rest" | "looks">;

/**
 * Renders twice where there are buttons: first to learn which of them are shown, so that only these are stored. Their ids are kept with the delivery, because
 * an attempt may be repeated hundreds of times.
 */
export async function present(
  { shown, buttons }: Presenting,
  { delivery }: Job,
  message: Message,
  looks: Looks = {},
): Promise<Presented & Pick<TeamsMessage, "cut">> {
  const commands = new Set<string>();
  const actionValue: TeamsRenderOptions["actionValue"] = ({ command }) => {
    commands.add(command);
    return "-";
  };
  const first = renderCard(message, { ...looks, actionValue });
  if (commands.size === 0) return presented(first, message, looks);
  const name = `${delivery.id}:buttons`;
  const { notes } = await shown.read(name);
  const ids = new Map(JSON.parse(notes["ids"] ?? "[]") as [string, string][]);
  const missing = [...commands].filter((command) => !ids.has(command));
  if (missing.length > 0) {
    const kept = await buttons.keep(missing.map((command) => ({ command, conversation: delivery.conversation })));
    missing.forEach((command, at) => {
      ids.set(command, kept[at] ?? "-");
    });
    await shown.note(name, { ids: JSON.stringify([...ids]) });
  }
  const second = renderCard(message, { ...looks, actionValue: ({ command }) => ids.get(command) ?? "-" });
  return presented(second, message, looks);
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
