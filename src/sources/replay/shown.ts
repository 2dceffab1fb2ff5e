/** Findings for places where only some namespaces may be seen: without the names of the other namespaces' policies. */
import type { Changes, Comparison } from "../../policy/replay/compare.ts";
import type { SuggestionFound } from "../question-replay.ts";

type Visible = readonly string[] | undefined;

export function shownComparison(change: Comparison, visible: Visible): Comparison {
  if (visible === undefined) return change;
  const { newlyDenied, newlyAllowed, disagreeing } = change;
  return {
    ...change,
    newlyDenied: shown(newlyDenied, visible),
    newlyAllowed: shown(newlyAllowed, visible),
    disagreeing: shown(disagreeing, visible),
  };
}

export function shownSuggestion(found: SuggestionFound | null, visible: Visible): SuggestionFound | null {
  if (found === null || visible === undefined) return found;
  if (found.status === "admitted" || found.status === "not-admitted") {
    const pairs = found.kept.pairs.map((pair) => withShown(pair, visible));
    return { ...found, kept: { ...found.kept, pairs } };
  }
  if (found.status !== "suggested") return found;
  const { proof, change } = found;
  return {
    ...found,
    proof: { ...proof, not: shown(proof.not, visible) },
    change: change && shownComparison(change, visible),
  };
}

function shown(changes: Changes, visible: readonly string[]): Changes {
  return { ...changes, examples: changes.examples.map((one) => withShown(one, visible)) };
}

function withShown<One extends { readonly policies: readonly { readonly namespace: string }[] }>(
  one: One,
  visible: readonly string[],
): One {
  return { ...one, policies: one.policies.filter(({ namespace }) => namespace === "" || visible.includes(namespace)) };
}
