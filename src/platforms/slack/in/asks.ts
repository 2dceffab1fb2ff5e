/** From a payload of Slack to an `Ask`, or to why there is none. Pure: whether it was really Slack who sent it was checked before. */
import { type Attached, attachedTo, takesFiles } from "../../attached.ts";
import { nameIn } from "../../person-name.ts";
import type { Ask } from "../../platform.ts";
import { type Identity, type Origin, stranger } from "./identity.ts";
import { ButtonPayload, CommandPayload, EventPayload } from "./payloads.ts";
import { replyUrl } from "./reply-url.ts";
import { typedText, withoutMention } from "./typed-text.ts";

export type Heard =
  /** `attached`: to be read before it is taken. */
  | { readonly kind: "ask"; readonly ask: Ask; readonly aside?: Aside; readonly attached?: Attached }
  /** Nothing is started. `say` is for that person alone, where there is a way to say it. */
  | {
      readonly kind: "refused";
      readonly reason: string;
      readonly say: string;
      readonly conversation?: string;
      readonly person?: string;
      readonly aside?: Aside;
    }
  /** Nobody asked us anything. */
  | { readonly kind: "ignored" };

/** How to say something to whoever pressed a button, beside the message that it belongs to. */
export interface Aside {
  readonly url: string;
  readonly thread: string | undefined;
}

export interface Hearing {
  readonly identity: Identity;
  /** The name of the slash command, with its slash. */
  readonly command: string;
  readonly apiUrl: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

const unreadable = "Slack sent something that this bot cannot read. Type the command again, or help.";
const oldButton = "This button cannot be read. Type the command instead, or help.";
const unreachableFile =
  "Slack does not say where that file is, as it does with files of other workspaces. Paste the policy in a code block behind whatif instead.";
const foreign =
  "This bot works for another Slack workspace and answers only its people. Install it in yours to use it.";

export function hearCommand(body: unknown, { identity, command, apiUrl, now }: Hearing): Heard {
  const read = CommandPayload.safeParse(body);
  if (!read.success) return { kind: "refused", reason: "malformed", say: unreadable };
  const { team_id: team, channel_id: channel, user_id: person, ...said } = read.data;
  const where = { conversation: `slack:${team}/${channel}`, person };
  const refused = strange(identity, { team, enterprise: said.enterprise_id, app: said.api_app_id, others: [] });
  if (refused) return { ...refused, ...where };
  if (said.command !== command) {
    const say = `This bot answers ${command} and not ${said.command}. Type: ${command} help`;
    return { kind: "refused", reason: "other_command", say, ...where };
  }
  const reply = replyUrl(said.response_url, { apiUrl, now });
  return {
    kind: "ask",
    ask: {
      key: `slack:${team}:${said.trigger_id}`,
      kind: "command",
      conversation: where.conversation,
      place: { person, ...nameIn(said.user_name), ...(reply && { reply }) },
      direct: isIm(channel),
      asked: { text: typedText(said.text).trim() },
      receivedAt: now,
      repeats: false,
    },
  };
}

export function hearButton(body: unknown, { identity, apiUrl, now }: Hearing): Heard {
  const read = ButtonPayload.safeParse(body);
  if (!read.success) return { kind: "refused", reason: "malformed", say: oldButton };
  const { user, container, message, ...press } = read.data;
  const team = press.team?.id ?? user.team_id ?? undefined;
  const channel = press.channel?.id ?? container.channel_id;
  const reply = replyUrl(press.response_url, { apiUrl, now });
  const inThread = message?.thread_ts ?? container.thread_ts ?? undefined;
  const aside = reply && { url: reply.url, thread: inThread };
  const where = {
    person: user.id,
    ...(team !== undefined && channel && { conversation: `slack:${team}/${channel}` }),
    ...(aside && { aside }),
  };
  const origin = { team, enterprise: press.enterprise?.id, app: press.api_app_id, others: [user.team_id] };
  const refused = strange(identity, origin);
  if (refused) return { ...refused, ...where };
  const value = press.actions[0]?.value ?? "";
  // A button's value is an id of ours, 128 random bits.
  if (!/^[\w-]{22}$/.test(value) || !where.conversation) {
    return { kind: "refused", reason: "malformed", say: oldButton, ...where };
  }
  const shownTo = message?.ts ?? container.message_ts ?? undefined;
  const thread = inThread ?? shownTo;
  const hidden = container.is_ephemeral === true;
  return {
    kind: "ask",
    ask: {
      key: `slack:${team}:${press.trigger_id}`,
      kind: "button",
      conversation: where.conversation,
      place: {
        person: user.id,
        ...nameIn(user.username, user.name),
        ...(hidden ? { private: true } : thread !== undefined && { thread }),
        ...(reply && { reply }),
      },
      direct: isIm(channel ?? ""),
      asked: { button: value },
      receivedAt: now,
      repeats: false,
    },
    ...(aside && { aside }),
  };
}

/** New messages of people, which is all that is read of those events. The others are edits, deletions, joins, and what bots say. */
const newMessages: readonly (string | null | undefined)[] = [null, undefined, "file_share", "thread_broadcast"];

export function hearEvent(body: unknown, { identity, now }: Hearing): Heard {
  const read = EventPayload.safeParse(body);
  if (!read.success) return { kind: "refused", reason: "malformed", say: unreadable };
  const { team_id: team, event, ...around } = read.data;
  const { user: person, channel } = event;
  const im = isIm(channel) || event.channel_type === "im";
  const kind = event.type === "app_mention" && !im ? "mention" : event.type === "message" && im ? "message" : undefined;
  const isNew = newMessages.includes(event.subtype) && !event.edited;
  if (!kind || !isNew || !person || event.bot_id || person === identity.botUserId) return { kind: "ignored" };

  const where = { conversation: `slack:${team}/${channel}`, person };
  const refused = strange(identity, {
    team,
    enterprise: around.context_enterprise_id ?? around.enterprise_id,
    app: around.api_app_id,
    others: [around.context_team_id, event.team, event.user_team, event.source_team],
  });
  if (refused) return { ...refused, ...where };
  // A mention is answered in a thread, its own or the one it stands in; a direct message where it was said.
  const thread = event.thread_ts ?? (kind === "mention" ? event.ts : undefined);
  const text = typedText(withoutMention(event.text ?? "", identity.botUserId));
  const attached = attachedIn(text, event.files ?? []);
  return {
    kind: "ask",
    ask: {
      key: `slack:${team}:${around.event_id}`,
      kind,
      conversation: where.conversation,
      place: { person, ...(thread !== undefined && { thread }) },
      direct: kind === "message",
      asked: { text },
      receivedAt: now,
      repeats: true,
    },
    ...(attached && { attached }),
  };
}

function attachedIn(text: string, files: NonNullable<EventPayload["event"]["files"]>): Attached | undefined {
  const known = files.flatMap(({ name, size, url_private_download: download, url_private: shown }) => {
    const url = download ?? shown;
    return url ? [{ name: name ?? "", url, size: size ?? null }] : [];
  });
  if (known.length === files.length) return attachedTo(text, known);
  return takesFiles(text) ? { refused: unreachableFile } : undefined;
}

/**
 * A conversation of two. Slack does not say whether a command was typed in the bot's own or in that of two people. Both count as direct: what is allowed there
 * is what the person may ask the bot alone, and the bot can post only into its own.
 */
const isIm = (channel: string) => channel.startsWith("D");

function strange(identity: Identity, origin: Origin) {
  const reason = stranger(identity, origin);
  return reason === undefined ? undefined : ({ kind: "refused", reason, say: foreign } as const);
}
