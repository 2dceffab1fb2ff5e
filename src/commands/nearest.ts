/** "Did you mean": the known word nearest to a mistyped one. */
import { distance } from "fastest-levenshtein";

/** Undefined when nothing is near enough to be what was meant. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const word = typed.toLowerCase().slice(0, 80);
  const near = known
    .map((candidate) => ({ candidate, edits: edits(word, candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3)))
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.candidate;
}

/** The beginning of a word counts as near (`--drop-reason` for `--drop-reason-desc`), and two letters in the wrong order are one mistake. */
function edits(typed: string, candidate: string): number {
  if (typed.length >= 3 && candidate.startsWith(typed)) return 0.5;
  const swapped = Array.from(
    { length: Math.max(0, typed.length - 1) },
    (_, at) => typed.slice(0, at) + typed[at + 1] + typed[at] + typed.slice(at + 2),
  );
  return swapped.includes(candidate) ? 1 : distance(typed, candidate);
}
