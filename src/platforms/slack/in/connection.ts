/**
 * One WebSocket with Slack (docs.slack.dev/apis/events-api/using-socket-mode), used once: Bolt's receiver and client speak the protocol, but do not reconnect.
 * Their own way of it closes at the first warning, seconds before it opens another, and ends the process when Slack is away (an unhandled rejection in
 * `delayReconnectAttempt`). Here Slack's wish to end a connection is only reported, so that a successor can be open first.
 */
import { type App, type Logger, SocketModeReceiver } from "@slack/bolt";
import { z } from "zod";
import { callerOptions, reasonOf } from "./caller.ts";
import { atMost, pause } from "./wait.ts";

export interface Connection {
  /** Resolves with the reason once a successor is needed: Slack said so, or it has ended. */
  readonly ending: Promise<string>;
  alive(): boolean;
  /** Ends it once Slack has stopped using it and what came over it is acknowledged, but soon; at once after `hurry`. */
  retire(hurry: AbortSignal): Promise<void>;
}

export interface ConnectionOptions {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly app: App;
  readonly logger: Logger;
  /** Settles when everything being handled has been acknowledged. */
  readonly settled: () => Promise<unknown>;
}

/** For the address, the handshake and Slack's `hello`. */
const openMs = 10_000;
/** From Slack's warning to the end it is about ten seconds. */
const unusedMs = 15_000;
const acknowledgeMs = 1_000;
/** For the closing handshake, which Slack leaves unfinished (node-slack-sdk #2752). */
const closeMs = 500;

/** Rejects with the reason as its message, in bounded time. */
export async function openConnection(options: ConnectionOptions, signal: AbortSignal): Promise<Connection> {
  const { appToken, apiUrl, app, logger, settled } = options;
  const gone = new AbortController();
  const caller = callerOptions({ apiUrl, logger, signal: gone.signal });
  const receiver = new SocketModeReceiver({
    ...{ appToken, logger, autoReconnectEnabled: false, installerOptions: { clientOptions: caller } },
    // Not acknowledged, so that Slack sends it again where it does.
    processEventErrorHandler: async () => false,
  });
  receiver.init(app);
  const { client } = receiver;
  const ending = signalOnce();
  const unused = signalOnce();
  let alive = true;
  signal.addEventListener("abort", () => ending.resolve("stopping"), { signal: gone.signal });

  // The client's own listener closes the connection at every `disconnect`, and rejects at what it cannot read.
  const [read] = client.listeners("ws_message");
  client.removeAllListeners("ws_message");
  client.on("ws_message", (data: unknown, isBinary: unknown) => {
    const reason = disconnectReason(data);
    if (reason === undefined) {
      Promise.resolve(read?.(data, isBinary)).catch(() => logger.warn("a WebSocket message that cannot be read"));
      return;
    }
    ending.resolve(reason);
    if (reason !== "warning") unused.resolve(reason);
  });
  client.on("disconnected", () => {
    alive = false;
    ending.resolve("closed");
    unused.resolve("closed");
  });

  async function drop(): Promise<void> {
    gone.abort();
    const closed = client.disconnect();
    await atMost(closeMs, closed);
    // Said twice, the client does not wait for Slack's part of the handshake.
    if (alive) void client.disconnect();
    alive = false;
  }

  try {
    const started = client.start().catch((error: unknown) => {
      throw error instanceof Error ? error : new Error("closed");
    });
    started.catch(() => undefined);
    const early = ending.promise.then((reason) => {
      throw new Refused(reason);
    });
    early.catch(() => undefined);
    const late = pause(openMs, gone.signal).then(() => {
      throw new Refused("no hello");
    });
    late.catch(() => undefined);
    await Promise.race([started, early, late]);
  } catch (error) {
    await drop();
    throw error instanceof Refused ? error : new Refused(reasonOf(error), { cause: error });
  }

  return {
    ending: ending.promise,
    alive: () => alive,
    async retire(hurry) {
      await Promise.race([unused.promise, pause(unusedMs, hurry)]);
      await atMost(acknowledgeMs, settled());
      await drop();
    },
  };
}

/** No connection, and why. */
export class Refused extends Error {}

const Disconnect = z.object({ type: z.literal("disconnect"), reason: z.string().max(100).catch("unknown") });

function disconnectReason(data: unknown): string | undefined {
  if (typeof data !== "string" || !data.includes('"disconnect"')) return undefined;
  try {
    return Disconnect.parse(JSON.parse(data)).reason;
  } catch {
    return undefined;
  }
}

function signalOnce(): { readonly promise: Promise<string>; resolve(reason: string): void } {
  let resolve: (reason: string) => void = () => undefined;
  const promise = new Promise<string>((done) => {
    resolve = done;
  });
  return { promise, resolve: (reason) => resolve(reason) };
}
