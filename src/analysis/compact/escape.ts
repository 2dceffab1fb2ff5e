/** What a reader could not see, or what would move their cursor, becomes visible: one flow is one line, whatever strangers wrote into it. */

/**
 * Controls, formats (direction overrides, zero width, tags), lone surrogates, private and unassigned code points, line separators, and letters that look like
 * nothing.
 */
const invisible =
  /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f|\u17b4|\u17b5|[\u180b-\u180d]|\u180f|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;
const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** For text: `\n`, `\x1b`, `\u202e`. */
export function escapeText(text: string): string {
  return text.replace(invisible, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    if (code > 0xffff) return `\\u{${hex}}`;
    return short[character] ?? (code <= 0xff ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`);
  });
}

/** For a line of JSON: the escapes mean the same characters again when it is read. */
export function escapeJson(json: string): string {
  return json.replace(invisible, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
