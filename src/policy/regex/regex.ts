/**
 * A user's regular expression, matched over the whole text, in time linear in the text. Policies are written by strangers: the JavaScript engine
 * backtracks, and one expression could hold it for years.
 */
import { contains } from "./char-set.ts";
import { type Assert, parseRegex } from "./parse.ts";
import { compileRegex, type Instruction } from "./program.ts";
import { RegexRefused } from "./refused.ts";

export interface Regex {
  readonly text: string;
  /** False too for a text longer than 8,192 characters: Envoy's own limit on a request's head is of that size. */
  matches(text: string): boolean;
}

const maxLength = 4096;
const maxInput = 8192;
const maxRemembered = 500;

/** Throws RegexRefused. */
export function readRegex(text: string): Regex {
  if (text.length > maxLength) throw new RegexRefused("expression too large", text);
  const program = compileRegex(parseRegex(text), text);
  const known = new Map<string, boolean>();
  return {
    text,
    matches(input) {
      if (input.length > maxInput) return false;
      const before = known.get(input);
      if (before !== undefined) return before;
      const found = run(program, input);
      if (known.size >= maxRemembered) known.clear();
      known.set(input, found);
      return found;
    },
  };
}

function run(program: readonly Instruction[], text: string): boolean {
  const codes = Array.from(text, (char) => char.codePointAt(0) ?? 0);
  const seen = new Int32Array(program.length).fill(-1);
  let states: number[] = [];
  follow(program, codes, 0, { from: [0], states, seen });
  for (let at = 0; at < codes.length && states.length > 0; at++) {
    const code = codes[at] ?? 0;
    const reached: number[] = [];
    for (const state of states) {
      const instruction = program[state];
      if (instruction?.kind === "set" && contains(instruction.set, code)) reached.push(state + 1);
    }
    states = [];
    follow(program, codes, at + 1, { from: reached, states, seen });
  }
  return states.some((state) => program[state]?.kind === "match");
}

interface Step {
  readonly from: number[];
  /** Out: the states that wait for a character, or that match. */
  readonly states: number[];
  /** Per instruction the position at which it was last visited. */
  readonly seen: Int32Array;
}

function follow(program: readonly Instruction[], codes: readonly number[], at: number, step: Step): void {
  const pending = step.from;
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    if (step.seen[state] === at) continue;
    step.seen[state] = at;
    const instruction = program[state];
    if (instruction === undefined) continue;
    if (instruction.kind === "jump") pending.push(instruction.to);
    else if (instruction.kind === "split") pending.push(instruction.second, instruction.first);
    else if (instruction.kind !== "assert") step.states.push(state);
    else if (holds(instruction.assert, codes, at)) pending.push(state + 1);
  }
}

function holds(assert: Assert, codes: readonly number[], at: number): boolean {
  if (assert === "text-start") return at === 0;
  if (assert === "text-end") return at === codes.length;
  if (assert === "line-start") return at === 0 || codes[at - 1] === 10;
  if (assert === "line-end") return at === codes.length || codes[at] === 10;
  return (isWord(codes[at - 1]) !== isWord(codes[at])) === (assert === "word");
}

function isWord(code: number | undefined): boolean {
  if (code === undefined) return false;
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
}
