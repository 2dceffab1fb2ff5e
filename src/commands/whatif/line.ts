/** A question about pasted policies as the line that asks it, for buttons. */
import type { Target } from "../../analysis/target.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { timeSpecText } from "../../analysis/time.ts";
import { defaultSince } from "../suggest/args.ts";
import { quoteWord } from "../words.ts";
import type { WhatifArgs } from "./args.ts";
import { policyLine } from "./pasted.ts";

export function whatifLine(args: WhatifArgs, target: Target | undefined = args.target): string {
  const { since, policies, others, clusters } = args;
  const isDefault = since.kind === "ago" && since.ms === defaultSince.ms;
  return [
    "whatif",
    ...(isDefault ? [] : ["--since", quoteWord(timeSpecText(since))]),
    ...(clusters ?? []).flatMap((cluster) => ["--cluster", quoteWord(cluster)]),
    "--",
    policyLine({ policies, others }, target === undefined ? "" : targetText(target)),
  ].join(" ");
}
