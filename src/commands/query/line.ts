/** The command that asks `args` again: for buttons. */
import { durationText } from "../../analysis/duration.ts";
import { timeSpecText } from "../../analysis/time.ts";
import { quoteWord } from "../words.ts";
import type { QueryArgs } from "./args.ts";

export function queryLine({ expression, since, until, stepMs, clusters }: QueryArgs): string {
  const flags = [
    ...(since === null ? [] : ["--since", timeSpecText(since)]),
    ...(until.kind === "ago" && until.ms === 0 ? [] : ["--until", timeSpecText(until)]),
    ...(stepMs === null ? [] : ["--step", durationText(stepMs)]),
    ...(clusters === undefined ? [] : ["--cluster", clusters.join(",")]),
  ];
  // What could be read as quotes around it or as flags.
  const dashes = /^[^\w:({.+]|\s--/.test(expression) ? ["--"] : [];
  return ["query", ...flags.map(quoteWord), ...dashes, expression].join(" ");
}
