/** The structured result of `whatif` (`--format json`): stable, additions only. */
import { targetText } from "../../analysis/target-parse.ts";
import type { WhatifFinding } from "../../sources/question.ts";
import { candidatesOf } from "../drops/result.ts";
import type { ReplayPicture } from "../suggest/picture.ts";
import type { WhatifArgs } from "./args.ts";

export interface WhatifResult {
  readonly cluster: string;
  /** TARGET in its canonical spelling; null when none was given. */
  readonly target: string | null;
  /** What to type instead, when TARGET fits several things or none. */
  readonly candidates: readonly string[];
  /** What was pasted: `refusal` says why Cilium would not load it. */
  readonly policies: WhatifFinding["policies"];
  /** Null when the flows could not be read, or a policy is refused. */
  readonly change: WhatifFinding["change"];
  readonly facts: WhatifFinding["facts"];
}

export function resultOf(
  { target }: WhatifArgs,
  { cluster, found, shared }: ReplayPicture<WhatifFinding>,
): WhatifResult {
  return {
    cluster,
    target: target === undefined ? null : targetText(target),
    candidates: candidatesOf(shared.views),
    policies: found?.policies ?? [],
    change: found?.change ?? null,
    facts: found?.facts ?? null,
  };
}
