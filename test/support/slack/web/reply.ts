import type { ServerResponse } from "node:http";

/** What goes back over HTTP. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `ok` or Slack's error code, for the record of calls. */
  readonly outcome: string;
}

export function write(response: ServerResponse, reply: Reply): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(reply.status, {
    "content-type": reply.type ?? "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(reply.body),
    ...reply.headers,
  });
  response.end(reply.body);
}
