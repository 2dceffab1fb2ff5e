/** Files that people sent, as the bot may read them (page "file object"): with its token and the scope files:read, else there is a page to sign in. */
import type { Json } from "../json.ts";
import type { Settings } from "../options.ts";
import type { Reply } from "../web/reply.ts";
import type { Stamps } from "./stamp.ts";

export interface SentFile {
  readonly name: string;
  readonly body: string;
  /** What Slack says it is when it is read; text unless told. */
  readonly type?: string;
  /** Announced instead of its own length. */
  readonly size?: number;
  /** Announced instead of its own address; null: none is. */
  readonly url?: string | null;
  /** Where its address leads. */
  readonly leadsTo?: string;
}

export interface SentFiles {
  /** The file as an event names it. */
  send(file: SentFile, origin: string): Json;
  read(id: string, authorization: string): Reply;
}

export function createSentFiles(
  stamps: Stamps,
  { botToken, scopes }: Pick<Settings, "botToken" | "scopes">,
): SentFiles {
  const known = new Map<string, SentFile>();
  return {
    send(file, origin) {
      const { name, body, size = Buffer.byteLength(body) } = file;
      const id = stamps.id("F");
      known.set(id, file);
      const url = file.url === undefined ? `${origin}/files-pri/${id}` : file.url;
      const about = { id, name, title: name, mimetype: "text/plain", mode: "snippet", size, is_external: false };
      return url === null
        ? { id, file_access: "check_file_info" }
        : { ...about, url_private: url, url_private_download: url };
    },
    read(id, authorization) {
      const file = known.get(id);
      if (!file) return { status: 404, body: "", outcome: "no_such_file" };
      if (authorization !== `Bearer ${botToken}` || !scopes.includes("files:read"))
        return { status: 200, body: "<!DOCTYPE html>Sign in", type: "text/html; charset=utf-8", outcome: "sign_in" };
      if (file.leadsTo !== undefined)
        return { status: 302, body: "", headers: { location: file.leadsTo }, outcome: "redirected" };
      return { status: 200, body: file.body, type: file.type ?? "text/plain; charset=utf-8", outcome: "ok" };
    },
  };
}
