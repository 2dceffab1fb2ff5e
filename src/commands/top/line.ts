/** A ranking as the line that asks for it, for buttons. */
import type { FlowSelect } from "../../analysis/select.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { timeSpecText } from "../../analysis/time.ts";
import { selectFlags } from "../drops/line.ts";
import { quoteWord } from "../words.ts";
import { defaults, type TopArgs } from "./args.ts";

export function topLine({ of, top, since, until, select, pod, by, failed, clusters }: TopArgs): string {
  const isDefault = (name: "since" | "until", { kind, ms }: { readonly kind: string; readonly ms?: number }) =>
    kind === "ago" && ms === defaults[name].ms;
  const words = [
    "top",
    of,
    ...(top === defaults.top ? [] : [String(top)]),
    ...targetWords(select),
    ...(isDefault("since", since) ? [] : ["--since", timeSpecText(since)]),
    ...(isDefault("until", until) ? [] : ["--until", timeSpecText(until)]),
    ...(pod === undefined ? [] : ["--pod", pod]),
    ...(by === undefined ? [] : ["--by", by]),
    ...(failed ? ["--failed"] : []),
    ...selectFlags(select).flat(),
    ...(clusters === undefined ? [] : ["--cluster", clusters.join(",")]),
  ];
  return words.map(quoteWord).join(" ");
}

/** A name of digits alone would be read as K. */
function targetWords({ target }: FlowSelect): string[] {
  if (target === undefined) return [];
  return target.kind === "labels" ? ["-l", target.selector] : [targetText(target)];
}
