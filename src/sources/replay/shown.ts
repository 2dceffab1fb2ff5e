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
  if (found?.status !== "suggested" || visible === undefined) return found;
  const { proof, change } = found;
  return {
    ...found,
    proof: { ...proof, not: shown(proof.not, visible) },
    change: change && shownComparison(change, visible),
  };
}

function shown(changes: Changes, visible: readonly string[]): Changes {
  const isShown = ({ namespace }: { readonly namespace: string }) => namespace === "" || visible.includes(namespace);
  const examples = changes.examples.map((one) => ({ ...one, policies: one.policies.filter(isShown) }));
  return { ...changes, examples };
}
