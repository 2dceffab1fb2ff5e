/** Bearer tokens, compared in constant time. */
import { createHash, timingSafeEqual } from "node:crypto";

export type TokenCheck = (token: string) => boolean;

export function knownTokens(tokens: readonly string[]): TokenCheck {
  const known = tokens.map(digest);
  return (token) => known.reduce((found, one) => timingSafeEqual(one, digest(token)) || found, false);
}

/** The token of an Authorization header; "" when it has none. */
export function readToken(authorization: string): string {
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? "";
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
