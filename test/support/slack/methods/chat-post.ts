/** chat.postMessage and chat.postEphemeral. */
import type { Json } from "../json.ts";
import { limits } from "../limits.ts";
import { SlackRefusal } from "../refusal.ts";
import type { State } from "../state/state.ts";
import type { Channel } from "../state/workspace.ts";
import { textOf } from "../web/arguments.ts";
import { readSaid, saysSomething } from "./content.ts";
import { type Method, required, visibleChannel } from "./method.ts";
import { presentMessage } from "./present.ts";

export const postMessage: Method = {
  token: "bot",
  scopes: ["chat:write"],
  tier: "posts",
  run({ args }, slack) {
    const channel = postingChannel(slack, args);
    const said = readSaid(slack, args, { text: "cut", budget: true });
    if (!saysSomething(said)) throw new SlackRefusal("no_text");
    const { bot } = slack.workspace;
    const threadTs = readThread(slack, args, channel);
    const message = slack.messages.post({
      ...{ channel: channel.id, user: bot.userId, botId: bot.botId, threadTs, via: "chat.postMessage" },
      ...said,
    });
    return { channel: channel.id, ts: message.ts, message: presentMessage(slack, message, { metadata: true }) };
  },
};

export const postEphemeral: Method = {
  token: "bot",
  scopes: ["chat:write"],
  tier: 4,
  run({ args }, slack) {
    required(args, "user");
    const channel = postingChannel(slack, args);
    const said = readSaid(slack, args, { text: limits.textCut, budget: true });
    if (!saysSomething(said)) throw new SlackRefusal("no_text");
    const user = textOf(args, "user");
    if (!channel.members.has(user)) throw new SlackRefusal("user_not_in_channel");
    const threadTs = readThread(slack, args, channel);
    const { ts } = slack.ephemerals.show({ ...said, channel: channel.id, user, threadTs, via: "chat.postEphemeral" });
    return { message_ts: ts };
  },
};

/** Public conversations can be posted in from outside with `chat:write.public`; a person's id means the conversation with them. */
function postingChannel(slack: State, args: Json): Channel {
  required(args, "channel");
  const name = textOf(args, "channel");
  const person = slack.workspace.user(name);
  const channel = person && !person.isBot ? slack.workspace.openIm(person.id) : visibleChannel(slack, name);
  if (channel.archived) throw new SlackRefusal("is_archived");
  const outside = !slack.workspace.isBotIn(channel) && !slack.settings.scopes.includes("chat:write.public");
  if (outside) throw new SlackRefusal("not_in_channel");
  return channel;
}

/** That a thread has to be there is not documented; an answer to nothing would hide a mistake of ours, so it is refused. */
function readThread(slack: State, args: Json, channel: Channel): string | undefined {
  const threadTs = textOf(args, "thread_ts");
  if (threadTs === "") return undefined;
  if (!slack.messages.find(channel.id, threadTs)) throw new SlackRefusal("thread_not_found");
  return threadTs;
}
