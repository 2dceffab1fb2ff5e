/** An expression as it comes out of a phone, a chat or a dashboard, made into one line of what was meant. Never throws; what it returns it returns unchanged. */

const doubles = '"“”„‟＂';
const singles = "'‘’‚‛＇";
const dashes = /[‐‑‒–—―−﹣－]/;
/** With the indentation around them; and what else moves a cursor. */
const lineEnds = /\s*[\r\n\u2028\u2029]\s*|[\t\v\f\u0085]/g;
const spaces = /[\s\u0085]/u;

/** Straight quotes and dashes, without comments and line ends. Inside quotes nothing is changed but line ends and tabs. */
export function oneLine(text: string): string {
  let line = "";
  const glyphs = text;
  for (let at = 0; at < glyphs.length; at++) {
    const glyph = glyphs.charAt(at);
    const family = [doubles, singles, "`"].find((one) => one.includes(glyph));
    if (family !== undefined) {
      const end = closing(glyphs, at, family);
      const inner = glyphs.slice(at + 1, end).replace(lineEnds, " ");
      const quote = family.charAt(0);
      line += `${quote}${inner}${end < glyphs.length ? quote : ""}`;
      at = end;
    } else if (glyph === "#") {
      while (at + 1 < glyphs.length && !/[\r\n]/.test(glyphs.charAt(at + 1))) at += 1;
    } else if (spaces.test(glyph)) {
      line += line.endsWith(" ") ? "" : " ";
    } else {
      line += dashes.test(glyph) ? "-" : glyph;
    }
  }
  return line.trim();
}

/** Where the text in quotes that begins at `from` ends; behind the last character where it does not. */
function closing(text: string, from: number, family: string): number {
  for (let at = from + 1; at < text.length; at++) {
    const glyph = text.charAt(at);
    if (family.includes(glyph)) return at;
    if (glyph === "\\" && family !== "`") at += 1;
  }
  return text.length;
}
