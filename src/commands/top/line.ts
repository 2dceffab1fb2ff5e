/** A ranking as the line that asks for it, for buttons. */
import { timeSpecText } from "../../analysis/time.ts";
import { quoteWord } from "../words.ts";
import { defaults, type TopArgs } from "./args.ts";

export function topLine({ of, top, since, until, pod, by, failed, clusters }: TopArgs): string {
  const isDefault = (name: "since" | "until", { kind, ms }: { readonly kind: string; readonly ms?: number }) =>
    kind === "ago" && ms === defaults[name].ms;
  const words = [
    "top",
    of,
    ...(top === defaults.top ? [] : [String(top)]),
    ...(isDefault("since", since) ? [] : ["--since", timeSpecText(since)]),
    ...(isDefault("until", until) ? [] : ["--until", timeSpecText(until)]),
    ...(pod === undefined ? [] : ["--pod", pod]),
    ...(by === undefined ? [] : ["--by", by]),
    ...(failed ? ["--failed"] : []),
    ...(clusters === undefined ? [] : ["--cluster", clusters.join(",")]),
  ];
  return words.map(quoteWord).join(" ");
}
