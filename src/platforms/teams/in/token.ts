/**
 * What a token says of itself, before its signature is looked at. The library takes tokens of more senders than Teams (the emulator's, other bots'), looks at the
 * service's address only where one is given, and prints what it refuses to standard error: what is wrong at sight does not get that far, and has a name here.
 */
export interface Expected {
  readonly appId: string;
  readonly issuer: string;
  /** Of the activity. */
  readonly serviceUrl: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** As the library's own clock tolerance. */
const skewSeconds = 300;
const mostCharacters = 16_384;
const algorithms: readonly unknown[] = ["RS256", "RS384", "RS512"];

/** Undefined: nothing is wrong at sight, which alone proves nothing. */
export function problemAtSight(
  authorization: string,
  { appId, issuer, serviceUrl, now }: Expected,
): string | undefined {
  if (authorization === "") return "no_token";
  const [, head, payload] =
    /^Bearer ([\w-]+)\.([\w-]+)\.[\w-]*$/.exec(authorization.slice(0, mostCharacters + 1)) ?? [];
  const header = decode(head);
  const claims = decode(payload);
  if (!header || !claims || authorization.length > mostCharacters) return "malformed_token";
  if (!algorithms.includes(header["alg"])) return "bad_algorithm";
  if (claims["iss"] !== issuer) return "other_issuer";
  if (claims["aud"] !== appId) return "other_audience";
  const at = now / 1_000;
  if (!(Number(claims["exp"]) + skewSeconds > at)) return "expired";
  if (claims["nbf"] !== undefined && !(Number(claims["nbf"]) - skewSeconds < at)) return "future";
  return claims["serviceurl"] === serviceUrl ? undefined : "other_service";
}

function decode(part: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? "", "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
