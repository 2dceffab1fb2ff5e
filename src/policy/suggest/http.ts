/** Requests that were seen → `rules.http`. */
import type { Observed } from "../replay/observed.ts";

export interface HttpEntry {
  readonly method: string;
  /** A regular expression over the whole path, the query with it. */
  readonly path: string;
}

/** More different requests than this are no list that somebody keeps up to date. */
const mostRequests = 25;
const longestPath = 300;

/** Null: leave the port without L7 rules, with the reason when there were requests. */
export function httpRules(rows: readonly Observed[]): {
  readonly rules: readonly HttpEntry[] | null;
  readonly because?: "many" | "secret";
} {
  const entries = new Map<string, HttpEntry>();
  for (const { http, secret } of rows) {
    if (http === undefined) continue;
    if (secret || !/^[A-Z]{1,20}$/.test(http.method) || !isPlain(http.path)) return { rules: null, because: "secret" };
    const query = http.path.indexOf("?");
    const bare = query < 0 ? http.path : http.path.slice(0, query);
    const entry = { method: http.method, path: `${quote(bare)}${query < 0 ? "" : "\\?.*"}` };
    entries.set(`${entry.method} ${entry.path}`, entry);
    if (entries.size > mostRequests) return { rules: null, because: "many" };
  }
  if (entries.size === 0) return { rules: null };
  const sorted = [...entries].sort(([left], [right]) => (left < right ? -1 : 1));
  return { rules: sorted.map(([, entry]) => entry) };
}

function isPlain(path: string): boolean {
  return path.length <= longestPath && /^\/[\x21-\x7e…]*$/.test(path);
}

function quote(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}
