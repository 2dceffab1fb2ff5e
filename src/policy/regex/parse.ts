/**
 * RE2's syntax (Go's regexp, Envoy's path and method matching) → a tree. What RE2 has not is refused: back references, look-around, atomic groups. The
 * sentences are those that an agent logs.
 */
import { type CharSet, negate, perlClass, posixClass, unicodeClass } from "./char-set.ts";
import { RegexRefused } from "./refused.ts";

export type Node =
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "sequence" | "choice"; readonly nodes: readonly Node[] }
  | { readonly kind: "repeat"; readonly node: Node; readonly min: number; readonly max: number | null }
  | { readonly kind: "assert"; readonly assert: Assert };

export type Assert = "text-start" | "text-end" | "line-start" | "line-end" | "word" | "not-word";

/** RE2's own limit on counted repetition. */
const maxCount = 1000;
const maxDepth = 200;

interface Flags {
  readonly fold: boolean;
  readonly lines: boolean;
  readonly dotAll: boolean;
}

interface State {
  readonly text: string;
  at: number;
  depth: number;
}

export function parseRegex(text: string): Node {
  const state: State = { text, at: 0, depth: 0 };
  const node = readChoice(state, { fold: false, lines: false, dotAll: false });
  if (state.at < text.length) throw new RegexRefused("unexpected )", text);
  return node;
}

function readChoice(state: State, flags: Flags): Node {
  state.depth += 1;
  if (state.depth > maxDepth) throw new RegexRefused("expression nests too deeply", state.text);
  const branches: Node[] = [];
  let current = flags;
  do {
    const branch = readSequence(state, current);
    branches.push(branch.node);
    current = branch.flags;
  } while (take(state, "|"));
  state.depth -= 1;
  const [only] = branches;
  return branches.length === 1 && only !== undefined ? only : { kind: "choice", nodes: branches };
}

/** `(?i)` holds to the end of its group, over the following branches too. */
function readSequence(state: State, given: Flags): { readonly node: Node; readonly flags: Flags } {
  const nodes: Node[] = [];
  let flags = given;
  while (state.at < state.text.length && state.text[state.at] !== "|" && state.text[state.at] !== ")") {
    const changed = readFlags(state, flags);
    if (changed !== null) {
      flags = changed;
      continue;
    }
    nodes.push(readRepeat(state, readAtom(state, flags)));
  }
  return { node: { kind: "sequence", nodes }, flags };
}

function readRepeat(state: State, atom: Node): Node {
  const start = state.at;
  const range = readRange(state);
  if (range === null) return atom;
  take(state, "?");
  if (readRange(state) !== null)
    throw new RegexRefused("invalid nested repetition operator", state.text.slice(start, state.at));
  return { kind: "repeat", node: atom, ...range };
}

function readRange(state: State): { readonly min: number; readonly max: number | null } | null {
  if (take(state, "*")) return { min: 0, max: null };
  if (take(state, "+")) return { min: 1, max: null };
  if (take(state, "?")) return { min: 0, max: 1 };
  const counted = /^\{(\d{1,6})(,(\d{0,6}))?\}/.exec(state.text.slice(state.at, state.at + 17));
  if (counted === null) return null;
  const [written, low, comma, high] = counted;
  const min = Number(low);
  const max = comma === undefined ? min : high === "" ? null : Number(high);
  if (min > maxCount || (max !== null && (max > maxCount || max < min)))
    throw new RegexRefused("invalid repeat count", written);
  state.at += written.length;
  return { min, max };
}

function readAtom(state: State, flags: Flags): Node {
  const char = next(state);
  if (char === "(") return readGroup(state, flags);
  if (char === "[") return { kind: "set", set: readClass(state, flags) };
  if (char === ".") return { kind: "set", set: flags.dotAll ? negate([]) : negate([[10, 10]]) };
  if (char === "^") return { kind: "assert", assert: flags.lines ? "line-start" : "text-start" };
  if (char === "$") return { kind: "assert", assert: flags.lines ? "line-end" : "text-end" };
  if (char === "*" || char === "+" || char === "?")
    throw new RegexRefused("missing argument to repetition operator", char);
  if (char === "\\") return readEscape(state, flags);
  return literal(char, flags);
}

function readGroup(state: State, given: Flags): Node {
  const opened = state.at - 1;
  const scoped = /^\?([imsU]*)(?:-([imsU]+))?:/.exec(state.text.slice(state.at, state.at + 16));
  const flags = scoped === null ? given : withFlags(given, scoped[1] ?? "", scoped[2] ?? "");
  if (scoped !== null) state.at += scoped[0].length;
  else if (take(state, "?")) {
    if (take(state, "P<") || take(state, "<")) {
      const name = /^[A-Za-z0-9_]+>/.exec(state.text.slice(state.at, state.at + 100));
      if (name === null) throw new RegexRefused("invalid named capture", state.text.slice(opened));
      state.at += name[0].length;
    } else throw new RegexRefused("invalid or unsupported Perl syntax", state.text.slice(opened, opened + 3));
  }
  const node = readChoice(state, flags);
  if (!take(state, ")")) throw new RegexRefused("missing closing )", state.text);
  return node;
}

/** `(?i)`, `(?s-i)`; null when something else stands here. */
function readFlags(state: State, flags: Flags): Flags | null {
  const found = /^\(\?([imsU]+)?(?:-([imsU]+))?\)/.exec(state.text.slice(state.at, state.at + 16));
  if (found === null || found[0] === "(?)") return null;
  state.at += found[0].length;
  return withFlags(flags, found[1] ?? "", found[2] ?? "");
}

function withFlags(flags: Flags, on: string, off: string): Flags {
  const set = (letter: string, now: boolean) => (on.includes(letter) ? true : off.includes(letter) ? false : now);
  return { fold: set("i", flags.fold), lines: set("m", flags.lines), dotAll: set("s", flags.dotAll) };
}

function readEscape(state: State, flags: Flags): Node {
  const char = next(state, "trailing backslash at end of expression");
  if (char === "A") return { kind: "assert", assert: "text-start" };
  if (char === "z") return { kind: "assert", assert: "text-end" };
  if (char === "b") return { kind: "assert", assert: "word" };
  if (char === "B") return { kind: "assert", assert: "not-word" };
  if (char === "Q") return readQuoted(state, flags);
  const set = readSetEscape(state, char);
  if (set !== null) return { kind: "set", set };
  return literal(String.fromCodePoint(readCharEscape(state, char)), flags);
}

function readQuoted(state: State, flags: Flags): Node {
  const end = state.text.indexOf("\\E", state.at);
  const quoted = [...state.text.slice(state.at, end < 0 ? undefined : end)].map((char) => literal(char, flags));
  state.at = end < 0 ? state.text.length : end + 2;
  const last = quoted.pop();
  // A repetition behind it is of the last character.
  return { kind: "sequence", nodes: last === undefined ? [] : [...quoted, readRepeat(state, last)] };
}

function readSetEscape(state: State, char: string): CharSet | null {
  const perl = perlClass(char);
  if (perl !== null) return perl;
  if (char !== "p" && char !== "P") return null;
  const name = /^(?:\{(\^?)([A-Za-z_]{1,40})\}|([A-Z]))/.exec(state.text.slice(state.at, state.at + 48));
  const set = name === null ? null : unicodeClass(name[2] ?? name[3] ?? "");
  if (name === null || set === null) throw new RegexRefused("invalid character class range", `\\${char}`);
  state.at += name[0].length;
  return (char === "P") !== (name[1] === "^") ? negate(set) : set;
}

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

function readCharEscape(state: State, char: string): number {
  const control = controls[char];
  if (control !== undefined) return control;
  const rest = state.text.slice(state.at, state.at + 10);
  const hex = char === "x" ? /^(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(rest) : null;
  const code = hex === null ? Number.NaN : Number.parseInt(hex[1] ?? hex[2] ?? "", 16);
  if (hex !== null && code <= 0x10ffff) {
    state.at += hex[0].length;
    return code;
  }
  const octal = /^[0-7]{1,3}/.exec(char + rest);
  if (octal !== null && (char === "0" || octal[0].length > 1)) {
    state.at += octal[0].length - 1;
    return Number.parseInt(octal[0], 8);
  }
  if (/^[A-Za-z0-9]$/.test(char)) throw new RegexRefused("invalid escape sequence", `\\${char}`);
  return char.codePointAt(0) ?? 0;
}

function readClass(state: State, flags: Flags): CharSet {
  const opened = state.at - 1;
  const inverted = take(state, "^");
  const set: (readonly [number, number])[] = [];
  // A bracket that comes first is an ordinary character.
  do {
    if (state.at >= state.text.length) throw new RegexRefused("missing closing ]", state.text.slice(opened));
    const named = readNamedClass(state);
    if (named !== null) {
      set.push(...named);
      continue;
    }
    const low = readClassChar(state, opened);
    if (typeof low !== "number") {
      set.push(...low);
      continue;
    }
    const high = readRangeEnd(state, low, opened);
    set.push(...folded(low, high, flags.fold));
  } while (!take(state, "]"));
  return inverted ? negate(set) : set;
}

function readNamedClass(state: State): CharSet | null {
  const name = /^\[:(\^?)([a-z]+):\]/.exec(state.text.slice(state.at, state.at + 16));
  if (name === null) return null;
  const set = posixClass(name[2] ?? "");
  if (set === null) throw new RegexRefused("invalid character class range", name[0]);
  state.at += name[0].length;
  return name[1] === "^" ? negate(set) : set;
}

function readClassChar(state: State, opened: number): number | CharSet {
  const char = next(state, "missing closing ]", opened);
  if (char !== "\\") return char.codePointAt(0) ?? 0;
  const escaped = next(state, "trailing backslash at end of expression");
  return readSetEscape(state, escaped) ?? readCharEscape(state, escaped);
}

function readRangeEnd(state: State, low: number, opened: number): number {
  if (state.text[state.at] !== "-" || state.text[state.at + 1] === "]" || state.at + 1 >= state.text.length) return low;
  state.at += 1;
  const high = readClassChar(state, opened);
  if (typeof high !== "number" || high < low)
    throw new RegexRefused("invalid character class range", state.text.slice(opened, state.at));
  return high;
}

function literal(char: string, flags: Flags): Node {
  const code = char.codePointAt(0) ?? 0;
  return { kind: "set", set: folded(code, code, flags.fold) };
}

/** Case folding is ASCII's and Latin-1's one-to-one pairs: paths, methods and hosts hold nothing else. */
function folded(low: number, high: number, fold: boolean): [number, number][] {
  const set: [number, number][] = [[low, high]];
  if (!fold) return set;
  for (const [from, to, shift] of [
    [65, 90, 32],
    [97, 122, -32],
  ] as const) {
    const start = Math.max(low, from);
    const end = Math.min(high, to);
    if (start <= end) set.push([start + shift, end + shift]);
  }
  return set;
}

function take(state: State, wanted: string): boolean {
  if (!state.text.startsWith(wanted, state.at)) return false;
  state.at += wanted.length;
  return true;
}

function next(state: State, missing = "", from = 0): string {
  const code = state.text.codePointAt(state.at);
  if (code === undefined) throw new RegexRefused(missing, missing.startsWith("trailing") ? "" : state.text.slice(from));
  const char = String.fromCodePoint(code);
  state.at += char.length;
  return char;
}
