/** One request to Alertmanager's API v2: JSON there and back. Bounded in time and size, no redirect is followed, and no secret stands in what it says. */
import { redactText, redactUrl } from "../../analysis/redact.ts";
import { BotError } from "../../errors.ts";
import { type HttpAddress, prepare } from "../http-address.ts";
import { explain } from "../prometheus/failures.ts";
import { type Exchange, exchange, type Reply } from "../prometheus/transport.ts";

const server = { name: "Alertmanager", example: "http://alertmanager:9093" } as const;
/** Of what others wrote, more than this is not passed on. */
const maxSaid = 300;

/** What it answers, parsed; null where it answers nothing. Rejects with a BotError; its message is `HTTP 404` where there is no such thing. */
export async function ask(
  address: HttpAddress,
  method: Exchange["method"],
  path: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const { url, shown, headers, ca } = await prepare(address, path, server);
  const sent: Exchange = {
    ...{ method, ca },
    headers: {
      accept: "application/json",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  };
  try {
    return readReply(await exchange(url, sent, signal), shown);
  } catch (thrown) {
    if (thrown instanceof BotError && thrown.code === "TOO_MUCH")
      throw new BotError("TOO_MUCH", thrown.message, {
        say: `Alertmanager at ${shown} has more silences than can be read: let old ones expire.`,
      });
    throw explain(thrown, shown, signal, server.name);
  }
}

function readReply({ status, headers, body }: Reply, shown: string): unknown {
  const who = `Alertmanager at ${shown}`;
  if (status >= 200 && status < 300) return body.trim() === "" ? null : parse(body, who);
  const http = `HTTP ${status}`;
  if (status >= 300 && status < 400) {
    const location = (redactUrl(headers["location"] ?? "").split("?")[0] ?? "").slice(0, maxSaid);
    throw new BotError("REFUSED", http, {
      say: `${who} redirects to ${location}: configure the address that answers.`,
    });
  }
  if (status === 401 || status === 403)
    throw new BotError("DENIED", http, {
      say: `${who} refused our credentials (${status}): check bearerTokenFile, username and passwordFile.`,
    });
  if (status === 404)
    throw new BotError("REFUSED", http, {
      say: `There is no such thing at ${who} (404): check the address and its path.`,
    });
  if (status === 429 || status >= 500)
    throw new BotError(status < 500 || status === 503 ? "OVERLOADED" : "UNREACHABLE", http, {
      say: `${who} cannot answer now (${status}).`,
    });
  throw new BotError("REFUSED", http, { say: `${who} refused the request (${status}): ${said(body)}.` });
}

function parse(body: string, who: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new BotError("BROKEN_ANSWER", "no JSON", {
      say: `What answers for ${who} is no Alertmanager: check the address.`,
    });
  }
}

/** A refusal's body is a JSON string. */
function said(body: string): string {
  const text = /^"(.*)"\s*$/s.exec(body.trim())?.[1] ?? body;
  return redactText(text).replaceAll(/\s+/g, " ").trim().slice(0, maxSaid).replace(/\.$/, "") || "it did not say why";
}
