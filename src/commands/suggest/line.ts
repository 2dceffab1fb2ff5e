/** Questions about policies and what was seen as the lines that ask them, for buttons. */
import { targetText } from "../../analysis/target-parse.ts";
import { timeSpecText } from "../../analysis/time.ts";
import { quoteWord } from "../words.ts";
import { defaultSince, type SuggestArgs } from "./args.ts";

export function suggestLine({ target, since, audit, l7, clusters }: SuggestArgs): string {
  const isDefault = since.kind === "ago" && since.ms === defaultSince.ms;
  return [
    "suggest",
    quoteWord(targetText(target)),
    ...(isDefault ? [] : ["--since", quoteWord(timeSpecText(since))]),
    ...(audit ? ["--audit"] : []),
    ...(l7 ? ["--l7"] : []),
    ...(clusters ?? []).flatMap((cluster) => ["--cluster", quoteWord(cluster)]),
  ].join(" ");
}
