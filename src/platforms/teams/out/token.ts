/**
 * The bot's own token: asked for with the client secret (page "Client credentials flow"), or by the Bot Framework's library for a managed identity. The library's
 * way with a secret asks a fixed public address about any authority that it does not know, which a closed network or another cloud does not have.
 */
import { BotError } from "../../../errors.ts";
import type { Identity } from "./options.ts";
import { atMost } from "./wait.ts";

export interface Tokens {
  /** Undefined where none is sent. Rejects with a BotError; never says the secret or the token. */
  get(): Promise<string | undefined>;
  /** This one was refused: another is asked for, but not at once again. */
  refuse(token: string): void;
}

export interface TokenOptions extends Identity {
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

interface Held {
  readonly token: string;
  readonly until: number;
}

/** Before its end, so that no request carries one that ends on the way. */
const marginMs = 5 * 60_000;

export function createTokens(options: TokenOptions): Tokens {
  const { appId, appType } = options;
  if (appId === "") return { get: async () => undefined, refuse: () => undefined };
  const ask = appType === "UserAssignedMSI" ? managedIdentity(options) : () => withSecret(options);
  let held: Held | undefined;
  let asking: Promise<Held> | undefined;

  async function renew(): Promise<Held> {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    held = await asking;
    return held;
  }

  return {
    get: async () => (held && held.until - marginMs > Date.now() ? held : await renew()).token,
    refuse(token) {
      if (held?.token === token) held = undefined;
    },
  };
}

async function withSecret({ authority, tenantId, appId, appPassword, scope, appType, ...options }: TokenOptions) {
  // What Microsoft set up for bots of no tenant.
  const tenant = appType === "MultiTenant" ? "botframework.com" : tenantId;
  const response = await options
    .fetch(`${authority}/${tenant}/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams({
        ...{ grant_type: "client_credentials", client_id: appId, client_secret: appPassword, scope },
      }),
      redirect: "error",
      signal: AbortSignal.timeout(options.timeoutMs),
    })
    .catch((error: unknown) => {
      throw unreachable(error instanceof Error ? error.name : "unknown");
    });
  const text = await response.text().catch(() => "");
  if (response.status >= 500 || response.status === 429) throw unreachable(`HTTP ${response.status}`);
  const answer = parse(text);
  const { access_token: token, expires_in: seconds } = answer;
  if (!response.ok || typeof token !== "string" || !(Number(seconds) > 0)) throw denied(answer["error"]);
  return { token, until: Date.now() + Number(seconds) * 1_000 };
}

function managedIdentity({ appId, tenantId, scope, timeoutMs }: TokenOptions): () => Promise<Held> {
  const credentials = import("botbuilder").then(({ ConfigurationServiceClientCredentialFactory }) =>
    new ConfigurationServiceClientCredentialFactory({
      ...{ MicrosoftAppId: appId, MicrosoftAppTenantId: tenantId, MicrosoftAppType: "UserAssignedMSI" },
    }).createCredentials(appId, scope.replace(/\/\.default$/, ""), "", true),
  );
  credentials.catch(() => undefined); // said by whoever waits for it
  return async () => {
    const known = await credentials;
    if (!("getToken" in known) || typeof known.getToken !== "function") throw denied("no_credentials");
    const token: unknown = await atMost(timeoutMs, Promise.resolve(known.getToken())).catch((error: unknown) => {
      throw unreachable(error instanceof Error ? error.name : "unknown");
    });
    if (typeof token !== "string") throw denied("no_token");
    // The library renews it by itself.
    return { token, until: Date.now() + marginMs + 60_000 };
  };
}

function unreachable(how: string): BotError {
  const say = "The bot got no token for Teams. Check teams.authority and the way out of the cluster.";
  return new BotError("UNREACHABLE", `teams token: ${how}`, { say });
}

function denied(code: unknown): BotError {
  const said = typeof code === "string" && /^\w{1,64}$/.test(code) ? code : "no token in the answer";
  const say = "The bot was refused a token for Teams. Check teams.appId, its secret and teams.tenantId.";
  return new BotError("DENIED", `teams token: ${said}`, { say });
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
