/**
 * Socket Mode over two connections: Slack sends each envelope over one of them, so that one may be lost and the other carries on. Each is replaced before it goes
 * where Slack warns of the end, and after a growing pause where it does not.
 */
import type { Log } from "./bolt-log.ts";
import { backoff } from "./caller.ts";
import { type Connection, type ConnectionOptions, openConnection, Refused } from "./connection.ts";
import { pause } from "./wait.ts";

export interface Sockets {
  /** Connects, and keeps connected until `close`. Resolves with the first connection, or with `close`; never rejects. */
  start(): Promise<void>;
  /** Of two. */
  count(): number;
  /** Why the last connection could not be opened; undefined while all are open. */
  trouble(): string | undefined;
  /** Takes nothing any more and ends the connections, in about two seconds. */
  close(): Promise<void>;
}

const wanted = 2;
/** A connection that ends sooner counts as one that could not be opened. */
const briefMs = 10_000;
/** Ten are allowed (docs.slack.dev: apps.connections.open); other replicas have the rest. */
const tooMany = "too_many_websockets";
const tooManyMs = 15_000;

export function createSockets(options: ConnectionOptions, log: Log): Sockets {
  const closing = new AbortController();
  const alive = Array.from({ length: wanted }, () => new Set<Connection>());
  const retiring = new Set<Promise<void>>();
  let trouble: string | undefined;
  let running: Promise<unknown> = Promise.resolve();

  function retire(connection: Connection, line: Set<Connection>): void {
    const done = connection.retire(closing.signal).finally(() => {
      line.delete(connection);
      retiring.delete(done);
    });
    retiring.add(done);
  }

  async function open(): Promise<Connection | Refused> {
    try {
      return await openConnection(options, closing.signal);
    } catch (error) {
      return error instanceof Refused ? error : new Refused("it failed inside the bot", { cause: error });
    }
  }

  async function keep(line: Set<Connection>, opened: () => void): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      const connection = await open();
      const before = [...line];
      let reason: string;
      if (connection instanceof Refused) {
        reason = connection.message;
        failures++;
        // The one that is to be replaced takes the place of its successor.
        if (reason === tooMany) for (const old of before) retire(old, line);
        if (!closing.signal.aborted) log.warn({ reason, failures }, "Socket Mode connection not opened");
        trouble = reason;
      } else {
        line.add(connection);
        opened();
        for (const old of before) retire(old, line);
        trouble = undefined;
        const openedAt = Date.now();
        reason = await connection.ending;
        log.info({ reason }, "Socket Mode connection ends");
        failures = Date.now() - openedAt < briefMs ? failures + 1 : 0;
      }
      const cause = connection instanceof Refused ? connection.cause : undefined;
      if (failures > 0) await pause(reason === tooMany ? tooManyMs : backoff(failures - 1, cause), closing.signal);
    }
    opened();
    for (const connection of line) retire(connection, line);
  }

  return {
    start: () =>
      new Promise((resolve) => {
        running = Promise.all(alive.map((line) => keep(line, resolve)));
      }),
    count: () => alive.filter((line) => [...line].some((connection) => connection.alive())).length,
    trouble: () => trouble,
    async close() {
      closing.abort();
      await running;
      await Promise.all(retiring);
    },
  };
}
