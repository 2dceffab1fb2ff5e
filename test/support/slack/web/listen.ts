/** The port: requests and WebSocket upgrades come in, everything ends when it is told. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface Listener {
  readonly origin: () => string;
  /** Nobody listens: connecting is refused, open connections are cut. */
  refuse(): Promise<void>;
  /** On the same port again. */
  listen(): Promise<void>;
}

export async function openListener(handlers: {
  readonly request: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly upgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
  /** A mistake in the service itself. */
  readonly broken: (thrown: unknown) => void;
}): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    handlers.request(request, response).catch((thrown: unknown) => {
      // A bot that goes away in the middle of its request has done nothing wrong.
      if (!request.destroyed || request.complete) handlers.broken(thrown);
      response.destroy();
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (request, socket, head) => handlers.upgrade(request, socket as Socket, head));
  let port = 0;

  async function listen(): Promise<void> {
    if (server.listening) return;
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  }

  await listen();
  return {
    origin: () => `http://127.0.0.1:${port}`,
    listen,
    async refuse() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
