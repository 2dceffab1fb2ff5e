/**
 * A line whose words are not the grammar's own: flags, then text as it was typed, then flags again. The text may stand in a code block, in `code` or in quotes,
 * as people paste it; what stands behind `--` is taken as it is.
 */
import { quoteGlyphs, splitWords, type Words } from "./words.ts";

export type RawLine =
  | { readonly ok: true; readonly flags: readonly string[]; readonly text: string }
  | { readonly ok: false; readonly say: string };

/** `takesValue`: of the flags that there are; undefined for a word that is none. */
export type TakesValue = (flag: string) => boolean | undefined;

/** Dashes, long ones too, and a name; a single dash also stands before a metric's name. */
const longFlag = /^(?:--|[–—―])[A-Za-z]/;
/** What editors write behind the fence. */
const fenceLanguage = /^(promql|prometheus|text|txt|plaintext|sql|sh|bash|yaml|yml|json)?[ \t]*\r?\n/i;

/** `line`: what stands behind the command's name, without control characters. */
export function splitRaw(line: string, takesValue: TakesValue): RawLine {
  const front = peelFlags(line.trim(), takesValue);
  if (!front.ok) return front;
  if (/^--(\s|$)/.test(front.rest)) return { ok: true, flags: front.words, text: front.rest.slice(2).trim() };
  const block = besideBlock(front.rest, takesValue);
  if (block !== undefined) return block.ok ? { ...block, flags: [...front.words, ...block.flags] } : block;
  const { text, behind } = unwrap(front.rest);
  const back = peelFlags(behind, takesValue);
  if (!back.ok) return back;
  const words = [...front.words, ...back.words];
  // A flag that does not exist is refused by name.
  const isKnown = back.words.every(
    (word) => !longFlag.test(word) || takesValue(word.split("=")[0] ?? "") !== undefined,
  );
  if (isKnown && back.rest !== "" && back.rest !== "--")
    return {
      ok: false,
      say: `Flags stand before the expression or behind it, not on both sides of ${quoted(back.rest)}.`,
    };
  return { ok: true, flags: words, text };
}

/** Words, then a code block: flags anywhere beside it, and what is left of the words in front of the block's text. Undefined when it is not like that. */
function besideBlock(line: string, takesValue: TakesValue): RawLine | undefined {
  const start = line.indexOf("```");
  const end = line.indexOf("```", start + 3);
  if (start <= 0 || end < 0 || /["'`]/.test(line.slice(0, start))) return undefined;
  const words: string[] = [];
  const flags: string[] = [];
  let rest = `${line.slice(0, start)} ${line.slice(end + 3)}`;
  for (;;) {
    const read = peelFlags(rest, takesValue);
    if (!read.ok) return read;
    flags.push(...read.words);
    if (read.rest === "") break;
    const [word, behind] = splitFirst(read.rest);
    words.push(word);
    rest = behind;
  }
  const inside = line.slice(start + 3, end).replace(fenceLanguage, "");
  return { ok: true, flags, text: [...words, inside].join(" ").trim() };
}

function quoted(text: string): string {
  const [word = ""] = splitFirst(text);
  return `"${[...word].slice(0, 40).join("")}"`;
}

/** Flags and their values from the beginning. */
function peelFlags(
  line: string,
  takesValue: TakesValue,
):
  | { readonly ok: true; readonly words: readonly string[]; readonly rest: string }
  | { readonly ok: false; readonly say: string } {
  const words: string[] = [];
  let rest = line.trimStart();
  while (rest !== "") {
    const [word, behind] = splitFirst(rest);
    const split: Words = splitWords(word);
    if (!split.ok) break;
    const [flag = ""] = split.words;
    const takes = takesValue(flag.split("=")[0] ?? "");
    if (takes === undefined && !longFlag.test(word)) break;
    words.push(flag);
    rest = behind;
    if (takes === true && !flag.includes("=") && rest !== "" && takesValue(splitFirst(rest)[0]) === undefined) {
      const [value, more] = splitFirst(rest);
      const read = splitWords(value);
      if (!read.ok) return read;
      words.push(...read.words);
      rest = more;
    }
  }
  return { ok: true, words, rest };
}

/** One word, with the quotes around it, and what follows. */
function splitFirst(text: string): readonly [word: string, rest: string] {
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const glyph = text.charAt(at);
    if (quote !== undefined) {
      if (quote.includes(glyph)) quote = undefined;
    } else if (/\s/.test(glyph)) {
      return [text.slice(0, at), text.slice(at).trimStart()];
    } else if (at === 0 || text.charAt(at - 1) === "=") {
      quote = quoteGlyphs(glyph);
    }
  }
  return [text, ""];
}

function unwrap(line: string): { readonly text: string; readonly behind: string } {
  if (line.startsWith("```")) {
    const end = line.indexOf("```", 3);
    if (end > 0)
      return { text: line.slice(3, end).replace(fenceLanguage, "").trim(), behind: line.slice(end + 3).trim() };
  }
  const family = line.startsWith("`") ? "`" : quoteGlyphs(line.charAt(0));
  if (family !== undefined) {
    for (let end = line.length - 1; end > 0; end--) {
      const behind = line.slice(end + 1);
      if (!family.includes(line.charAt(end)) || (behind !== "" && !/^\s+(--|[–—―])/.test(behind))) continue;
      const inner = line.slice(1, end);
      return { text: (family === "`" ? inner : inner.replace(/\\(?=["'])/g, "")).trim(), behind: behind.trim() };
    }
  }
  const end = flagsFrom(line);
  return { text: line.slice(0, end).trim(), behind: line.slice(end).trim() };
}

/** Where the first flag begins behind the text: dashes behind a space and outside quotes. */
function flagsFrom(line: string): number {
  let quote: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const glyph = line.charAt(at);
    if (quote !== undefined) {
      if (glyph === "\\" && quote !== "`") at += 1;
      else if (quote.includes(glyph)) quote = undefined;
    } else if (glyph === "`" || quoteGlyphs(glyph) !== undefined) {
      quote = glyph === "`" ? "`" : quoteGlyphs(glyph);
    } else if (/\s/.test(line.charAt(at - 1)) && longFlag.test(line.slice(at, at + 3))) {
      return at;
    }
  }
  return line.length;
}
