/** Questions about policies and what was seen as the lines that ask them, for buttons. */
import { parseTarget, targetText } from "../../analysis/target-parse.ts";
import { timeSpecText } from "../../analysis/time.ts";
import { quoteWord } from "../words.ts";
import { defaultSince, isPeerText, type SuggestArgs } from "./args.ts";

/** For a workload as answers name it, `default/deathstar`; undefined for every other end, and where an end to admit cannot be typed. */
export function suggestEndLine(
  name: string,
  { since, clusters, admit }: Pick<SuggestArgs, "since" | "clusters" | "admit">,
): string | undefined {
  const parsed = parseTarget(name);
  if (!parsed.ok || parsed.target.kind !== "name" || targetText(parsed.target) !== name) return undefined;
  if (parsed.target.namespace === undefined) return undefined;
  if (Array.isArray(admit) && !admit.every(isPeerText)) return undefined;
  const rest = { ...(admit && { admit }), ...(clusters && { clusters }) };
  return suggestLine({ target: parsed.target, since, audit: false, l7: false, ...rest });
}

export function suggestLine({ target, since, audit, l7, admit, clusters }: SuggestArgs): string {
  const isDefault = since.kind === "ago" && since.ms === defaultSince.ms;
  return [
    "suggest",
    quoteWord(targetText(target)),
    ...(admit === undefined ? [] : ["--admit-denied", quoteWord(admit === "all" ? admit : admit.join(","))]),
    ...(isDefault ? [] : ["--since", quoteWord(timeSpecText(since))]),
    ...(audit ? ["--audit"] : []),
    ...(l7 ? ["--l7"] : []),
    ...(clusters ?? []).flatMap((cluster) => ["--cluster", quoteWord(cluster)]),
  ].join(" ");
}
