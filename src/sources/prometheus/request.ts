/** One request to Prometheus' HTTP API: a form by POST, JSON back. Bounded in time, and no secret in what it says. Only paths that read are ever asked. */
import { redactText, redactUrl } from "../../analysis/redact.ts";
import { BotError } from "../../errors.ts";
import { isRecord } from "../../policy/record.ts";
import { type HttpAddress, prepare } from "../http-address.ts";
import { apiError, explain, maxSaid, notJson } from "./failures.ts";
import { type Exchange, exchange, type Reply } from "./transport.ts";

export type PrometheusAddress = HttpAddress;

const server = { name: "Prometheus", example: "http://prometheus:9090" } as const;

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
  const { url, shown, headers, ca } = await prepare(address, path, server);
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
