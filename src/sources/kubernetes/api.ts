/** Requests to the API server: one list page, one watch. Bounded in time and size; the answer's status decides what a reflector does next. */
import type { IncomingMessage } from "node:http";
import { BotError } from "../../errors.ts";
import type { Connection } from "./connection.ts";
import { readAll, readLines, send } from "./http.ts";
import { type Json, list, record, text } from "./json.ts";

/** An answer that is no success, in the words of the server's Status object. */
export class StatusError extends Error {
  readonly status: number;
  /** What the server asks us to wait, 0 when it does not say. */
  readonly retryAfterMs: number;

  constructor(status: number, message: string, retryAfterMs = 0) {
    super(message);
    this.name = "StatusError";
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface ListPage {
  readonly items: readonly Json[];
  readonly version: string;
  /** "" on the last page. */
  readonly continue: string;
}

export interface WatchEvent {
  /** ADDED, MODIFIED, DELETED, BOOKMARK, ERROR. */
  readonly type: string;
  readonly object: Json;
}

export interface ApiRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly metadataOnly: boolean;
  readonly signal: AbortSignal;
}

/** A page of 500 pods is about 8 MB. */
const maxPage = 128 * 1024 * 1024;
/** etcd takes objects up to 1.5 MB. */
const maxEvent = 16 * 1024 * 1024;

/** Rejects with a StatusError, or a BotError when there was no answer. */
export async function listPage(connection: Connection, request: ApiRequest): Promise<ListPage> {
  const body = await withAnswer(connection, request, "List", (answer) => readAll(answer, maxPage));
  const page = parse(body);
  const metadata = record(page["metadata"]);
  return {
    items: list(page["items"]).map(record),
    version: text(metadata["resourceVersion"]),
    continue: text(metadata["continue"]),
  };
}

/**
 * Resolves when the server ends the watch. A connection on which nothing arrives for `idleMs` counts as dead: servers send bookmarks about every minute, and a
 * load balancer may have forgotten us without a word.
 */
export async function watch(
  connection: Connection,
  request: ApiRequest & { readonly idleMs: number },
  on: { readonly open: () => void; readonly event: (event: WatchEvent) => void },
): Promise<void> {
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(new DOMException("the watch is silent", "TimeoutError")), request.idleMs);
  const signal = AbortSignal.any([request.signal, idle.signal]);
  try {
    await withAnswer(connection, { ...request, signal }, "", async (answer) => {
      timer.refresh();
      on.open();
      for await (const line of readLines(answer, maxEvent, () => timer.refresh())) {
        const event = parse(line);
        on.event({ type: text(event["type"]), object: record(event["object"]) });
      }
    });
  } finally {
    clearTimeout(timer);
  }
}

async function withAnswer<T>(
  connection: Connection,
  request: ApiRequest,
  listSuffix: string,
  read: (answer: IncomingMessage) => Promise<T>,
): Promise<T> {
  // An exec plugin may hang; nothing else in here waits without the signal.
  const credentials = await unlessAborted(connection.credentials(), request.signal);
  try {
    const answer = await send(credentials, { ...request, accept: acceptOf(request, listSuffix) });
    if (answer.statusCode === 200) return await read(answer);
    if (answer.statusCode === 401) connection.forget();
    throw await readStatus(answer);
  } catch (thrown) {
    throw explain(thrown, request.signal, credentials.url);
  }
}

/** Servers that cannot send metadata alone send the whole object; that is read as well. */
function acceptOf({ metadataOnly }: ApiRequest, listSuffix: string): string {
  const json = "application/json";
  return metadataOnly ? `${json};as=PartialObjectMetadata${listSuffix};v=v1;g=meta.k8s.io,${json}` : json;
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

async function readStatus(answer: IncomingMessage): Promise<StatusError> {
  const status = answer.statusCode ?? 0;
  const after = Number(answer.headers["retry-after"]);
  const body = await readAll(answer, 64 * 1024).catch(() => "");
  let said = "";
  try {
    said = text(record(JSON.parse(body))["message"]);
  } catch {
    // Proxies answer in HTML; the number has to do.
  }
  return new StatusError(status, said || `HTTP ${status}`, Number.isFinite(after) ? Math.min(after, 60) * 1000 : 0);
}

function parse(body: string): Json {
  try {
    return record(JSON.parse(body));
  } catch (thrown) {
    throw new BotError("BROKEN_ANSWER", "the API server's answer is no JSON", { cause: thrown });
  }
}

function explain(thrown: unknown, signal: AbortSignal, url: URL): unknown {
  if (thrown instanceof StatusError || thrown instanceof BotError) return thrown;
  if (signal.aborted) return signal.reason;
  const why =
    thrown instanceof Error
      ? thrown.message || ((thrown as NodeJS.ErrnoException).code ?? thrown.name)
      : String(thrown);
  return new BotError("UNREACHABLE", `${url.host}: ${why}`, {
    say: `The Kubernetes API at ${url.host} could not be reached (${why}).`,
    cause: thrown,
  });
}
