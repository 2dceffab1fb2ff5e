/**
 * Socket Mode (page "Using Socket Mode"): one-time addresses, up to ten connections, each envelope to one of them. Which one is Slack's business; here it is
 * the next in turn.
 */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { asText, isObject, type Json, parseJson } from "../json.ts";
import { limits } from "../limits.ts";
import type { State } from "../state/state.ts";
import { type Connection, createConnection } from "./connection.ts";
import { acceptUpgrade, refuseUpgrade } from "./handshake.ts";

export interface Ack {
  readonly envelopeId: string;
  readonly payload: Json;
}

export interface Hub {
  /** The path and query of a one-time address. */
  ticket(): string;
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
  /** The connections that take envelopes, oldest first. */
  connections(): readonly Connection[];
  /** Sends to one connection; null when there is none. `gone` is called when that connection ends before `settled` was. */
  send(envelope: Json, gone: () => void): { readonly settled: () => void } | null;
  /** Called for every acknowledgement that comes. */
  onAck(listener: (ack: Ack) => void): void;
  /** Slack takes its connections back every few hours: a warning, then `refresh_requested`, then the end. All of them unless one is named. */
  refresh(options?: { readonly connection?: Connection; readonly warningMs?: number; readonly graceMs?: number }): void;
  /** `disconnect` with a reason of its own, such as `link_disabled`, and the end. */
  disconnect(reason: string): void;
  close(): void;
}

export function createHub(state: State, wrong: (message: string) => void): Hub {
  const tickets = new Set<string>();
  const all = new Map<Connection, Set<() => void>>();
  const timers = new Set<NodeJS.Timeout>();
  let listener: (ack: Ack) => void = () => undefined;
  let turn = 0;
  let count = 0;

  const usable = () => [...all.keys()].filter((connection) => ["open", "warned"].includes(connection.state()));

  function later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  }

  function read(text: string): void {
    const ack = parseJson(text);
    if (!isObject(ack) || asText(ack["envelope_id"]) === "") {
      wrong("the bot sent something over a WebSocket that is no acknowledgement");
      return;
    }
    listener({ envelopeId: asText(ack["envelope_id"]), payload: isObject(ack["payload"]) ? ack["payload"] : {} });
  }

  function end(connection: Connection, reason: string, graceMs: number): void {
    connection.send(disconnectMessage(reason));
    connection.mark("leaving");
    later(graceMs, () => connection.close());
  }

  function upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const url = new URL(request.url ?? "/", "http://localhost");
    // An address is good for one connection.
    if (url.pathname !== "/link/" || !tickets.delete(url.searchParams.get("ticket") ?? "")) {
      refuseUpgrade(socket, "404 Not Found");
      return;
    }
    if (head.length > 0) socket.unshift(head);
    if (!acceptUpgrade(request, socket)) return;
    const { pingMs, lingerMs } = state.settings;
    const connection: Connection = createConnection(socket, {
      ...{ id: ++count, pingMs, lingerMs, text: read, wrong },
      gone: () => {
        const waiting = all.get(connection) ?? [];
        all.delete(connection);
        for (const gone of waiting) gone();
      },
    });
    all.set(connection, new Set());
    if (usable().length > limits.connections) end(connection, "too_many_websockets", 0);
    else connection.send(hello(state, usable().length));
  }

  return {
    ticket() {
      const ticket = state.stamps.secret();
      tickets.add(ticket);
      return `/link/?ticket=${ticket}&app_id=${state.workspace.bot.appId}`;
    },
    upgrade,
    connections: usable,
    send(envelope, gone) {
      const connections = usable();
      const connection = connections[turn++ % Math.max(1, connections.length)];
      if (!connection) return null;
      const waiting = all.get(connection);
      waiting?.add(gone);
      connection.send(envelope);
      return { settled: () => waiting?.delete(gone) };
    },
    onAck(next) {
      listener = next;
    },
    refresh({ connection: one, warningMs = limits.warningMs, graceMs = 0 } = {}) {
      for (const connection of one ? [one] : usable()) {
        connection.send(disconnectMessage("warning"));
        connection.mark("warned");
        later(warningMs, () => {
          if (connection.state() === "warned") end(connection, "refresh_requested", graceMs);
        });
      }
    },
    disconnect(reason) {
      for (const connection of usable()) end(connection, reason, 0);
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      for (const connection of [...all.keys()]) connection.cut();
    },
  };
}

function hello(state: State, connections: number): Json {
  return {
    type: "hello",
    num_connections: connections,
    connection_info: { app_id: state.workspace.bot.appId },
    debug_info: { host: "applink-test", build_number: 1, approximate_connection_time: 18_060 },
  };
}

function disconnectMessage(reason: string): Json {
  return { type: "disconnect", reason, debug_info: { host: "applink-test" } };
}
