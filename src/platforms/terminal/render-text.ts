/** Words, wrapped by the width they have on a screen. */
import stringWidth from "string-width";
import type { Inline, Text } from "../../message/message.ts";
import { plain } from "../../message/plain.ts";

export type Style = (text: string) => string;

export interface Styles {
  readonly code: Style;
  readonly strong: Style;
  readonly link: Style;
  readonly dim: Style;
  readonly good: Style;
  readonly warn: Style;
  readonly bad: Style;
  readonly info: Style;
}

/** Safe text with one style. */
export interface Piece {
  readonly text: string;
  readonly style: Style;
}

/** Every plain string of a message passes here, and so through `plain`. */
export function pieces(text: Text, styles: Styles, base: Style = asIs): Piece[] {
  return (isList(text) ? text : [text]).map((inline) => piece(inline, styles, base));
}

/** Greedy wrapping at spaces. A word wider than the line stays whole: a name that is cut cannot be copied. `hang` indents all lines but the first. */
export function wrap(text: readonly Piece[], width: number, hang = 0): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of words(text)) {
    const size = word.reduce((sum, { text }) => sum + stringWidth(text), 0);
    const gap = used === 0 ? 0 : 1;
    const room = width - (lines.length === 0 ? 0 : hang);
    if (used > 0 && used + gap + size > room) {
      lines.push(line);
      line = "";
      used = 0;
    }
    line += (used === 0 ? "" : " ") + word.map(({ text, style }) => style(text)).join("");
    used += (used === 0 ? 0 : 1) + size;
  }
  if (line !== "") lines.push(line);
  return lines.map((written, index) => (index === 0 ? written : " ".repeat(hang) + written));
}

/** At most `width` columns, cut in the middle: the beginning says where something lives, the end says which one it is. */
export function cutMiddle(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const glyphs = [...new Intl.Segmenter("en").segment(text)].map(({ segment }) => segment);
  const tailRoom = Math.ceil((width - 1) / 2);
  const tail = take(glyphs.toReversed(), tailRoom).toReversed().join("");
  const head = take(glyphs, width - 1 - stringWidth(tail)).join("");
  return `${head}…${tail}`;
}

export function asIs(text: string): string {
  return text;
}

function take(glyphs: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const glyph of glyphs) {
    used += stringWidth(glyph);
    if (used > width) break;
    taken.push(glyph);
  }
  return taken;
}

/** Neighbouring pieces without a space between them belong to one word: `rule1` and the comma after it. */
function words(text: readonly Piece[]): Piece[][] {
  const all: Piece[][] = [];
  let open = false;
  for (const { text: run, style } of text) {
    for (const part of run.split(/( +)/)) {
      if (part === "") continue;
      if (part.startsWith(" ")) open = false;
      else if (open) all.at(-1)?.push({ text: part, style });
      else {
        all.push([{ text: part, style }]);
        open = true;
      }
    }
  }
  return all;
}

function piece(inline: Inline, styles: Styles, base: Style): Piece {
  if (typeof inline === "string") return { text: plain(inline, 2_000), style: base };
  if ("code" in inline) return { text: plain(inline.code), style: styles.code };
  if ("strong" in inline) return { text: plain(inline.strong), style: styles.strong };
  return { text: `${plain(inline.link)} (${plain(inline.href)})`, style: styles.link };
}

function isList(text: Text): text is readonly Inline[] {
  return Array.isArray(text);
}
