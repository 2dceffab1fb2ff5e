/** Words that fit where they are written, measured with the font they are written in. */
import { plain } from "../message/plain.ts";
import type { Font } from "./font.ts";

export interface Room {
  /** Pixels. */
  readonly width: number;
  readonly size: number;
  readonly bold?: boolean;
}

/** Safe to be seen, and cut in the middle to what fits: the beginning says where something lives, the end says which one it is. */
export function fitText(text: string, { width, size, bold }: Room, font: Font): string {
  const safe = plain(text);
  const wide = (candidate: string) => font.width(candidate, size, bold);
  if (wide(safe) <= width) return safe;
  const glyphs = [...new Intl.Segmenter("en").segment(safe)].map(({ segment }) => segment);
  const cut = (kept: number) =>
    `${glyphs.slice(0, Math.ceil(kept / 2)).join("")}…${glyphs.slice(glyphs.length - Math.floor(kept / 2)).join("")}`;
  let [fits, tooLong] = [0, glyphs.length];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (wide(cut(middle)) <= width) fits = middle;
    else tooLong = middle;
  }
  return cut(fits);
}

/** As above for a list: names that look the same afterwards are numbered, so that each can be told from the others. */
export function fitNames(names: readonly string[], room: Room, font: Font): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const text = fitText(name, room, font);
    const count = (seen.get(text) ?? 0) + 1;
    seen.set(text, count);
    if (count === 1) return text;
    const number = ` (${count})`;
    return fitText(name, { ...room, width: room.width - font.width(number, room.size, room.bold) }, font) + number;
  });
}
