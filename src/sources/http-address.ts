/** Where a server with an HTTP API is and how it is asked: what the configuration says becomes an address and headers. No secret in what it says. */
import { readFile } from "node:fs/promises";
import { BotError } from "../errors.ts";

export interface HttpAddress {
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

/** How sentences call it. */
export interface Server {
  readonly name: "Prometheus" | "Alertmanager";
  /** `http://prometheus:9090` */
  readonly example: string;
}

export interface Prepared {
  readonly url: URL;
  /** The address without userinfo, for people. */
  readonly shown: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: string | undefined;
}

/** What the address says of the asker becomes headers, which win over those that are configured. Rejects with NOT_CONFIGURED. */
export async function prepare(address: HttpAddress, path: string, server: Server): Promise<Prepared> {
  const base = readUrl(address.url, server);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(address.headers ?? {})) headers[name.toLowerCase()] = value;
  const authorization = await readAuthorization(address, base, server);
  if (authorization !== undefined) headers["authorization"] = authorization;
  const prefix = base.pathname.replace(/\/+$/, "");
  const ca = address.caFile ? await readSetting("caFile", address.caFile, server) : undefined;
  return { url: new URL(`${base.origin}${prefix}${path}`), shown: `${base.origin}${prefix}`, headers, ca };
}

/** Files are read again for each request, because what they hold rotates. */
async function readAuthorization(
  { bearerTokenFile, username, passwordFile }: HttpAddress,
  base: URL,
  server: Server,
): Promise<string | undefined> {
  if (bearerTokenFile) return `Bearer ${(await readSetting("bearerTokenFile", bearerTokenFile, server)).trim()}`;
  if (username !== undefined) {
    const password = passwordFile
      ? (await readSetting("passwordFile", passwordFile, server)).replace(/\r?\n$/, "")
      : "";
    return basic(username, password);
  }
  return base.username === "" ? undefined : basic(decodeURIComponent(base.username), decodeURIComponent(base.password));
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function readUrl(text: string, { name, example }: Server): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new BotError("NOT_CONFIGURED", `the url of ${name} is no http(s) URL`, {
    say: `The configured ${name} address is no URL: it should look like ${example}.`,
  });
}

async function readSetting(
  setting: "bearerTokenFile" | "passwordFile" | "caFile",
  file: string,
  { name }: Server,
): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    throw new BotError("NOT_CONFIGURED", `${setting} ${file} cannot be read`, {
      say: `The ${setting} for ${name} cannot be read: ${file}.`,
      cause: thrown,
    });
  }
}
