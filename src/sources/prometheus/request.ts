/** One request to Prometheus' HTTP API: a form by POST, JSON back. Bounded in time and size, no redirect followed, and no secret in what it says. */
import { readFile } from "node:fs/promises";
import { BotError } from "../../errors.ts";
import { isRecord } from "../../policy/record.ts";
import { apiError, explain, maxSaid, notJson } from "./failures.ts";

export interface PrometheusAddress {
  /** May carry userinfo (basic authentication) and a path prefix. */
  readonly url: string;
  /** Read again for every request: tokens rotate. */
  readonly bearerTokenFile?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The envelope's `data`, and what the server said beside it. */
export interface Answer {
  readonly data: unknown;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

const maxBody = 16 * 1024 * 1024;

/** `form`: absent for a GET. Rejects with a BotError. */
export async function ask(
  address: PrometheusAddress,
  path: string,
  form: Readonly<Record<string, string>> | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const { url, shown, headers } = await prepare(address, path);
  try {
    const response = await fetch(url, {
      method: form === undefined ? "GET" : "POST",
      headers: { accept: "application/json", ...headers },
      ...(form !== undefined && { body: new URLSearchParams(form) }),
      redirect: "manual",
      signal,
    });
    const body = await readBody(response);
    return readAnswer(response, body, shown);
  } catch (thrown) {
    throw explain(thrown, shown, signal);
  }
}

/** fetch takes no URL with userinfo; it becomes the header that it stands for. */
async function prepare(address: PrometheusAddress, path: string) {
  const base = readUrl(address.url);
  const headers: Record<string, string> = {};
  if (base.username !== "")
    headers["authorization"] =
      `Basic ${Buffer.from(`${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`).toString("base64")}`;
  for (const [name, value] of Object.entries(address.headers ?? {})) headers[name.toLowerCase()] = value;
  if (address.bearerTokenFile) headers["authorization"] = `Bearer ${await readToken(address.bearerTokenFile)}`;
  const prefix = base.pathname.replace(/\/+$/, "");
  return { url: `${base.origin}${prefix}${path}`, shown: `${base.origin}${prefix}`, headers };
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new BotError("NOT_CONFIGURED", "prometheus.url is no http(s) URL", {
    say: "The configured Prometheus address is no URL: it should look like http://prometheus:9090.",
  });
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (thrown) {
    throw new BotError("NOT_CONFIGURED", `bearerTokenFile ${file} cannot be read`, {
      say: `The bearer token file for Prometheus cannot be read: ${file}.`,
      cause: thrown,
    });
  }
}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBody)
      throw new BotError("TOO_MUCH", `more than ${maxBody} bytes`, {
        say: "Prometheus' answer is larger than 16 MB: ask for a shorter time or fewer series.",
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function readAnswer(response: Response, body: string, shown: string): Answer {
  if (response.status >= 300 && response.status < 400)
    throw new BotError("REFUSED", `redirect to ${clean(response.headers.get("location") ?? "")}`, {
      say: `Prometheus at ${shown} redirects to ${clean(response.headers.get("location") ?? "")}: configure the address that answers.`,
    });
  if (response.status === 401 || response.status === 403)
    throw new BotError("DENIED", `HTTP ${response.status}`, {
      say: `Prometheus at ${shown} refused our credentials (${response.status}): check bearerTokenFile and headers.`,
    });
  const envelope = readEnvelope(body);
  if (envelope === null) throw notJson(response, shown);
  if (envelope["status"] === "success")
    return { data: envelope["data"], warnings: texts(envelope["warnings"]), infos: texts(envelope["infos"]) };
  throw apiError(String(envelope["errorType"] ?? ""), String(envelope["error"] ?? `HTTP ${response.status}`), shown);
}

function readEnvelope(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return isRecord(parsed) && typeof parsed["status"] === "string" ? parsed : null;
  } catch {
    return null;
  }
}

/** A Location may carry a session's token. */
function clean(location: string): string {
  if (!URL.canParse(location)) return (location.split("?")[0] ?? "").slice(0, maxSaid);
  const url = new URL(location);
  return `${url.origin}${url.pathname}`.slice(0, maxSaid);
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((one): one is string => typeof one === "string").map((one) => one.slice(0, maxSaid))
    : [];
}
