/** The structured result of `suggest` (`--format json`): stable, additions only. */
import { targetText } from "../../analysis/target-parse.ts";
import type { SuggestFinding, SuggestionFound } from "../../sources/question.ts";
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
  /** CiliumNetworkPolicy; null unless `status` is `suggested`. */
  readonly yaml: string | null;
  readonly policy: Suggested["policy"] | null;
  readonly rules: Suggested["rules"];
  /** What the policy alone lets through of the flows that it was made from. */
  readonly proof: Suggested["proof"] | null;
  /** Beside the cluster's own policies; null when these could not be read. */
  readonly change: Suggested["change"];
  readonly notes: Suggested["notes"];
  readonly facts: SuggestFinding["facts"];
}

export function resultOf(
  { target }: SuggestArgs,
  { cluster, found, shared }: ReplayPicture<SuggestFinding>,
): SuggestResult {
  const suggestion = found?.suggestion ?? null;
  const suggested = suggestion?.status === "suggested" ? suggestion : null;
  return {
    cluster,
    target: targetText(target),
    candidates: candidatesOf(shared.views),
    status: suggestion?.status ?? null,
    yaml: suggested?.yaml ?? null,
    policy: suggested?.policy ?? null,
    rules: suggested?.rules ?? [],
    proof: suggested?.proof ?? null,
    change: suggested?.change ?? null,
    notes: suggested?.notes ?? [],
    facts: found?.facts ?? null,
  };
}
