/** Whether a request is from Teams: by the Bot Framework's library, which checks the token's signature against the signer's published keys. Loaded in the background: it is large. */
import { isServiceUrl } from "../out/service-url.ts";
import { atMost } from "../out/wait.ts";
import type { Activity } from "./activity.ts";
import { problemAtSight } from "./token.ts";

export interface AuthenticationOptions {
  /** Empty: nobody's identity is checked. */
  readonly appId: string;
  readonly tenantId: string;
  readonly issuer: string;
  readonly openIdUrl: string;
  readonly authority: string;
  readonly scope: string;
  readonly serviceHosts: readonly string[];
}

/** `unknown`: nobody could find out, because the keys cannot be had. */
export type Verdict =
  | { readonly from: "teams" }
  | { readonly from: "stranger"; readonly reason: string }
  | { readonly from: "unknown"; readonly reason: "keys" };

export interface Authentication {
  check(activity: Activity, authorization: string): Promise<Verdict>;
  /** Resolves when tokens can be checked. */
  readonly loaded: Promise<unknown>;
}

const patienceMs = 5_000;
const local = ["localhost", "127.0.0.1", "[::1]"];

export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { appId, issuer, serviceHosts } = options;
  if (appId === "") {
    const check = async ({ serviceUrl }: Activity): Promise<Verdict> =>
      isServiceUrl(serviceUrl, local) ? { from: "teams" } : { from: "stranger", reason: "other_service" };
    return { check, loaded: Promise.resolve() };
  }
  const library = load(options);
  library.catch(() => undefined); // said by whoever waits for it
  return {
    loaded: library,
    async check(activity, authorization) {
      const { serviceUrl } = activity;
      const problem = problemAtSight(authorization, { appId, issuer, serviceUrl, now: Date.now() });
      if (problem !== undefined) return { from: "stranger", reason: problem };
      if (!isServiceUrl(serviceUrl, serviceHosts)) return { from: "stranger", reason: "service_not_allowed" };
      try {
        const { authenticateRequest } = await library;
        await atMost(patienceMs, authenticateRequest(activity, authorization));
        return { from: "teams" };
      } catch (thrown) {
        return isRefusal(thrown) ? { from: "stranger", reason: "bad_token" } : { from: "unknown", reason: "keys" };
      }
    },
  };
}

async function load({ appId, tenantId, issuer, openIdUrl, authority, scope }: AuthenticationOptions) {
  const { ConfigurationBotFrameworkAuthentication, ConfigurationServiceClientCredentialFactory } = await import(
    "botbuilder"
  );
  // Credentials only say which app we are: what is sent to Teams gets its token elsewhere (out/token.ts).
  const credentials = new ConfigurationServiceClientCredentialFactory({
    MicrosoftAppId: appId,
    MicrosoftAppTenantId: tenantId,
    MicrosoftAppType: "MultiTenant",
  });
  const library = new ConfigurationBotFrameworkAuthentication(
    {
      ...{ MicrosoftAppId: appId, MicrosoftAppTenantId: tenantId, ValidateAuthority: "true" },
      ...{ ToChannelFromBotLoginUrl: `${authority}/${tenantId}`, ToChannelFromBotOAuthScope: scope },
      ...{ ToBotFromChannelTokenIssuer: issuer, ToBotFromChannelOpenIdMetadataUrl: openIdUrl },
      ...{ ToBotFromEmulatorOpenIdMetadataUrl: openIdUrl, OAuthUrl: authority, CallerId: "" },
    },
    credentials,
  );
  return {
    async authenticateRequest({ type, channelId, serviceUrl }: Activity, authorization: string): Promise<void> {
      const asked = { type, channelId, serviceUrl } as Parameters<typeof library.authenticateRequest>[0];
      await library.authenticateRequest(asked, authorization);
    },
  };
}

/** The library says 401 to what it refuses, throws what the token library threw, and anything else where it got no keys. */
function isRefusal(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if ("statusCode" in thrown) return thrown.statusCode === 401;
  return /^(JsonWebToken|TokenExpired|NotBefore)Error$/.test(thrown.name);
}
