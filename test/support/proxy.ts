/** A wire that can be cut: TCP on the loopback to a real server, with each direction under the test's control. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type Wire =
  | "open"
  /** What clients send arrives, what the server replies is held back. */
  | "replies held"
  /** Nothing passes, in either direction, and nobody is told: a peer behind a broken network. */
  | "silent"
  /** Connections are cut and refused. */
  | "cut";

export interface Wiring extends AsyncDisposable {
  readonly port: number;
  set(wire: Wire): void;
}

/** What was held back is lost with its connection, and passes when the wire opens before that. */
export async function startProxy(target: { readonly host: string; readonly port: number }): Promise<Wiring> {
  let wire: Wire = "open";
  const pairs = new Set<{ readonly client: Socket; readonly server: Socket }>();
  const listener = createServer((client) => {
    if (wire === "cut") return void client.destroy();
    const server = connect(target.port, target.host);
    const pair = { client, server };
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("error", end).on("close", end);
    client.on("data", (chunk) => server.write(chunk));
    server.on("data", (chunk) => client.write(chunk));
    apply(pair);
  });
  const apply = ({ client, server }: { readonly client: Socket; readonly server: Socket }) => {
    if (wire === "silent") client.pause();
    else client.resume();
    if (wire === "open") server.resume();
    else server.pause();
  };
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const destroyAll = () => {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
  };
  return {
    port: (listener.address() as AddressInfo).port,
    set(next) {
      wire = next;
      if (next === "cut") destroyAll();
      else for (const pair of pairs) apply(pair);
    },
    async [Symbol.asyncDispose]() {
      destroyAll();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
