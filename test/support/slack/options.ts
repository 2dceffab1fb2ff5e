/** What a test says about the workspace and the app before it starts. */
import { limits } from "./limits.ts";

export interface SlackOptions {
  readonly signingSecret: string;
  /** `xoxb-…` */
  readonly botToken: string;
  /** `xapp-…`; opens Socket Mode and nothing else. */
  readonly appToken: string;
  /** The workspace's id, `T…`. */
  readonly team: string;
  /** What the bot token may do; without it, everything the service can do except `chat:write.public`. */
  readonly scopes?: readonly string[];
  /** The name of the slash command, with its slash. */
  readonly command?: string;
  /** Slack waits this long for an acknowledgement. */
  readonly ackMs?: number;
  /** When an event that was not acknowledged is sent again, each counted from the attempt before. None unless told; `limits.retriesMs` is what Slack does. */
  readonly retriesMs?: readonly number[];
  /** How long a file takes until it has a type and is shared (page "files.completeUploadExternal": asynchronous). */
  readonly fileReadyMs?: number;
  /** Refuse every file in a block, however ready it is: "invalid slack file" (java-slack-sdk #1335, #1349). */
  readonly refusesPictures?: boolean;
  /** Enforce the documented rate limits. */
  readonly rateLimits?: boolean;
  /** After the closing handshake of a WebSocket Slack leaves the TCP connection open (node-slack-sdk #2752, how long is not said); so long here. */
  readonly lingerMs?: number;
  /** Slack pings each WebSocket; so often here. */
  readonly pingMs?: number;
}

export type Settings = Required<SlackOptions>;

export function settle(options: SlackOptions): Settings {
  return {
    scopes: allScopes,
    command: "/cilium",
    ackMs: limits.ackMs,
    retriesMs: [],
    fileReadyMs: 30,
    refusesPictures: false,
    rateLimits: false,
    lingerMs: 30_000,
    pingMs: 10_000,
    ...options,
  };
}

const allScopes = Object.freeze([
  "app_mentions:read",
  "channels:history",
  "channels:read",
  "chat:write",
  "commands",
  "files:read",
  "files:write",
  "groups:history",
  "groups:read",
  "im:history",
  "im:read",
  "im:write",
  "reactions:write",
  "users:read",
]);
