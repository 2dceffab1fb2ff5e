/** A signer of our own with its published keys, as the Bot Framework has them. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

export interface Claims {
  readonly iss: string;
  readonly aud: string;
  readonly serviceurl: string;
  readonly exp: number;
  readonly nbf: number;
}

export interface Signer {
  /** The key set, as JSON. */
  readonly jwks: object;
  token(claims: Claims, forged?: Forged): string;
}

/** How a stranger signs. */
export type Forged = "alg none" | "another key" | "unknown key" | "HMAC with the public key";

export function createSigner(): Signer {
  const own = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const other = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const jwk = own.publicKey.export({ format: "jwk" });
  return {
    jwks: { keys: [{ ...jwk, kid: "key-1", use: "sig", endorsements: ["msteams"] }] },
    token(claims, forged) {
      if (forged === "alg none") return `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
      if (forged === "HMAC with the public key") {
        const body = `${part({ alg: "HS256", typ: "JWT", kid: "key-1" })}.${part(claims)}`;
        const key = own.publicKey.export({ format: "pem", type: "spki" });
        return `${body}.${createHmac("sha256", key).update(body).digest("base64url")}`;
      }
      const kid = forged === "unknown key" ? "key-2" : "key-1";
      return signed(claims, kid, forged === undefined ? own.privateKey : other.privateKey);
    },
  };
}

function signed(claims: Claims, kid: string, key: KeyObject): string {
  const body = `${part({ alg: "RS256", typ: "JWT", kid })}.${part(claims)}`;
  return `${body}.${sign("sha256", Buffer.from(body), key).toString("base64url")}`;
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
