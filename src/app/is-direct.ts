/** Whether a conversation is one between a person and the bot alone. */
import type { Conversations } from "../store/conversations.ts";

/** Slack's direct messages begin with a D; of Teams it is remembered. */
export function createIsDirect({ find }: Pick<Conversations, "find">): (conversation: string) => Promise<boolean> {
  return async (conversation) =>
    conversation.startsWith("slack:")
      ? /\/D[A-Z0-9]+$/.test(conversation)
      : (await find(conversation))?.kind === "personal";
}
