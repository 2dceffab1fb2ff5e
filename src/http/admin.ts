/** The admin port: liveness, readiness and metrics. Nothing here is meant for strangers, so it listens on its own address. */
import { createServer } from "node:http";
import type { Registry } from "prom-client";
import { answer, closeNow, listen, pathOf } from "./listen.ts";

/** What a part of the program says of itself; `ready: false` keeps /readyz at 503. */
export interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, string>>;
}

export interface AdminServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface AdminOptions {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  readonly readiness: () => Readiness;
}

export async function startAdmin({ host, port, registry, readiness }: AdminOptions): Promise<AdminServer> {
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD")
      return answer(response, { status: 405, body: "only GET is answered here\n", headers: { allow: "GET, HEAD" } });
    const path = pathOf(request.url);
    if (path === "/healthz") return answer(response, { status: 200, body: "ok\n" });
    if (path === "/readyz") {
      const state = readiness();
      const body = `${JSON.stringify(state)}\n`;
      return answer(response, { status: state.ready ? 200 : 503, type: "application/json", body });
    }
    if (path === "/metrics") {
      registry.metrics().then(
        (body) => answer(response, { status: 200, type: registry.contentType, body }),
        (error: unknown) =>
          answer(response, { status: 500, body: `${error instanceof Error ? error.message : String(error)}\n` }),
      );
      return;
    }
    answer(response, { status: 404, body: "there is /healthz, /readyz and /metrics\n" });
  });
  const url = await listen(server, host, port);
  return { url, close: () => closeNow(server) };
}
