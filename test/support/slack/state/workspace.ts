/** Who is in the workspace and which conversations there are. */
import type { Stamps } from "./stamp.ts";

export type ChannelKind = "public" | "private" | "im";

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly members: Set<string>;
  archived: boolean;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly tz: string;
  readonly tzOffset: number;
  readonly isBot: boolean;
}

/** The app in this workspace. */
export interface Bot {
  readonly userId: string;
  readonly botId: string;
  readonly appId: string;
}

export interface Workspace {
  readonly team: { readonly id: string; readonly domain: string };
  readonly bot: Bot;
  addChannel(options: {
    readonly name: string;
    readonly kind?: "public" | "private";
    /** Whether the bot has joined; it has unless told. */
    readonly bot?: boolean;
    readonly members?: readonly string[];
  }): Channel;
  addUser(options: { readonly name: string; readonly tz?: string; readonly tzOffset?: number }): User;
  /** The conversation between the bot and this person, made when it is first needed. */
  openIm(user: string): Channel;
  /** By id, or by name with or without `#`. */
  channel(idOrName: string): Channel | undefined;
  user(id: string): User | undefined;
  isBotIn(channel: Channel): boolean;
}

export function createWorkspace(team: string, stamps: Stamps): Workspace {
  const channels = new Map<string, Channel>();
  const users = new Map<string, User>();
  const bot: Bot = { userId: stamps.id("U"), botId: stamps.id("B"), appId: stamps.id("A") };
  users.set(bot.userId, { id: bot.userId, name: "cilium", tz: "Etc/UTC", tzOffset: 0, isBot: true });

  function add(kind: ChannelKind, name: string, members: readonly string[]): Channel {
    const prefix = { public: "C", private: "G", im: "D" }[kind];
    const channel: Channel = { id: stamps.id(prefix), name, kind, members: new Set(members), archived: false };
    channels.set(channel.id, channel);
    return channel;
  }

  return {
    team: { id: team, domain: "test-workspace" },
    bot,
    addChannel: ({ name, kind = "public", bot: joined = true, members = [] }) =>
      add(kind, name, joined ? [bot.userId, ...members] : members),
    addUser({ name, tz = "Europe/Berlin", tzOffset = 3_600 }) {
      const user: User = { id: stamps.id("U"), name, tz, tzOffset, isBot: false };
      users.set(user.id, user);
      return user;
    },
    openIm(user) {
      const open = [...channels.values()].find(({ kind, members }) => kind === "im" && members.has(user));
      return open ?? add("im", "directmessage", [bot.userId, user]);
    },
    channel: (idOrName) =>
      channels.get(idOrName) ??
      [...channels.values()].find(({ kind, name }) => kind !== "im" && name === idOrName.replace(/^#/, "")),
    user: (id) => users.get(id),
    isBotIn: (channel) => channel.members.has(bot.userId),
  };
}
