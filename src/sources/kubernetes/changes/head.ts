/** A head: which version of an object was seen last, in a few bytes. Earlier is packed beside it. */
import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { z } from "zod";
import type { Change } from "../../../analysis/changes/change.ts";
import type { Earlier } from "../../../analysis/changes/decide.ts";

/** Of what is kept and compared: a bot that keeps other things begins anew instead of calling everything changed. */
const format = 1;

const Head = z.object({
  f: z.number(),
  uid: z.string(),
  version: z.string(),
  digest: z.string(),
  gone: z.boolean().optional(),
});
export type Head = Omit<z.infer<typeof Head>, "f">;

export function writeHead({ uid, version, digest, gone }: Head): string {
  return JSON.stringify({ f: format, uid, version, digest, ...(gone && { gone }) });
}

/** Undefined for one of another format, or none. */
export function readHead(text: string | undefined): Head | undefined {
  if (!text) return undefined;
  try {
    const head = Head.parse(JSON.parse(text));
    return head.f === format ? head : undefined;
  } catch {
    return undefined;
  }
}

/** resourceVersions are numbers of etcd, which later versions of Kubernetes promise; where they are not, what comes later is newer. */
export function isNewer(version: string, than: string): boolean {
  const isNumber = (text: string) => /^\d{1,30}$/.test(text);
  return isNumber(version) && isNumber(than) ? BigInt(version) > BigInt(than) : version !== than;
}

export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 27);
}

/** Of hidden values: so short that it names many, and different for each object. */
export function shortHash(salt: string): (text: string) => string {
  return (text) => createHash("sha256").update(`${salt}\0${text}`).digest("hex").slice(0, 6);
}

const mostUnpacked = 1024 * 1024;

export function pack(value: Earlier | Change): Buffer {
  return deflateRawSync(JSON.stringify(value));
}

/** Null for what cannot be read. */
export function unpack<Value extends Earlier | Change>(packed: Buffer): Value | null {
  try {
    return JSON.parse(inflateRawSync(packed, { maxOutputLength: mostUnpacked }).toString("utf8")) as Value;
  } catch {
    return null;
  }
}
