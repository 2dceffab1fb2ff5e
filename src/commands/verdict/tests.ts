/** What the tests behind a verdict found of the answer's first pairs. */
import type { Finding, Outcome, PairEnds, Question } from "../../sources/question.ts";

export interface VerdictTests {
  /** Like `ends` by the places of the answer's pairs, the first twenty of them. */
  readonly laterThrough: readonly boolean[] | null;
  readonly ends: readonly PairEnds[] | null;
  readonly identityChanges: number | null;
  /** Why something is null, in a few words each; absent where it is not, or nothing was dropped. */
  readonly because: { readonly laterThrough?: string; readonly ends?: string; readonly identityChanges?: string };
}

export function isTest({ ask }: Question): boolean {
  return ask === "later" || ask === "ends";
}

export function testsOf(outcomes: readonly Outcome[]): VerdictTests {
  const [later, sayLater] = answerTo("later", outcomes);
  const [ends, sayEnds] = answerTo("ends", outcomes);
  const because = {
    laterThrough: later?.because ?? sayLater,
    ends: ends?.because.ends ?? sayEnds,
    identityChanges: ends?.because.identityChanges ?? sayEnds,
  };
  return {
    laterThrough: later?.through ?? null,
    ends: ends?.ends ?? null,
    identityChanges: ends?.identityChanges ?? null,
    because: Object.fromEntries(Object.entries(because).filter(([, say]) => say !== "")),
  };
}

/** The finding, or why there is none. */
function answerTo<Ask extends "later" | "ends">(
  ask: Ask,
  outcomes: readonly Outcome[],
): readonly [Extract<Finding, { ask: Ask }> | undefined, string] {
  const outcome = outcomes.find(({ question }) => question.ask === ask);
  if (outcome === undefined) return [undefined, ""];
  if (outcome.status !== "ok") return [undefined, outcome.error.say];
  return [outcome.finding.ask === ask ? (outcome.finding as Extract<Finding, { ask: Ask }>) : undefined, ""];
}
