/** The structured result of `suggest` (`--format json`): stable, additions only. */
import { targetText } from "../../analysis/target-parse.ts";
import type { KeptDenied, SuggestFinding, SuggestionFound } from "../../sources/question.ts";
import { candidatesOf } from "../drops/result.ts";
import type { SuggestArgs } from "./args.ts";
import type { ReplayPicture } from "./picture.ts";

type Suggested = Extract<SuggestionFound, { status: "suggested" }>;

export interface SuggestResult {
  readonly cluster: string;
  readonly target: string;
  /** What to type instead, when TARGET fits several things or none. */
  readonly candidates: readonly string[];
  /** Null when the flows could not be read, or the target is not one thing. */
  readonly status: SuggestionFound["status"] | null;
  /** CiliumNetworkPolicy; null unless `status` is `suggested` or `admitted`. */
  readonly yaml: string | null;
  readonly policy: Suggested["policy"] | null;
  readonly rules: Suggested["rules"];
  /** What the policy alone lets through of the flows that it was made from. */
  readonly proof: Suggested["proof"] | null;
  /** Beside the cluster's own policies; null when these could not be read. */
  readonly change: Suggested["change"];
  /** With --admit-denied: what the policy admits, and what it proves; null otherwise, and where nothing may be admitted. */
  readonly admitted: Pick<Extract<SuggestionFound, { status: "admitted" }>, "admitted" | "proof"> | null;
  /** With --admit-denied: what stays denied, and why; null otherwise. */
  readonly denied: KeptDenied | null;
  readonly notes: Suggested["notes"];
  readonly facts: SuggestFinding["facts"];
}

export function resultOf(
  { target }: SuggestArgs,
  { cluster, found, shared }: ReplayPicture<SuggestFinding>,
): SuggestResult {
  const suggestion = found?.suggestion ?? null;
  const suggested = suggestion?.status === "suggested" ? suggestion : null;
  const admitted = suggestion?.status === "admitted" ? suggestion : null;
  const written = suggested ?? admitted;
  return {
    cluster,
    target: targetText(target),
    candidates: candidatesOf(shared.views),
    status: suggestion?.status ?? null,
    yaml: written?.yaml ?? null,
    policy: written?.policy ?? null,
    rules: written?.rules ?? [],
    proof: suggested?.proof ?? null,
    change: suggested?.change ?? null,
    admitted: admitted && { admitted: admitted.admitted, proof: admitted.proof },
    denied: suggestion && "kept" in suggestion ? { kept: suggestion.kept, unasked: suggestion.unasked } : null,
    notes: written?.notes ?? [],
    facts: found?.facts ?? null,
  };
}
