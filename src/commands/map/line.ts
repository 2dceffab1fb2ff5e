/** A question for a map as the line that asks it. */
import { targetText } from "../../analysis/target-parse.ts";
import { timeSpecText } from "../../analysis/time.ts";
import { selectFlags } from "../drops/line.ts";
import { quoteWord } from "../words.ts";
import { defaults, type MapArgs } from "./args.ts";

export function mapLine({ select, since, until, top, all, clusters }: MapArgs): string {
  const { target } = select;
  const words = [
    "map",
    ...(target === undefined ? [] : target.kind === "labels" ? ["-l", target.selector] : [targetText(target)]),
    ...(since.kind === "ago" && since.ms === defaults.sinceMs ? [] : ["--since", timeSpecText(since)]),
    ...(until.kind === "ago" && until.ms === 0 ? [] : ["--until", timeSpecText(until)]),
    ...selectFlags(select).flat(),
    ...(top === defaults.top ? [] : ["--top", String(top)]),
    ...(all ? ["--all"] : []),
    ...(clusters === undefined ? [] : ["--cluster", clusters.join(",")]),
  ];
  return words.map(quoteWord).join(" ");
}
