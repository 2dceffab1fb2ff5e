/**
 * What people say to the bot in Slack, over HTTP or Socket Mode: slash commands, mentions, direct messages and pressed buttons become `Ask`s, and the reply to
 * each is its acknowledgement. Everything else is acknowledged and ignored.
 */
import type { RequestListener } from "node:http";
import { App, LogLevel, type Receiver } from "@slack/bolt";
import type { Ask, Audit, Take } from "../../platform.ts";
import { boltLog, type Log } from "./bolt-log.ts";
import { callerOptions, createCaller, isAuthFailure } from "./caller.ts";
import { createHttpIn } from "./http.ts";
import { type Identity, learnIdentity } from "./identity.ts";
import { acknowledgeLate } from "./late-ack.ts";
import { listen } from "./listeners.ts";
import { createSockets } from "./sockets.ts";
import { atMost } from "./wait.ts";

/** HTTP needs the signing secret, Socket Mode the app token (`xapp-…`). */
export type SlackInOptions = Common &
  ({ readonly mode: "http"; readonly signingSecret: string } | { readonly mode: "socket"; readonly appToken: string });

interface Common {
  readonly botToken: string;
  /** `https://slack.com/api/`, with its slash. */
  readonly apiUrl: string;
  /** The slash command, with its slash. */
  readonly command: string;
  readonly take: Take;
  readonly audit: Audit;
  /** Says a refusal to the person alone; events have no private answer of their own. */
  readonly notice: (ask: Ask, say: string) => Promise<void>;
  readonly log: Log;
}

export interface SlackTeam {
  readonly team: string;
  readonly botUserId: string;
  readonly botId: string;
}

export interface SlackIn {
  /** Connects in the background, as often as it takes, and returns once that worked or after two seconds. Never rejects. */
  start(): Promise<void>;
  /** `POST /slack/events`; HTTP only. */
  readonly requestListener?: RequestListener;
  ready(): boolean;
  /** One phrase: `connected (2)`, `connecting: …`, `auth failed: …`. */
  status(): string;
  /** Who we are, once Slack has said so. */
  team(): SlackTeam | undefined;
  /** Takes nothing more (503 over HTTP), ends the connections and what was begun. A few seconds at most. */
  close(): Promise<void>;
}

const startMs = 2_000;
const acknowledgeMs = 1_000;
/** What is said beside an acknowledgement has three seconds of its own. */
const asideMs = 3_500;

export function openSlackIn(options: SlackInOptions): SlackIn {
  const { botToken, apiUrl, command, take, audit, notice, log } = options;
  const closing = new AbortController();
  const closed = () => closing.signal.aborted;
  const logger = boltLog(log);
  let identity: Identity | undefined;
  let trouble: string | undefined;

  const http =
    options.mode === "http" ? createHttpIn({ signingSecret: options.signingSecret, audit, closed, log }) : undefined;
  const caller = { apiUrl, logger, signal: closing.signal };
  const app = new App({
    ...{ receiver: http ?? noReceiver, logger, logLevel: LogLevel.WARN, clientOptions: callerOptions(caller) },
    authorize: async () => ({
      botToken,
      ...(identity && { botId: identity.botId, botUserId: identity.botUserId, teamId: identity.team }),
    }),
    ...{ convoStore: false, attachFunctionToken: false },
  });
  const acks = acknowledgeLate(app);
  const listeners = listen(app, {
    ...{ command, apiUrl, botToken, signal: closing.signal, ready: whoOrWhy, take, audit, notice, log },
  });
  const sockets =
    options.mode === "socket"
      ? createSockets({ appToken: options.appToken, apiUrl, app, logger, settled: acks.settled }, log)
      : undefined;

  function whoOrWhy() {
    if (closed()) return { reason: "stopping", say: "The bot is restarting; ask again in a moment." } as const;
    return (
      identity ??
      ({ reason: "connecting", say: "The bot is still connecting to Slack; ask again in a moment." } as const)
    );
  }

  async function connect(): Promise<void> {
    identity = await learnIdentity(createCaller(botToken, caller), failed, closing.signal);
    if (!identity) return;
    trouble = undefined;
    log.info({ team: identity.team, bot: identity.botUserId, orgWide: identity.orgWide }, "known to Slack");
    await sockets?.start();
  }

  function failed(reason: string): void {
    if (trouble !== reason) log.warn({ reason }, "auth.test failed");
    trouble = reason;
  }

  const ready = () => !closed() && identity !== undefined && (sockets === undefined || sockets.count() > 0);

  return {
    async start() {
      await atMost(startMs, connect());
    },
    ...(http && { requestListener: http.requestListener }),
    ready,
    status() {
      if (closed()) return "closed";
      if (ready()) return sockets ? `connected (${sockets.count()})` : "connected";
      const why = identity ? sockets?.trouble() : trouble;
      if (why === undefined) return "connecting";
      return `${isAuthFailure(why) ? "auth failed" : "connecting"}: ${why}`;
    },
    team: () => identity && { team: identity.team, botUserId: identity.botUserId, botId: identity.botId },
    async close() {
      closing.abort();
      await Promise.all([sockets?.close(), atMost(acknowledgeMs, acks.settled())]);
      await atMost(asideMs, listeners.settled());
    },
  };
}

/** Socket Mode makes a receiver for each connection. */
const noReceiver: Receiver = { init: () => undefined, start: async () => undefined, stop: async () => undefined };
