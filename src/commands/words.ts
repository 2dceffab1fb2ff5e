/**
 * One line of text into words, as a shell would, but for people on phones: smart quotes are quotes, a smart dash is a pair of dashes, invisible characters
 * from copied text are no part of a word.
 */
import { plain } from "../message/plain.ts";

export type Words =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly say: string };

const maxCharacters = 4_000;
const maxWords = 120;
/** Longest piece of what was typed that a refusal repeats. */
const maxEcho = 40;

/** Quotes of one family close each other: phones open with one glyph and close with another. */
const apostrophes = "'‘’‚‛＇";
const quoteFamilies = ['"“”„‟＂', apostrophes, "«»", "‹›"];
const familyOf = new Map(quoteFamilies.flatMap((family) => [...family].map((glyph) => [glyph, family] as const)));

/** The glyphs that close what this one opens; undefined when it is no quote. */
export function quoteGlyphs(glyph: string): string | undefined {
  return familyOf.get(glyph);
}

const space = /[\s\u0085]/u;
const letterOrDigit = /[\p{L}\p{N}]/u;
/** Zero-width characters and soft hyphens ride along in copied text: nobody typed them. */
const ridersAlong = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;
/** Controls, direction overrides and the like, lone surrogates. Tabs and newlines are space. */
const forbidden = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;
const allowedControl = /[\t\n\r\u0085\v\f]/g;

export function splitWords(text: string): Words {
  const typed = readTyped(text);
  if (!typed.ok) return typed;
  const words = scan(typed.text.replace(allowedControl, " "));
  if (words.ok && words.words.length > maxWords) {
    return {
      ok: false,
      say: `That is ${words.words.length} words, at most ${maxWords} are read. Type a shorter command, or help.`,
    };
  }
  return words;
}

/** What was typed, without what nobody types; it may have several lines. */
export function readTyped(
  text: string,
  most: number = maxCharacters,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly say: string } {
  if (text.length > most) {
    return {
      ok: false,
      say: `That is ${text.length} characters long, at most ${most} are read. Type a shorter command, or help.`,
    };
  }
  const typed = text.replace(ridersAlong, "").trim();
  const control = forbidden.exec(typed.replace(allowedControl, " "));
  if (control) {
    const name = (control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return { ok: false, say: `There is a control character (U+${name}) in the command. Type it again without it.` };
  }
  return { ok: true, text: stripBackticks(typed) };
}

/** A piece of what somebody typed, safe and short enough to repeat in a sentence. */
export function shown(typed: string, limit: number = maxEcho): string {
  return `"${plain(typed, limit)}"`;
}

/** A word that `splitWords` reads as `text` again. Not for shells. */
export function quoteWord(text: string): string {
  if (/^[\w@%+=:,./*-]+$/.test(text)) return text;
  return [...text].some((glyph) => apostrophes.includes(glyph)) ? `"${text}"` : `'${text}'`;
}

function scan(text: string): Words {
  const words: string[] = [];
  let word: string | undefined;
  let quote: { readonly family: string; readonly from: number } | undefined;
  const glyphs = [...text];
  for (const [index, glyph] of glyphs.entries()) {
    const before = glyphs[index - 1] ?? "";
    const after = glyphs[index + 1] ?? "";
    if (quote) {
      if (quote.family.includes(glyph) && (glyph === "'" || !isApostrophe(glyph, before, after))) quote = undefined;
      else word += glyph;
    } else if (space.test(glyph)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      const family = familyOf.get(glyph);
      if (family !== undefined && !isApostrophe(glyph, before, before)) {
        quote = { family, from: index };
        word ??= "";
      } else word = (word ?? "") + straightDash(glyph, word ?? "", after);
    }
  }
  if (quote) {
    const rest = glyphs.slice(quote.from).join("");
    return { ok: false, say: `A quote is left open at ${plain(rest, maxEcho)}. Close it, or leave the quote out.` };
  }
  if (word !== undefined) words.push(word);
  return { ok: true, words };
}

/** In `don’t` no quote begins or ends; a straight one inside quotes always ends them, as in a shell. */
function isApostrophe(glyph: string, before: string, after: string): boolean {
  return apostrophes.includes(glyph) && letterOrDigit.test(before) && letterOrDigit.test(after);
}

/** Phones make one long dash of two; copied text has typographic hyphens. */
function straightDash(glyph: string, wordSoFar: string, after: string): string {
  if (/[‐‑﹣－]/.test(glyph)) return "-";
  if (!/[‒–—―−]/.test(glyph)) return glyph;
  return wordSoFar === "" && after !== "-" && letterOrDigit.test(after) ? "--" : "-";
}

/** In chat a command is often typed as code. */
function stripBackticks(text: string): string {
  return /^`+[^`]*`+$/.test(text) ? text.replaceAll("`", "").trim() : text;
}
