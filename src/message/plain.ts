/**
 * Makes any stranger's string safe for one line of anything: a terminal, a log, a chat message. What a reader could not see, or what would move their cursor,
 * becomes a visible escape; nothing is dropped silently. Markup (`<!channel>`, `*bold*`) is the renderers' own business.
 */

/** Longest plain string when the caller does not say otherwise, in UTF-16 units of the original. */
const defaultLimit = 500;

/**
 * Controls, formats (bidi overrides, zero width, tags), lone surrogates, unassigned, line separators, and fillers that look like nothing. The emoji variation
 * selector U+FE0F is left alone.
 */
const invisible =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f|\u17b4|\u17b5|[\u180b-\u180d]|\u180f|[\ufe00-\ufe0e]|[\u{e0100}-\u{e01ef}]/gu;
const strangeSpace = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
/** More marks on one letter than any script writes: they climb over the lines above. */
const markPile = /(\p{M}{4})\p{M}+/gu;

const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

export function plain(text: string, limit: number = defaultLimit): string {
  return cutEnd(text, limit).replace(invisible, escapeOf).replace(strangeSpace, " ").replace(markPile, "$1…");
}

/** At most `limit` UTF-16 units, the last one an ellipsis where something was cut; never half a surrogate pair. */
export function cutEnd(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = Math.max(0, limit - 1);
  const splits = isHighSurrogate(text.charCodeAt(end - 1)) && isLowSurrogate(text.charCodeAt(end));
  return `${text.slice(0, splits ? end - 1 : end)}…`;
}

function escapeOf(character: string): string {
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
