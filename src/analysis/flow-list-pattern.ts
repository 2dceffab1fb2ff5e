/**
 * The regular expressions of `--http-path` and `--http-url` on our side. Hubble's are RE2, which takes time in proportion to the text; JavaScript's may take for
 * ever on a pattern made for it. So this is the part of RE2 that people type (letters, `.`, classes, escapes, `* + ?`, `^`, `$`, `|`), matched by the set of places
 * where a match may stand: one pass over the text, whatever the pattern.
 */
import { quoted } from "./quoted.ts";

export type TextPattern = (text: string) => boolean;
export type ReadPattern =
  | { readonly ok: true; readonly test: TextPattern }
  /** One sentence that says what to type. */
  | { readonly ok: false; readonly say: string };

const longestPattern = 200;
const longestText = 4_096;

interface Step {
  readonly fits: (character: string) => boolean;
  /** May be passed without a character: `?` and `*`. */
  readonly optional: boolean;
  /** Fits any number of characters: `+` and `*`. */
  readonly repeats: boolean;
}

interface Sequence {
  readonly steps: readonly Step[];
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/** Unanchored, as Hubble's. */
export function readPattern(pattern: string): ReadPattern {
  if (pattern === "" || pattern.length > longestPattern)
    return refuse(`A pattern has 1 to ${longestPattern} characters. Type a part of the path, for example /v1/.*`);
  const sequences: Sequence[] = [];
  for (const part of alternatives(pattern)) {
    const read = readSequence(part);
    if (typeof read === "string") return refuse(read);
    sequences.push(read);
  }
  return {
    ok: true,
    test: (text) => sequences.some((sequence) => isIn(sequence, text.slice(0, longestText))),
  };
}

/** Split at every `|` that stands in no class and behind no backslash. */
function alternatives(pattern: string): string[] {
  const parts = pattern.match(/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^|])+|(?<=^|\|)(?=\||$)/gs);
  return parts ?? [pattern];
}

/** A sentence when it cannot be read. */
function readSequence(text: string): Sequence | string {
  const atStart = text.startsWith("^");
  const atEnd = /(?<!\\)(\\\\)*\$$/.test(text);
  const body = text.slice(atStart ? 1 : 0, atEnd ? -1 : undefined);
  const steps: Step[] = [];
  const token = /(\\.|\[\^?(?:\\.|[^\]\\])+\]|[^\\])([*+?]?)/gsuy;
  while (token.lastIndex < body.length) {
    const [, atom = "", times = ""] = token.exec(body) ?? [];
    if (atom === "") return `${quoted(text)} ends in the middle. Close the class, or put a second backslash.`;
    if (/^[(){}*+?[\]^$]$/.test(atom))
      return `${quoted(text)} has ${atom} in it, which is not understood here. Type letters, . [classes] \\d \\w * + ? ^ $ and |, or put a backslash in front.`;
    const fits = readAtom(atom);
    if (fits === undefined)
      return `${quoted(atom)} is not understood here. Type the character alone, or a class such as [0-9].`;
    steps.push({ fits, optional: times === "*" || times === "?", repeats: times === "*" || times === "+" });
  }
  return { steps, atStart, atEnd };
}

const classes: Readonly<Record<string, string>> = { d: "0-9", w: "0-9A-Za-z_", s: " \\t\\n\\r\\f" };

/** One character each: JavaScript's own classes are safe then. */
function readAtom(atom: string): Step["fits"] | undefined {
  if (atom === ".") return (character) => character !== "\n";
  if (!atom.startsWith("\\") && !atom.startsWith("[")) return (character) => character === atom;
  const letter = atom.charAt(1);
  if (atom.startsWith("\\")) {
    const named = classes[letter.toLowerCase()];
    if (named !== undefined) return oneOf(letter === letter.toLowerCase() ? `[${named}]` : `[^${named}]`);
    return /[A-Za-z0-9]/.test(letter) ? undefined : (character) => character === letter;
  }
  return oneOf(atom.replace(/\\([dws])/g, (_, name: string) => classes[name] ?? "").replace(/(?<!^)(?<!\\)\[/g, "\\["));
}

function oneOf(source: string): Step["fits"] | undefined {
  try {
    const expression = new RegExp(`^${source}$`, "u");
    return (character) => expression.test(character);
  } catch {
    return undefined;
  }
}

/** `places[n]`: the first n steps are done. */
function isIn({ steps, atStart, atEnd }: Sequence, text: string): boolean {
  const last = steps.length;
  let places = new Uint8Array(last + 1);
  places[0] = 1;
  pass(places, steps);
  for (const character of text) {
    if (places[last] === 1 && !atEnd) return true;
    const next = new Uint8Array(last + 1);
    if (!atStart) next[0] = 1;
    for (const [at, step] of steps.entries()) {
      if (places[at] === 1 && step.fits(character)) {
        next[at + 1] = 1;
        if (step.repeats) next[at] = 1;
      }
    }
    pass(next, steps);
    places = next;
  }
  return places[last] === 1;
}

/** What may be passed without a character is passed. */
function pass(places: Uint8Array, steps: readonly Step[]): void {
  for (const [at, step] of steps.entries()) if (places[at] === 1 && step.optional) places[at + 1] = 1;
}

function refuse(say: string): ReadPattern {
  return { ok: false, say };
}
