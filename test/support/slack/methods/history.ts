/** conversations.history (newest first, threads folded into their roots) and conversations.replies (a thread, oldest first). */
import type { Json } from "../json.ts";
import { limits } from "../limits.ts";
import { SlackRefusal } from "../refusal.ts";
import type { Message } from "../state/messages.ts";
import type { State } from "../state/state.ts";
import type { Channel, ChannelKind } from "../state/workspace.ts";
import { isTrue, textOf } from "../web/arguments.ts";
import { type Method, required, requireScope, visibleChannel } from "./method.ts";
import { presentMessage } from "./present.ts";

const historyScope: Readonly<Record<ChannelKind, string>> = {
  public: "channels:history",
  private: "groups:history",
  im: "im:history",
};

export const history: Method = {
  token: "bot",
  scopes: Object.values(historyScope),
  tier: 3,
  run({ args }, slack) {
    const channel = readableChannel(slack, args);
    const messages = slack.messages.in(channel.id).filter((message) => isRoot(message) && isInRange(message, args));
    return { ...page(slack, messages.toReversed(), args, limits.historyDefault), pin_count: 0 };
  },
};

export const replies: Method = {
  token: "bot",
  scopes: Object.values(historyScope),
  tier: 3,
  run({ args }, slack) {
    const channel = readableChannel(slack, args);
    const asked = slack.messages.find(channel.id, textOf(args, "ts"));
    if (!asked) throw new SlackRefusal("thread_not_found");
    const root = asked.threadTs ?? asked.ts;
    const messages = slack.messages
      .in(channel.id)
      .filter((message) => message.ts === root || (message.threadTs === root && isInRange(message, args)));
    return page(slack, messages, args, limits.repliesDefault);
  },
};

function readableChannel(slack: State, args: Json): Channel {
  required(args, "channel");
  const channel = visibleChannel(slack, textOf(args, "channel"));
  requireScope(slack, [historyScope[channel.kind]]);
  if (!slack.workspace.isBotIn(channel)) throw new SlackRefusal("not_in_channel");
  return channel;
}

function isRoot(message: Message): boolean {
  return message.threadTs === null || message.threadTs === message.ts;
}

/** Timestamps have ten digits before the point and six behind it, so they compare as text. */
function isInRange({ ts }: Message, args: Json): boolean {
  const [oldest, latest] = [bound(args, "oldest"), bound(args, "latest")];
  if (isTrue(args, "inclusive") && (ts === oldest || ts === latest)) return true;
  return (oldest === null || ts > oldest) && (latest === null || ts < latest);
}

function bound(args: Json, name: "oldest" | "latest"): string | null {
  const value = textOf(args, name);
  if (value === "" || value === "0" || value === "now") return null;
  if (!/^\d+(\.\d{0,6})?$/.test(value)) throw new SlackRefusal(`invalid_ts_${name}`);
  const [seconds = "", rest = ""] = value.split(".");
  return `${seconds.padStart(10, "0")}.${rest.padEnd(6, "0")}`;
}

function page(slack: State, messages: readonly Message[], args: Json, fallback: number): Json {
  const from = cursorOf(args, messages.length);
  const limit = Math.min(Number(textOf(args, "limit")) || fallback, limits.historyPage);
  const upTo = from + Math.max(1, limit);
  const more = upTo < messages.length;
  const metadata = isTrue(args, "include_all_metadata");
  return {
    messages: messages.slice(from, upTo).map((message) => presentMessage(slack, message, { metadata })),
    has_more: more,
    ...(more && { response_metadata: { next_cursor: Buffer.from(`at:${upTo}`).toString("base64") } }),
  };
}

function cursorOf(args: Json, length: number): number {
  const cursor = textOf(args, "cursor");
  if (cursor === "") return 0;
  const at = Number(/^at:(\d+)$/.exec(Buffer.from(cursor, "base64").toString())?.[1] ?? Number.NaN);
  if (!(at <= length)) throw new SlackRefusal("invalid_cursor");
  return at;
}
