/** What Slack sends to a request URL: the body, its signature, and what a test spoils of it (page "Verifying requests from Slack"). */
import { createHmac } from "node:crypto";
import type { Json } from "../json.ts";

/** A slash command is a form of its fields, a button a form with one field `payload`, an event JSON. */
export type Kind = "slash" | "interactive" | "event";

export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Tamper {
  readonly signature?: "missing" | "wrong-secret" | "garbled";
  /** Seconds to add to the time of sending; negative is the past. The signature is right for it. */
  readonly shiftSeconds?: number;
  readonly contentType?: string;
  /** Makes the body so many bytes longer; the signature is right for it. */
  readonly padBytes?: number;
  /** Changes the body after it was signed. */
  readonly changeBody?: (body: string) => string;
}

/** One spoilt thing each. Bolt takes a request that is at most five minutes old. */
export const tampers = Object.freeze({
  unsigned: { signature: "missing" },
  wrongSecret: { signature: "wrong-secret" },
  garbledSignature: { signature: "garbled" },
  stale: { shiftSeconds: -301 },
  future: { shiftSeconds: 301 },
  changedBody: { changeBody: (body) => `${body} ` },
  wrongContentType: { contentType: "text/plain" },
  /** Bolt's own limit is 4 MB. */
  oversized: { padBytes: 5 * 1_048_576 },
} satisfies Record<string, Tamper>);

export function signedRequest(
  kind: Kind,
  payload: Json,
  options: {
    readonly signingSecret: string;
    readonly tamper?: Tamper;
    readonly headers?: Readonly<Record<string, string>>;
  },
): Signed {
  const { tamper = {}, signingSecret } = options;
  const body = encode(kind, payload, tamper.padBytes ?? 0);
  const timestamp = String(Math.floor(Date.now() / 1_000) + (tamper.shiftSeconds ?? 0));
  const type = kind === "event" ? "application/json" : "application/x-www-form-urlencoded";
  const signature = signatureOf(
    tamper.signature === "wrong-secret" ? `${signingSecret}x` : signingSecret,
    timestamp,
    body,
  );
  return {
    body: tamper.changeBody?.(body) ?? body,
    headers: {
      "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
      accept: "*/*",
      "content-type": tamper.contentType ?? type,
      "x-slack-request-timestamp": timestamp,
      ...(tamper.signature !== "missing" && {
        "x-slack-signature": tamper.signature === "garbled" ? "v0=not hexadecimal" : signature,
      }),
      ...options.headers,
    },
  };
}

function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}

function encode(kind: Kind, payload: Json, padBytes: number): string {
  const pad = padBytes > 0 ? { pad: "x".repeat(padBytes) } : {};
  if (kind === "event") return JSON.stringify({ ...payload, ...pad });
  const fields = kind === "interactive" ? { payload: JSON.stringify(payload), ...pad } : { ...payload, ...pad };
  return new URLSearchParams(fields as Record<string, string>).toString();
}
