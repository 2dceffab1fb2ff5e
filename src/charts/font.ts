/**
 * The font of every picture and how wide its letters are. A missing font file is silent in the rasteriser (the words are just not there), so reading the
 * widths from the same files at the start is also the proof that they exist.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export interface Font {
  readonly family: string;
  /** Of the regular and the bold face. */
  readonly files: readonly string[];
  /** Pixels at a size in pixels: the sum of the advances. Kerning is left out, which only makes text narrower. */
  width(text: string, size: number, bold?: boolean): number;
}

/** Folder of the package's TTF files. */
function packageFolder(): string {
  const require = createRequire(import.meta.url);
  return join(require.resolve("dejavu-fonts-ttf/package.json"), "../ttf");
}

/** Throws where a file is missing or is no font. */
export function openFont(folder: string = packageFolder()): Font {
  const files = ["DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"].map((name) => join(folder, name));
  for (const file of files) {
    if (!existsSync(file)) throw new Error(`the font file ${file} is missing: reinstall the package dejavu-fonts-ttf`);
  }
  const [regular, bold] = files.map((file) => readAdvances(readFileSync(file)));
  if (!regular || !bold) throw new Error("a font has two faces");
  return {
    family: "DejaVu Sans Condensed",
    files,
    width(text, size, isBold = false) {
      const advance = isBold ? bold : regular;
      let sum = 0;
      for (const character of text) sum += advance(character.codePointAt(0) ?? 0);
      return sum * size;
    },
  };
}

/** Advance of a code point in em, from the tables `cmap` and `hmtx` (OpenType specification, "Required Tables"). */
function readAdvances(file: Buffer): (codePoint: number) => number {
  const table = (name: string): Buffer => {
    for (let at = 12, left = file.readUInt16BE(4); left > 0; at += 16, left -= 1) {
      if (file.toString("latin1", at, at + 4) !== name) continue;
      const start = file.readUInt32BE(at + 8);
      return file.subarray(start, start + file.readUInt32BE(at + 12));
    }
    throw new Error(`the font has no table ${name}`);
  };
  const [metrics, glyphs] = [table("hmtx"), readGlyphs(table("cmap"))];
  const unitsPerEm = table("head").readUInt16BE(18);
  const long = table("hhea").readUInt16BE(34);
  // Glyphs behind the last long metric have its advance; a character without a glyph is drawn as glyph 0, a box.
  return (codePoint) => metrics.readUInt16BE(Math.min(glyphs.get(codePoint) ?? 0, long - 1) * 4) / unitsPerEm;
}

/** Glyph of each code point, from the groups of a format 12 subtable: it covers what is beyond U+FFFF too. */
function readGlyphs(cmap: Buffer): ReadonlyMap<number, number> {
  for (let n = 0; n < cmap.readUInt16BE(2); n++) {
    const start = cmap.readUInt32BE(4 + n * 8 + 4);
    if (cmap.readUInt16BE(start) !== 12) continue;
    const glyphs = new Map<number, number>();
    for (let at = start + 16, left = cmap.readUInt32BE(start + 12); left > 0; at += 12, left -= 1) {
      const [first, last, glyph] = [cmap.readUInt32BE(at), cmap.readUInt32BE(at + 4), cmap.readUInt32BE(at + 8)];
      for (let code = first; code <= last; code++) glyphs.set(code, glyph + code - first);
    }
    return glyphs;
  }
  throw new Error("the font's cmap has no subtable of format 12");
}
