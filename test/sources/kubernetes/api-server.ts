/**
 * A Kubernetes API server in one file, for what a well-behaved one does not do on request: refuse single resources, go silent, forget versions, page badly.
 * Plain HTTP; the kubeconfig says `insecure-skip-tls-verify`, which is what the client library wants to hear for that.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TestObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface SeenRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly authorization: string;
}

type Change = { readonly version: number; readonly path: string; readonly type: string; readonly object: object };

export async function startApiServer(token = "secret") {
  const shelves = new Map<string, Map<string, TestObject>>();
  const refused = new Map<string, number>();
  const watches = new Set<{ readonly path: string; readonly response: ServerResponse }>();
  const seen: SeenRequest[] = [];
  let log: Change[] = [];
  let version = 1_000;
  let floor = version;
  let isSilent = false;
  let expiredPages = 0;
  let goodToken = token;
  let isEnding = false;

  function change(path: string, type: string, object: TestObject): void {
    version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    const shelf = shelves.get(path) ?? new Map<string, TestObject>();
    shelves.set(path, shelf);
    const key = `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
    const isNew = !shelf.has(key);
    if (type === "DELETED") shelf.delete(key);
    else shelf.set(key, stored);
    const event = { version, path, type: type === "DELETED" ? type : isNew ? "ADDED" : "MODIFIED", object: stored };
    log = [...log, event].slice(-2_000);
    for (const watch of watches) if (watch.path === path) send(watch.response, event);
  }

  function send(response: ServerResponse, event: { readonly type: string; readonly object: object }): void {
    if (!isSilent) response.write(`${JSON.stringify({ type: event.type, object: event.object })}\n`);
  }

  function answer(response: ServerResponse, code: number, message: string): void {
    response.writeHead(code, { "content-type": "application/json" });
    response.end(JSON.stringify({ kind: "Status", status: "Failure", message, code }));
  }

  function list(path: string, query: URLSearchParams, response: ServerResponse): void {
    const all = [...(shelves.get(path) ?? new Map<string, TestObject>())]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
    const start = Number(query.get("continue") ?? 0);
    if (start > 0 && expiredPages > 0) {
      expiredPages -= 1;
      answer(response, 410, "The provided continue parameter is too old");
      return;
    }
    const limit = Number(query.get("limit") ?? all.length);
    const end = start + limit;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        metadata: { resourceVersion: String(version), ...(end < all.length && { continue: String(end) }) },
        items: all.slice(start, end),
      }),
    );
  }

  function watch(path: string, query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get("resourceVersion"));
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (from < floor) {
      send(response, {
        type: "ERROR",
        object: { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" },
      });
      response.end();
      return;
    }
    for (const event of log) if (event.path === path && event.version > from) send(response, event);
    if (isEnding) {
      response.end();
      return;
    }
    const entry = { path, response };
    watches.add(entry);
    response.once("close", () => watches.delete(entry));
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "", "http://test");
    const path = url.pathname.replace(/^\/prefix/, "");
    const { authorization = "", accept = "" } = request.headers;
    seen.push({ path, query: url.searchParams, accept, authorization });
    if (isSilent) return;
    if (authorization !== `Bearer ${goodToken}`) {
      answer(response, 401, "Unauthorized");
      return;
    }
    const isWatch = url.searchParams.get("watch") === "true";
    const code = refused.get(isWatch ? `watch ${path}` : path);
    if (code !== undefined) answer(response, code, `${path} is refused`);
    else if (isWatch) watch(path, url.searchParams, response);
    else list(path, url.searchParams, response);
  }

  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const folder = await mkdtemp(join(tmpdir(), "kubernetes-test-"));
  const kubeconfig = join(folder, "config");
  const writeConfig = async (withToken: string) =>
    await writeFile(
      kubeconfig,
      JSON.stringify({
        "current-context": "test",
        clusters: [
          { name: "c", cluster: { server: `http://127.0.0.1:${port}/prefix`, "insecure-skip-tls-verify": true } },
        ],
        users: [{ name: "u", user: { token: withToken } }],
        contexts: [{ name: "test", context: { cluster: "c", user: "u" } }],
      }),
    );
  await writeConfig(token);

  return {
    kubeconfig,
    /** Requests so far, oldest first. */
    seen,
    upsert: (path: string, object: TestObject) => change(path, "UPSERT", object),
    remove: (path: string, namespace: string, name: string) =>
      change(path, "DELETED", { metadata: { namespace, name } }),
    /** Without telling anybody: what a client misses while it is away. */
    forget(path: string, namespace: string, name: string) {
      version += 1;
      shelves.get(path)?.delete(`${namespace}/${name}`);
    },
    openWatches: (path?: string) => [...watches].filter((entry) => path === undefined || entry.path === path).length,
    /** `watch PATH` refuses watches alone. */
    refuse: (path: string, code: number | undefined) =>
      code === undefined ? refused.delete(path) : refused.set(path, code),
    /** Every version so far is too old from now on; open watches hear of it. */
    expire() {
      version += 1;
      floor = version;
      log = [];
      for (const entry of watches) {
        send(entry.response, {
          type: "ERROR",
          object: { code: 410, reason: "Expired", message: "too old resource version" },
        });
        entry.response.end();
      }
    },
    /** The next so many continued pages answer 410. */
    expirePages(count: number) {
      expiredPages = count;
    },
    /** From now on a watch ends as soon as it has begun. */
    endWatches() {
      isEnding = true;
    },
    /** Breaks all connections. */
    cut() {
      server.closeAllConnections();
    },
    /** Nothing is answered and no event is sent, but connections stay open. */
    silence(next: boolean) {
      isSilent = next;
    },
    async changeToken(next: string, inConfig: boolean) {
      goodToken = next;
      if (inConfig) await writeConfig(next);
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await rm(folder, { recursive: true });
    },
  };
}

/** Resolves when it holds; fails after `ms`. */
export async function until(isTrue: () => boolean, ms = 15_000): Promise<void> {
  const end = performance.now() + ms;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
