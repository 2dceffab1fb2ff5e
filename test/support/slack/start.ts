/**
 * A Slack of our own on the loopback, for tests: the Web API, response_urls, uploads, events and Socket Mode as they are on the wire. It keeps what the bot did,
 * so that a test can ask for it, and goes wrong when it is told to. Nothing of the bot is in it.
 */
import { setMaxListeners } from "node:events";
import { createFaults, type Faults } from "./faults.ts";
import { createCourier } from "./inbound/courier.ts";
import type { Attempt } from "./inbound/delivery.ts";
import { createInbound, type Inbound } from "./inbound/inbound.ts";
import { findLeftovers } from "./leftovers.ts";
import { type SlackOptions, settle } from "./options.ts";
import { createRateLimits } from "./rate-limits.ts";
import { createHub, type Hub } from "./socket/hub.ts";
import type { Call } from "./state/calls.ts";
import type { Ephemeral } from "./state/ephemerals.ts";
import type { SlackFile } from "./state/files.ts";
import type { Message } from "./state/messages.ts";
import { createState } from "./state/state.ts";
import type { Channel, Workspace } from "./state/workspace.ts";
import { handle } from "./web/handle.ts";
import { openListener } from "./web/listen.ts";

export interface Slack extends Inbound, AsyncDisposable {
  /** For `slackApiUrl`, with its slash. */
  readonly apiUrl: string;
  readonly workspace: Pick<Workspace, "team" | "bot" | "addChannel" | "addUser" | "openIm">;
  readonly faults: Pick<Faults, "add" | "clear">;
  readonly sockets: Pick<Hub, "connections" | "refresh" | "disconnect">;
  /** What everybody in a conversation sees, threads included, oldest first. */
  messages(channel: Pick<Channel, "id">, options?: { readonly deleted?: boolean }): readonly Message[];
  ephemerals(): readonly Ephemeral[];
  files(): readonly SlackFile[];
  calls(method?: string): readonly Readonly<Call>[];
  /** Everything sent to the bot, with the time to the acknowledgement. */
  acks(): readonly Readonly<Attempt>[];
  /** What was sent and is waited for. */
  pending(): readonly Readonly<Attempt>[];
  /** What a test should have expected and did not, as sentences: `expect(slack.leftovers()).toEqual([])`. */
  leftovers(): readonly string[];
  /** Lets response_urls and trigger_ids grow older. */
  advance(ms: number): void;
  /** Nobody listens any more: connecting is refused, open connections and WebSockets are cut. */
  refuse(): Promise<void>;
  listen(): Promise<void>;
  close(): Promise<void>;
}

export async function startSlack(options: SlackOptions): Promise<Slack> {
  const state = createState(settle(options));
  const { settings, workspace, messages, stamps } = state;
  const closing = new AbortController();
  // One listener for everything that waits.
  setMaxListeners(0, closing.signal);
  const timers = new Set<NodeJS.Timeout>();
  const wrong: string[] = [];
  const faults = createFaults();
  const hub = createHub(state, (message) => wrong.push(message));
  const rates = settings.rateLimits ? createRateLimits(Date.now) : null;
  const around = {
    ...state,
    origin: () => listener.origin(),
    openSocket: () => `${listener.origin().replace("http", "ws")}${hub.ticket()}`,
    later(ms: number, run: () => void) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        run();
      }, ms);
      timers.add(timer);
    },
  };
  const handling = { slack: around, faults, rates, closing: closing.signal };
  const listener = await openListener({
    request: (request, response) => handle(handling, request, response),
    upgrade: hub.upgrade,
    broken: (thrown) => wrong.push(`the service itself failed: ${thrown instanceof Error ? thrown.stack : thrown}`),
  });
  const report = (message: string) => wrong.push(message);
  const courier = createCourier({ settings, hub, closing: closing.signal, wrong: report });
  const copies = () => courier.attempts().map((attempt) => ({ ...attempt }));

  async function close(): Promise<void> {
    closing.abort();
    for (const timer of timers) clearTimeout(timer);
    hub.close();
    await listener.refuse();
  }

  return {
    ...createInbound(state, courier, { origin: listener.origin, wrong: report }),
    apiUrl: `${listener.origin()}/api/`,
    workspace,
    faults,
    sockets: hub,
    messages: (channel, shown) => messages.in(channel.id, shown),
    ephemerals: () => state.ephemerals.all(),
    files: () => state.files.all(),
    calls: (method) => state.calls.of(method),
    acks: () => copies().filter((attempt) => attempt.outcome !== "pending"),
    pending: () => copies().filter((attempt) => attempt.outcome === "pending"),
    leftovers: () => findLeftovers(state, courier.attempts(), wrong),
    advance: (ms) => stamps.advance(ms),
    refuse: () => listener.refuse(),
    listen: () => listener.listen(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
