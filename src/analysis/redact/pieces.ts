/**
 * Tokens in text that has parts (segments of a path, labels of a name, words): which parts to hide. A token that was cut in two is found as well: parts next
 * to each other that are no words count together.
 */
import { isEncodedPair } from "./credentials.ts";
import { enough, fragmentRandomness, isUuid, looksLikeToken } from "./token.ts";

/** For each part whether it is (part of) a token. */
export function findTokens(parts: readonly string[]): readonly boolean[] {
  const found = parts.map(looksLikeToken);
  let chain: number[] = [];
  for (const [at, part] of parts.entries()) {
    if (found[at] === true || fragmentRandomness(part) >= 4) chain.push(at);
    else if (!isTiny(part)) {
      hide(found, chain, parts);
      chain = [];
    }
  }
  hide(found, chain, parts);
  for (let at = 0; at + 1 < parts.length; at++) {
    if (!isCutInTwo(parts[at] ?? "", parts[at + 1] ?? "")) continue;
    found[at] = true;
    found[at + 1] = true;
  }
  return found;
}

/** Parts of which none is words, with nothing but tiny ones between them: all, when one is a token or they are one together. */
function hide(found: boolean[], chain: readonly number[], parts: readonly string[]): void {
  let random = 0;
  for (const at of chain) {
    const part = parts[at] ?? "";
    const here = fragmentRandomness(part);
    if (here >= part.length / 2) random += here;
  }
  const isToken = random >= enough || chain.some((at) => found[at]);
  if (isToken) found.fill(true, chain[0], (chain.at(-1) ?? -1) + 1);
}

function isCutInTwo(one: string, two: string): boolean {
  if (one === "" || two === "" || one.length + two.length > 400) return false;
  return isEncodedPair(one + two) || (one.length + two.length === 36 && isUuid(one + two));
}

/** Too short to tell anything by itself; keeps two fragments together, adds nothing. What was hidden before separates. */
function isTiny(part: string): boolean {
  return part.length < 4 && !/^v\d+$|…/.test(part);
}

const parted = /[^A-Za-z0-9_+~%=\\-]+|=(?=[^=])/;

/** A word of running text, split where a token cannot go on: `…` for each part that is a token, everything between the parts as it was. */
export function hideTokens(word: string): string {
  if (word.length < 8) return word;
  const parts = word.split(parted);
  const found = findTokens(parts);
  if (!found.includes(true)) return word;
  let out = "";
  let at = 0;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? "";
    const start = word.indexOf(part, at);
    out += word.slice(at, start) + (found[index] === true ? "…" : part);
    at = start + part.length;
  }
  return out + word.slice(at);
}

/** True when some part of this text is a token. */
export function hasTokens(text: string): boolean {
  return text.length >= 8 && (looksLikeToken(text) || findTokens(text.split(parted)).includes(true));
}
