/** What can be said of an expression before its grammar: quotes and brackets that stay open, how deep it goes, Grafana's placeholders. */

export interface Problem {
  /** UTF-16 units from the beginning; `length` 0 is the place before that character. */
  readonly at: number;
  readonly length: number;
  /** A sentence for people. */
  readonly say: string;
  /** The place holds a word that is none of these. */
  readonly known?: readonly string[];
}

interface Bracket {
  readonly open: string;
  readonly at: number;
}

const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const openers: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
const maxDepth = 50;

/** The first of them; undefined where there is none. */
export function scan(text: string): Problem | undefined {
  const open: Bracket[] = [];
  for (let at = 0; at < text.length; at++) {
    const glyph = text.charAt(at);
    if (glyph === "#") {
      at = lineEnd(text, at) - 1;
    } else if (`"'\``.includes(glyph)) {
      const end = stringEnd(text, at);
      if (end === undefined) return { at, length: 1, say: `This ${glyph} opens a text that is never closed.` };
      at = end - 1;
    } else {
      const problem = placeholderAt(text, at) ?? bracket(open, glyph, at);
      if (problem !== undefined) return problem;
    }
  }
  const left = open.at(-1);
  return (
    left && { at: left.at, length: 1, say: `This ${left.open} is never closed: a ${closers[left.open]} is missing.` }
  );
}

/** Keeps `open` up to date. */
function bracket(open: Bracket[], glyph: string, at: number): Problem | undefined {
  const place = { at, length: 1 };
  if (glyph in closers) {
    open.push({ open: glyph, at });
    if (open.length > maxDepth)
      return { ...place, say: `Brackets go deeper than ${maxDepth} here. Ask for less at once.` };
  } else if (glyph in openers) {
    const last = open.pop();
    if (last === undefined) return { ...place, say: `There is no ${openers[glyph]} for this ${glyph}.` };
    if (last.open !== openers[glyph])
      return { ...place, say: `A ${closers[last.open]} is missing before this ${glyph}.` };
  }
  return undefined;
}

/** Behind the closing quote; undefined where there is none. Only raw texts (in backticks) go over several lines. */
export function stringEnd(text: string, from: number): number | undefined {
  const quote = text.charAt(from);
  for (let at = from + 1; at < text.length; at++) {
    const glyph = text.charAt(at);
    if (glyph === quote) return at + 1;
    if (glyph === "\\" && quote !== "`") at += 1;
    if (glyph === "\n" && quote !== "`") return undefined;
  }
  return undefined;
}

/** `$pod`, `${pod:regex}`, `[[pod]]`: what Grafana fills in before it asks. */
const placeholderForm = /\$(?:\{([A-Za-z_]\w*)[^}]*\}|([A-Za-z_]\w*))|\[\[([A-Za-z_]\w*)(?::\w+)?\]\]/y;

/** `at`: where it begins; undefined where none does. */
export function placeholderAt(text: string, at: number): Problem | undefined {
  placeholderForm.lastIndex = at;
  const [whole = "", braced, bare, square] = placeholderForm.exec(text) ?? [];
  const name = braced ?? bare ?? square;
  return name === undefined ? undefined : { at, length: whole.length, say: insteadOf(whole, name) };
}

function insteadOf(whole: string, name: string): string {
  const lead = `Only Grafana fills in ${whole.slice(0, 40)}.`;
  if (/^__(rate_)?interval/.test(name)) return `${lead} Write a time in its place, for example 5m.`;
  if (/^__range/.test(name)) return `${lead} Write a time in its place, for example 1h.`;
  if (/^__/.test(name)) return `${lead} Write its value in its place.`;
  return `${lead} Write a name in its place; with =~ the pattern .+ stands for all of them.`;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
