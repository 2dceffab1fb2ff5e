/** A message as each platform shows it, for goldens: buttons carry their command there, so that one reads what each does. What is posted has a short id. */
import type { Message } from "../../src/message/message.ts";
import { renderSlack } from "../../src/platforms/slack/render.ts";
import { renderCard } from "../../src/platforms/teams/render.ts";

export const byCommand = ({ command }: { readonly command: string }) => command;
export const byId = () => "id-1";

export function slack(message: Message, actionValue: typeof byCommand) {
  const { text, blocks } = renderSlack(message, { actionValue });
  return { text, blocks };
}

export function teams(message: Message, actionValue: typeof byCommand) {
  const { summary, card } = renderCard(message, { actionValue, looks: message.blocks.map(() => ({ native: true })) });
  return { summary, card };
}

/** One part on a line: what changed in a message is what changed in the file. */
export function written(head: string, parts: readonly unknown[]): string {
  return `{"head":${JSON.stringify(head)},"parts":[\n${parts.map((part) => JSON.stringify(part)).join(",\n")}\n]}\n`;
}
