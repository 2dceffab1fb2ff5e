import type { Json } from "../json.ts";
import type { Tier } from "../rate-limits.ts";
import { SlackRefusal } from "../refusal.ts";
import type { State } from "../state/state.ts";
import type { Channel } from "../state/workspace.ts";
import { textOf } from "../web/arguments.ts";

/** What a method may touch beyond what Slack remembers. */
export interface Around extends State {
  /** Where the service listens, without a slash at the end. */
  readonly origin: () => string;
  /** Runs once, later, unless the service is closed before. */
  readonly later: (ms: number, run: () => void) => void;
  /** A one-time address for a WebSocket. */
  readonly openSocket: () => string;
}

export interface Request {
  readonly args: Json;
  /** files.completeUploadExternal says ok and shares nothing. */
  readonly unshared: boolean;
  /** It says ok and never looks at the file. */
  readonly unseen: boolean;
}

export interface Method {
  /** Whose token it wants; api.test wants none. */
  readonly token: "bot" | "app" | "none";
  /** Scopes of which one is enough; conversations need the one for their kind, see `requireScope`. */
  readonly scopes: readonly string[];
  readonly tier: Tier;
  /** Throws SlackRefusal. The answer without `ok`. */
  run(request: Request, slack: Around): Json;
}

/** `missing_scope` names what was needed and what there is (page "Using the Slack Web API"). */
export function requireScope(slack: State, needed: readonly string[]): void {
  const { scopes } = slack.settings;
  if (needed.length === 0 || needed.some((scope) => scopes.includes(scope))) return;
  throw new SlackRefusal("missing_scope", { needed: needed[0], provided: scopes.join(",") });
}

/** A conversation the bot can see: a private one it has not joined does not exist for it. Throws `channel_not_found`. */
export function visibleChannel(slack: State, idOrName: string): Channel {
  const channel = slack.workspace.channel(idOrName);
  const hidden = channel && channel.kind !== "public" && !slack.workspace.isBotIn(channel);
  if (!channel || hidden) throw new SlackRefusal("channel_not_found");
  return channel;
}

/** By id alone: methods that change a message take no names (method chat.update). */
export function channelById(slack: State, id: string): Channel {
  const channel = visibleChannel(slack, id);
  if (channel.id !== id) throw new SlackRefusal("channel_not_found");
  return channel;
}

export function required(args: Json, ...names: readonly string[]): void {
  const missing = names.filter((name) => args[name] === undefined || textOf(args, name) === "");
  if (missing.length === 0) return;
  const messages = missing.map((name) => `[ERROR] missing required field: ${name}`);
  throw new SlackRefusal("invalid_arguments", { response_metadata: { messages } });
}
