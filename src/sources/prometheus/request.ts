/** One request to Prometheus' HTTP API: a form by POST, JSON back. Bounded in time, and no secret in what it says. Only paths that read are ever asked. */
import { readFile } from "node:fs/promises";
import { redactText, redactUrl } from "../../analysis/redact.ts";
import { BotError } from "../../errors.ts";
import { isRecord } from "../../policy/record.ts";
import { apiError, explain, maxSaid, notJson } from "./failures.ts";
import { type Exchange, exchange, type Reply } from "./transport.ts";

export interface PrometheusAddress {
  /** May carry userinfo (basic authentication) and a path prefix. */
  readonly url: string;
  /** CAs in PEM, for https. */
  readonly caFile?: string | undefined;
  readonly bearerTokenFile?: string | undefined;
  /** Basic authentication. */
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The envelope's `data`, and what the server said beside it. */
export interface Answer {
  readonly data: unknown;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** `form`: absent for a GET. Rejects with a BotError. */
export async function ask(
  address: PrometheusAddress,
  path: string,
  form: Readonly<Record<string, string>> | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const { url, shown, headers, ca } = await prepare(address, path);
  const sent: Exchange = {
    method: form === undefined ? "GET" : "POST",
    headers: {
      accept: "application/json",
      ...(form !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
      ...headers,
    },
    body: form === undefined ? undefined : new URLSearchParams(form).toString(),
    ca,
  };
  try {
    return readAnswer(await exchange(url, sent, signal), shown);
  } catch (thrown) {
    throw explain(thrown, shown, signal);
  }
}

/** What the address says of the asker becomes headers, which win over those that are configured. */
async function prepare(address: PrometheusAddress, path: string) {
  const base = readUrl(address.url);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(address.headers ?? {})) headers[name.toLowerCase()] = value;
  const authorization = await readAuthorization(address, base);
  if (authorization !== undefined) headers["authorization"] = authorization;
  const prefix = base.pathname.replace(/\/+$/, "");
  const ca = address.caFile ? await readSetting("caFile", address.caFile) : undefined;
  return { url: new URL(`${base.origin}${prefix}${path}`), shown: `${base.origin}${prefix}`, headers, ca };
}

/** Files are read again for each request, because what they hold rotates. */
async function readAuthorization(
  { bearerTokenFile, username, passwordFile }: PrometheusAddress,
  base: URL,
): Promise<string | undefined> {
  if (bearerTokenFile) return `Bearer ${(await readSetting("bearerTokenFile", bearerTokenFile)).trim()}`;
  if (username !== undefined) {
    const password = passwordFile ? (await readSetting("passwordFile", passwordFile)).replace(/\r?\n$/, "") : "";
    return basic(username, password);
  }
  return base.username === "" ? undefined : basic(decodeURIComponent(base.username), decodeURIComponent(base.password));
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new BotError("NOT_CONFIGURED", "prometheus.url is no http(s) URL", {
    say: "The configured Prometheus address is no URL: it should look like http://prometheus:9090.",
  });
}

async function readSetting(setting: "bearerTokenFile" | "passwordFile" | "caFile", file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    throw new BotError("NOT_CONFIGURED", `${setting} ${file} cannot be read`, {
      say: `The ${setting} for Prometheus cannot be read: ${file}.`,
      cause: thrown,
    });
  }
}

function readAnswer(reply: Reply, shown: string): Answer {
  const { status, headers, body } = reply;
  if (status >= 300 && status < 400)
    throw new BotError("REFUSED", `redirect to ${clean(headers["location"] ?? "")}`, {
      say: `Prometheus at ${shown} redirects to ${clean(headers["location"] ?? "")}: configure the address that answers.`,
    });
  if (status === 401 || status === 403)
    throw new BotError("DENIED", `HTTP ${status}`, {
      say: `Prometheus at ${shown} refused our credentials (${status}): check bearerTokenFile, username and passwordFile, and headers.`,
    });
  const envelope = readEnvelope(body);
  if (envelope === null) throw notJson(reply, shown);
  if (envelope["status"] === "success")
    return { data: envelope["data"], warnings: texts(envelope["warnings"]), infos: texts(envelope["infos"]) };
  const type = redactText(String(envelope["errorType"] ?? "")).slice(0, 60);
  throw apiError(type, String(envelope["error"] ?? `HTTP ${status}`), shown);
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
  return (redactUrl(location).split("?")[0] ?? "").slice(0, maxSaid);
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((one): one is string => typeof one === "string").map((one) => redactText(one).slice(0, maxSaid))
    : [];
}
