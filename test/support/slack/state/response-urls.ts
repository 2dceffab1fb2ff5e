import { limits } from "../limits.ts";
import { SlackRefusal } from "../refusal.ts";
import type { Stamps } from "./stamp.ts";

/** What a response_url may be used for: one person, one conversation, and the message whose button was pressed. */
export interface ResponseUrl {
  readonly channel: string;
  readonly user: string;
  readonly threadTs: string | null;
  /** What replace_original replaces: the message with the button, or the last private one shown through this URL. */
  original: { readonly ts: string; readonly ephemeral: boolean } | null;
}

/** Five uses within thirty minutes (page "Handling user interaction"). */
export interface ResponseUrls {
  issue(target: ResponseUrl): string;
  /** Counts a use. Throws SlackRefusal `no_such_url`, `expired_url` or `used_url`. */
  use(secret: string): ResponseUrl;
  /** Without counting a use. */
  peek(secret: string): ResponseUrl | undefined;
  /** Uses beyond the limit, for the leftovers. */
  overused(): number;
}

export function createResponseUrls(stamps: Stamps): ResponseUrls {
  const known = new Map<string, { readonly target: ResponseUrl; readonly issued: number; uses: number }>();
  let overused = 0;
  return {
    issue(target) {
      const secret = stamps.secret();
      known.set(secret, { target, issued: stamps.now(), uses: 0 });
      return secret;
    },
    use(secret) {
      const entry = known.get(secret);
      if (!entry) throw new SlackRefusal("no_such_url");
      if (stamps.now() - entry.issued > limits.responseMs) throw new SlackRefusal("expired_url");
      if (entry.uses >= limits.responseUses) {
        overused++;
        throw new SlackRefusal("used_url");
      }
      entry.uses++;
      return entry.target;
    },
    peek: (secret) => known.get(secret)?.target,
    overused: () => overused,
  };
}
