/** Tree → instructions of a machine without backtracking: its states are kept as a set, so the time to match is at most input × program. */
import type { CharSet } from "./char-set.ts";
import type { Assert, Node } from "./parse.ts";
import { RegexRefused } from "./refused.ts";

export type Instruction =
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "split"; readonly first: number; readonly second: number }
  | { readonly kind: "jump"; readonly to: number }
  | { readonly kind: "assert"; readonly assert: Assert }
  | { readonly kind: "match" };

/** More than any real path needs; 16 million steps at most for the longest input that is matched. */
const maxInstructions = 2000;
/** Nested repetitions of nothing make no instruction, and would still take for ever. */
const maxSteps = 20_000;

export function compileRegex(node: Node, text: string): readonly Instruction[] {
  const program: Instruction[] = [];
  let steps = 0;
  emit(node);
  push({ kind: "match" });
  return program;

  function push(instruction: Instruction): number {
    if (program.length >= maxInstructions) throw new RegexRefused("expression too large", text);
    return program.push(instruction) - 1;
  }

  function emit(part: Node): void {
    steps += 1;
    if (steps > maxSteps) throw new RegexRefused("expression too large", text);
    if (part.kind === "set") push({ kind: "set", set: part.set });
    else if (part.kind === "assert") push({ kind: "assert", assert: part.assert });
    else if (part.kind === "repeat") emitRepeat(part.node, part.min, part.max);
    else if (part.kind === "choice") emitChoice(part.nodes);
    else for (const one of part.nodes) emit(one);
  }

  function emitChoice(branches: readonly Node[]): void {
    const ends: number[] = [];
    for (const [index, branch] of branches.entries()) {
      const last = index === branches.length - 1;
      const split = last ? -1 : push({ kind: "jump", to: -1 });
      emit(branch);
      if (last) break;
      ends.push(push({ kind: "jump", to: -1 }));
      program[split] = { kind: "split", first: split + 1, second: program.length };
    }
    for (const end of ends) program[end] = { kind: "jump", to: program.length };
  }

  function emitRepeat(part: Node, min: number, max: number | null): void {
    for (let count = 0; count < min; count++) emit(part);
    if (max === null) {
      const split = push({ kind: "jump", to: -1 });
      emit(part);
      push({ kind: "jump", to: split });
      program[split] = { kind: "split", first: split + 1, second: program.length };
      return;
    }
    const splits: number[] = [];
    for (let count = min; count < max; count++) {
      splits.push(push({ kind: "jump", to: -1 }));
      emit(part);
    }
    for (const split of splits) program[split] = { kind: "split", first: split + 1, second: program.length };
  }
}
