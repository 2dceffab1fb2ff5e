/** A line as it was pasted or spoken, without what stands around the words: mentions, prompts, the program in front, punctuation behind. */
import { parseDuration } from "../../analysis/duration.ts";
import { separators } from "./vocabulary.ts";

/** `@name`, `<@U012>`, and what other chat clients make of them. */
const mention = /^(<@[^\s>]*>|@[\w.-]+)[:,]?$/;
const prompt = /^[$>#%]+$/;

/** The words of one question. */
export function tidy(words: readonly string[]): readonly string[] {
  const comment = words.findIndex((word, at) => at > 0 && word.startsWith("#"));
  const line = comment < 0 ? words : words.slice(0, comment);
  const kept = line.filter((word, at) => !mention.test(word) && !(at === 0 && prompt.test(word)));
  return joined(arrows(kept.map(trimmed)).filter((word) => word !== ""));
}

/** What stands in front of a pipe or the next command; undefined when there is none of them. */
export function firstOfSeveral(words: readonly string[]): readonly string[] | undefined {
  const at = words.findIndex((word) => separators.has(word) || /[^\s;];$/.test(word));
  if (at < 0) return undefined;
  const last = words[at] ?? "";
  return [...words.slice(0, at), ...(separators.has(last) ? [] : [last.slice(0, -1)])];
}

/** `deathstar?`, `can’t`; quotation and brackets stay, they may be part of a selector. */
function trimmed(word: string): string {
  return /\s/.test(word) || word === "?" ? word : word.replaceAll("’", "'").replace(/[?!.,;:…]+$/u, "");
}

/** `xwing->deathstar` is three words. */
function arrows(words: readonly string[]): string[] {
  return words.flatMap((word) => (/^\S+(->|→|=>)\S+$/u.test(word) ? word.split(/(->|→|=>)/u) : [word]));
}

/** `10 minutes` and `2026-11-20 14:05` are one value each. */
function joined(words: readonly string[]): string[] {
  const out: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const next = words[at + 1] ?? "";
    const isTime = /^\d{4}-\d\d-\d\d$/.test(word) && /^\d\d?:\d\d/.test(next);
    const isLong = /^\d+(\.\d+)?$/.test(word) && /^[a-z]+$/i.test(next) && parseDuration(word + next) !== undefined;
    out.push(isTime ? `${word}T${next}` : isLong ? word + next : word);
    if (isTime || isLong) at += 1;
  }
  return out;
}
