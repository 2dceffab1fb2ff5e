/** chat.update and chat.delete: the bot's own messages, at any time. */
import type { Json } from "../json.ts";
import { limits } from "../limits.ts";
import { SlackRefusal } from "../refusal.ts";
import type { Content, Message } from "../state/messages.ts";
import type { State } from "../state/state.ts";
import { listOf, textOf } from "../web/arguments.ts";
import { readSaid, type Said, saysSomething } from "./content.ts";
import { channelById, type Method, required } from "./method.ts";
import { presentMessage } from "./present.ts";

export const update: Method = {
  token: "bot",
  scopes: ["chat:write"],
  tier: 3,
  run({ args }, slack) {
    const message = ownMessage(slack, args, "cant_update_message");
    const said = readSaid(slack, args, { text: limits.updateText, budget: true });
    const files = listOf(args, "file_ids");
    if (files.some((id) => slack.files.find(id)?.step !== "completed")) throw new SlackRefusal("file_not_found");
    const change = { ...changeOf(said), ...(files.length > 0 && { files }) };
    if (!saysSomething({ ...message, ...change })) throw new SlackRefusal("no_text");
    const edited = slack.messages.edit(message, change, said.blocks === undefined);
    const { channel, ts, text } = edited;
    return { channel, ts, text, message: presentMessage(slack, edited, { metadata: true }) };
  },
};

export const remove: Method = {
  token: "bot",
  scopes: ["chat:write"],
  tier: 3,
  run({ args }, slack) {
    const message = ownMessage(slack, args, "cant_delete_message");
    slack.messages.remove(message);
    return { channel: message.channel, ts: message.ts };
  },
};

function ownMessage(slack: State, args: Json, refusal: string): Message {
  required(args, "channel", "ts");
  const channel = channelById(slack, textOf(args, "channel"));
  const message = slack.messages.find(channel.id, textOf(args, "ts"));
  if (!message) throw new SlackRefusal("message_not_found");
  if (message.botId !== slack.workspace.bot.botId) throw new SlackRefusal(refusal);
  return message;
}

/** Text alone takes the blocks away; metadata that is not given stays (method chat.update, `blocks` and `metadata`). */
function changeOf(said: Said): Partial<Content> {
  return { ...(said.text !== undefined && said.blocks === undefined && { blocks: [] }), ...said };
}
