/** One text over HTTP, from where it may come and no larger than it may be. Addresses are secrets: nothing in here says one. */

export interface Bounds {
  /** Of the address and of every one that it leads to. */
  readonly allows: (url: URL) => boolean;
  /** A header's value, sent to allowed addresses; absent where the address is secret enough. */
  readonly authorization?: string;
  readonly mostBytes: number;
  readonly signal: AbortSignal;
}

export type Fetched =
  | { readonly ok: true; readonly text: string }
  /** `refused`: we may not read it. `failed`: nobody could say, or not in time. */
  | { readonly ok: false; readonly why: "address" | "size" | "type" | "refused" | "failed" };

const mostRedirects = 2;
/** A sign-in page has the status 200. */
const pages = /^text\/html\b/i;
const texts = /^(?:text\/|application\/(?:[\w.+-]*(?:yaml|json)|octet-stream)\b)/i;

/** Never rejects. */
export async function readText(address: string, bounds: Bounds): Promise<Fetched> {
  try {
    return await follow(address, bounds, mostRedirects);
  } catch {
    return failed("failed"); // the connection, or the deadline
  }
}

async function follow(address: string, bounds: Bounds, redirects: number): Promise<Fetched> {
  const { allows, authorization, signal } = bounds;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || url.username !== "" || url.password !== "" || !allows(url)) return failed("address");
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  const response = await fetch(url, { headers, redirect: "manual", signal });
  const location = response.headers.get("location");
  if (response.status >= 300 && response.status < 400 && location !== null) {
    await response.body?.cancel();
    if (redirects === 0 || !URL.canParse(location, url.href)) return failed("address");
    return await follow(new URL(location, url).href, bounds, redirects - 1);
  }
  const why = problemOf(response, bounds);
  if (why === undefined) return await readBody(response, bounds);
  await response.body?.cancel();
  return failed(why);
}

function problemOf({ ok, status, headers }: Response, { mostBytes }: Bounds) {
  if (!ok) return [401, 403, 404, 410].includes(status) ? "refused" : "failed";
  const type = headers.get("content-type") ?? "";
  if (pages.test(type)) return "refused";
  if (!texts.test(type)) return "type";
  return Number(headers.get("content-length")) > mostBytes ? "size" : undefined;
}

async function readBody(response: Response, { mostBytes }: Bounds): Promise<Fetched> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early ends the connection.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > mostBytes) return failed("size");
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (body.includes(0)) return failed("type");
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(body) };
  } catch {
    return failed("type");
  }
}

const failed = (why: Extract<Fetched, { ok: false }>["why"]): Fetched => ({ ok: false, why });
