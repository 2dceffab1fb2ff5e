/** What both ports share: listening, the address that came of it, and short plain answers. */
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Resolves with the server's URL once it listens; rejects when the address is taken or not ours. */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`;
}

/** Ends every connection, whatever it is doing. */
export function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export function pathOf(url: string | undefined): string {
  return (url ?? "/").split("?", 1)[0] ?? "/";
}

export interface Short {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A short answer that nobody may keep or take for a page. */
export function answer(response: ServerResponse, { status, body, type = "text/plain", headers = {} }: Short): void {
  response
    .writeHead(status, {
      "content-type": type,
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...headers,
    })
    .end(response.req.method === "HEAD" ? undefined : body);
}
