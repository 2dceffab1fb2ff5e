/** Sets of code points as ranges, both ends included; in no order. */
export type CharSet = readonly (readonly [number, number])[];

const lastCodePoint = 0x10ffff;

export function negate(set: CharSet): [number, number][] {
  const sorted = [...set].sort((left, right) => left[0] - right[0]);
  const gaps: [number, number][] = [];
  let free = 0;
  for (const [low, high] of sorted) {
    if (low > free) gaps.push([free, low - 1]);
    free = Math.max(free, high + 1);
  }
  if (free <= lastCodePoint) gaps.push([free, lastCodePoint]);
  return gaps;
}

export function contains(set: CharSet, code: number): boolean {
  for (const [low, high] of set) if (code >= low && code <= high) return true;
  return false;
}

const digit: CharSet = [[48, 57]];
const word: CharSet = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const space: CharSet = [
  [9, 10],
  [12, 13],
  [32, 32],
];

const perl: ReadonlyMap<string, CharSet> = new Map([
  ["d", digit],
  ["D", negate(digit)],
  ["w", word],
  ["W", negate(word)],
  ["s", space],
  ["S", negate(space)],
]);

export function perlClass(letter: string): CharSet | null {
  return perl.get(letter) ?? null;
}

const upper: CharSet = [[65, 90]];
const lower: CharSet = [[97, 122]];

const posix: ReadonlyMap<string, CharSet> = new Map<string, CharSet>([
  ["alnum", [...digit, ...upper, ...lower]],
  ["alpha", [...upper, ...lower]],
  ["ascii", [[0, 127]]],
  [
    "blank",
    [
      [9, 9],
      [32, 32],
    ],
  ],
  [
    "cntrl",
    [
      [0, 31],
      [127, 127],
    ],
  ],
  ["digit", digit],
  ["graph", [[33, 126]]],
  ["lower", lower],
  ["print", [[32, 126]]],
  [
    "punct",
    [
      [33, 47],
      [58, 64],
      [91, 96],
      [123, 126],
    ],
  ],
  [
    "space",
    [
      [9, 13],
      [32, 32],
    ],
  ],
  ["upper", upper],
  ["word", word],
  ["xdigit", [...digit, [65, 70], [97, 102]]],
]);

export function posixClass(name: string): CharSet | null {
  return posix.get(name) ?? null;
}

/** General categories and scripts, asked of the JavaScript engine a code point at a time; ASCII and Latin only, which is what URLs hold. */
export function unicodeClass(name: string): CharSet | null {
  const test = unicodeTest(name);
  if (test === null) return null;
  const set: [number, number][] = [];
  for (let code = 0; code < 0x250; code++) if (test.test(String.fromCodePoint(code))) set.push([code, code]);
  return set;
}

function unicodeTest(name: string): RegExp | null {
  for (const property of [name, `Script=${name}`])
    try {
      return new RegExp(`^\\p{${property}}$`, "u");
    } catch {
      // not this kind of name
    }
  return null;
}
