/** What Slack remembers, as it is written in its answers and events. */
import type { Json } from "../json.ts";
import type { SlackFile } from "../state/files.ts";
import type { Message } from "../state/messages.ts";
import type { State } from "../state/state.ts";
import type { Channel, User } from "../state/workspace.ts";

/** The payload of metadata comes only when it is asked for (method conversations.history, `include_all_metadata`). */
export function presentMessage(slack: State, message: Message, options: { readonly metadata: boolean }): Json {
  const { bot, team } = slack.workspace;
  const replies = slack.messages
    .in(message.channel)
    .filter((other) => other.threadTs === message.ts && other.ts !== message.ts);
  return {
    type: "message",
    ts: message.ts,
    user: message.user,
    text: message.text,
    team: team.id,
    ...(message.botId !== null && {
      bot_id: message.botId,
      app_id: bot.appId,
      bot_profile: { id: message.botId, app_id: bot.appId, name: "cilium", team_id: team.id },
    }),
    ...(message.blocks.length > 0 && { blocks: message.blocks }),
    ...(message.attachments.length > 0 && { attachments: message.attachments }),
    ...(message.files.length > 0 && { files: message.files.map((id) => presentFile(slack, id)) }),
    ...(message.metadata && {
      metadata: options.metadata ? message.metadata : { event_type: message.metadata.event_type },
    }),
    ...(message.edited && { edited: { user: message.user, ts: message.ts } }),
    ...(message.threadTs !== null && { thread_ts: message.threadTs }),
    ...(replies.length > 0 && { reply_count: replies.length, latest_reply: replies.at(-1)?.ts }),
    ...(message.reactions.length > 0 && {
      reactions: message.reactions.map((name) => ({ name, users: [bot.userId], count: 1 })),
    }),
  };
}

export function presentFile(slack: State, id: string): Json {
  const file = slack.files.find(id);
  if (!file) return { id, mode: "tombstone" };
  return {
    id: file.id,
    name: file.filename,
    title: file.title,
    mimetype: file.mimetype,
    filetype: file.mimetype.split("/")[1] ?? "",
    size: file.length,
    user: slack.workspace.bot.userId,
    alt_txt: file.altText,
    shares: presentShares(slack, file),
  };
}

function presentShares(slack: State, file: SlackFile): Json {
  const of = (kind: "public" | "private") => {
    const shares = file.shares.filter(({ channel }) => {
      return (slack.workspace.channel(channel)?.kind === "public") === (kind === "public");
    });
    const entries = shares.map(({ channel, ts, threadTs }) => [
      channel,
      [{ ts, ...(threadTs && { thread_ts: threadTs }) }],
    ]);
    return entries.length > 0 ? { [kind]: Object.fromEntries(entries) } : {};
  };
  return { ...of("public"), ...of("private") };
}

export function presentChannel(slack: State, channel: Channel): Json {
  const person = [...channel.members].find((member) => member !== slack.workspace.bot.userId);
  if (channel.kind === "im") return { id: channel.id, is_im: true, user: person, is_archived: channel.archived };
  return {
    id: channel.id,
    name: channel.name,
    is_channel: channel.kind === "public",
    is_group: channel.kind === "private",
    is_im: false,
    is_private: channel.kind === "private",
    is_member: slack.workspace.isBotIn(channel),
    is_archived: channel.archived,
    context_team_id: slack.workspace.team.id,
  };
}

export function presentUser(slack: State, user: User): Json {
  return {
    id: user.id,
    team_id: slack.workspace.team.id,
    name: user.name,
    real_name: user.name,
    tz: user.tz,
    tz_label: user.tz,
    tz_offset: user.tzOffset,
    is_bot: user.isBot,
    deleted: false,
    profile: { real_name: user.name, display_name: user.name },
  };
}
