/**
 * Pictures and files behind links, in Redis until they expire. A link ends in `<id>.<hmac>`: 128 random bits that cannot be guessed, and a signature that
 * keeps whoever tries from reaching Redis at all.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { BotError } from "../errors.ts";
import { createFileRoom } from "./file-room.ts";
import type { Redis } from "./redis.ts";

/** Nothing that a browser would run. */
const types = [
  ...["text/plain; charset=utf-8", "text/csv; charset=utf-8", "application/json"],
  ...["image/png", "application/x-ndjson", "application/gzip"],
] as const;
export type ArtifactType = (typeof types)[number];

export interface Artifact {
  /** File name to save it under. */
  readonly name: string;
  readonly type: ArtifactType;
  readonly body: Buffer;
}

/** Bytes behind an id, before anybody gets a link to them. */
export interface Files {
  /** Stores it for `ttlMs` and returns its id. Rejects with TOO_MUCH above 8 MB, and while Redis is away. */
  keep(artifact: Artifact & { readonly ttlMs: number }): Promise<string>;
  /** Undefined when it has expired or never was. Rejects while Redis is away. */
  find(id: string): Promise<Artifact | undefined>;
}

export interface Artifacts {
  /** Stores it for `ttlMs` and returns its link. Rejects with TOO_MUCH above 8 MB, and while Redis is away. */
  keep(artifact: Artifact & { readonly ttlMs: number }): Promise<string>;
  /** By the last part of a link; undefined when that is malformed, not ours, or expired. Rejects while Redis is away. */
  find(token: string): Promise<Artifact | undefined>;
  /** The link to what is kept under this id. */
  link(id: string): string;
}

export interface ArtifactsOptions {
  readonly redis: Redis;
  readonly prefix: string;
  /** Signs links; whoever has it cannot guess ids, but may ask Redis for them. */
  readonly key: Buffer;
  /** What links begin with, without a slash at its end. */
  readonly publicUrl: string;
}

export const maxArtifactBytes = 8 * 1024 * 1024;
const maxName = 200;
/** 16 and 32 bytes as base64url. */
const tokenPattern = /^([\w-]{22})\.([\w-]{43})$/;
const idPattern = /^[\w-]{22}$/;

export interface FilesOptions extends Pick<ArtifactsOptions, "redis" | "prefix"> {
  /** Of all files that are kept with this bound together; without it nothing is counted. */
  readonly mostBytes?: number;
  /** Those that are counted together; `files` unless told. */
  readonly room?: string;
}

/** Pictures live for weeks: of all together, so that the oldest go first and nothing else has to. About a thousand. */
const mostPictureBytes = 64 * 1024 * 1024;

export function createFiles({ redis, prefix, mostBytes, room: name = "files" }: FilesOptions): Files {
  const keys = `${prefix}:artifact:`;
  const keyOf = (id: string) => `${keys}${id}`;
  const room = mostBytes === undefined ? undefined : createFileRoom({ redis, prefix, name, mostBytes, keys });
  return {
    async keep({ name, type, body, ttlMs }) {
      if (body.length > maxArtifactBytes) {
        throw new BotError("TOO_MUCH", `artifact of ${body.length} bytes`, {
          say: `The file would be ${Math.ceil(body.length / 1_048_576)} MB, at most 8 MB are kept. Ask for a shorter time or fewer flows.`,
        });
      }
      const id = randomBytes(16).toString("base64url");
      if (room) await reach(room.make(id, body.length, ttlMs), "not stored");
      await reach(redis.set(keyOf(id), pack({ name, type, body }), "PX", Math.ceil(ttlMs)), "not stored");
      return id;
    },
    async find(id) {
      if (!idPattern.test(id)) return undefined;
      const packed = await reach(redis.getBuffer(keyOf(id)), "not read");
      return packed === null ? undefined : unpack(packed);
    },
  };
}

export function createArtifacts({ redis, prefix, key, publicUrl }: ArtifactsOptions): Artifacts {
  const files = createFiles({ redis, prefix });
  const pictures = createFiles({ redis, prefix, mostBytes: mostPictureBytes, room: "pictures" });
  const sign = (id: string) => createHmac("sha256", key).update(id).digest("base64url");
  const link = (id: string) => `${publicUrl}/artifacts/${id}.${sign(id)}`;
  return {
    link,
    keep: async (artifact) => link(await (artifact.type === "image/png" ? pictures : files).keep(artifact)),
    async find(token) {
      const [, id, signature] = tokenPattern.exec(token) ?? [];
      if (id === undefined || signature === undefined) return undefined;
      if (!timingSafeEqual(Buffer.from(sign(id)), Buffer.from(signature))) return undefined;
      return await files.find(id);
    },
  };
}

/** One value, so that name, type and body live and expire together: a line of JSON, then the bytes. */
function pack({ name, type, body }: Artifact): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ name: name.slice(0, maxName), type })}\n`), body]);
}

/** What a newer program stored with a type that this one does not know is not shown. */
function unpack(packed: Buffer): Artifact | undefined {
  const end = packed.indexOf("\n");
  const { name, type } = JSON.parse(packed.toString("utf8", 0, end)) as { name: string; type: string };
  const known = types.find((candidate) => candidate === type);
  return known && { name, type: known, body: packed.subarray(end + 1) };
}

async function reach<Value>(reply: Promise<Value>, what: string): Promise<Value> {
  try {
    return await reply;
  } catch (cause) {
    throw new BotError("UNREACHABLE", `artifact ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      say: "The store for files could not be reached. Ask again in a moment.",
      cause,
    });
  }
}
