/** The opening handshake (RFC 6455 §4.2). */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

const magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export function acceptKey(key: string): string {
  return createHash("sha1").update(`${key}${magic}`).digest("base64");
}

/** Answers 101, or 400 and false when the request is no WebSocket of version 13. */
export function acceptUpgrade(request: IncomingMessage, socket: Socket): boolean {
  const { upgrade, "sec-websocket-key": key, "sec-websocket-version": version } = request.headers;
  if (upgrade?.toLowerCase() !== "websocket" || typeof key !== "string" || version !== "13") {
    refuseUpgrade(socket, "400 Bad Request");
    return false;
  }
  socket.write(
    [
      "HTTP/1.1 101 Switching Protocols",
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Accept: ${acceptKey(key)}`,
      "\r\n",
    ].join("\r\n"),
  );
  return true;
}

export function refuseUpgrade(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
