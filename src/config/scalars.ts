/** Values that several sections share: ports, addresses, durations. */
import { z } from "zod";
import { parseDuration } from "../analysis/duration.ts";

export const port = z.int().min(0).max(65535);

export const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });

/** What tokens or people's data travel over: https, or http that does not leave this machine. No trailing slash. */
export const guardedUrl = z
  .url({ error: "must be a URL, for example https://bot.example.com" })
  .refine(isGuarded, "must be an https URL (http is allowed for 127.0.0.1, [::1] and localhost alone)")
  .refine(isBare, "must be a plain URL, without user, password, query or #")
  .overwrite((text) => text.replace(/\/+$/, ""));

/** A person as the platforms' ids have them. */
export const personId = z
  .string()
  .regex(
    /^(slack:[UW][A-Z0-9]{1,31}|teams:[\w:.-]{1,100})$/,
    'must name a person by their id, for example "slack:U0123ABCD" (Slack: profile, copy member ID) or "teams:" and the object id in Entra; who is refused is told theirs',
  );

const longestMs = 366 * 24 * 3_600_000;

/** `30d`, `24h`, `90m`, `1h30m`: milliseconds once read. */
export function duration(fallback: string, doc: string) {
  return z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined && ms >= 1_000 && ms <= longestMs) return ms;
      context.addIssue({ code: "custom", message: "must be a duration such as 30d, 24h, 15m or 90s, at most 366d" });
      return z.NEVER;
    })
    .meta({ doc });
}

function isGuarded(text: string): boolean {
  if (!URL.canParse(text)) return true; // said already
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname));
}

function isBare(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { username, password, search, hash } = new URL(text);
  return [username, password, search, hash].every((part) => part === "");
}
