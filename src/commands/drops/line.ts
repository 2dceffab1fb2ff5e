/** A question as the line that asks it: for buttons, and (the flags are the same) for `hubble observe`. */
import { reasonName } from "../../analysis/reasons.ts";
import type { FlowSelect } from "../../analysis/select.ts";
import type { Target } from "../../analysis/target.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { timeSpecText } from "../../analysis/time.ts";
import { quoteWord } from "../words.ts";
import type { DropsArgs } from "./args.ts";

/** The command that asks `args` again, with another target where one is given. */
export function dropsLine(args: DropsArgs, target: Target | string | undefined = args.select.target): string {
  const { since, until, last, top, all } = args;
  const words = [
    "drops",
    ...targetWords(target),
    ...(since.kind === "ago" && since.ms === 15 * 60_000 ? [] : ["--since", timeSpecText(since)]),
    ...(until.kind === "ago" && until.ms === 0 ? [] : ["--until", timeSpecText(until)]),
    ...(last === undefined ? [] : ["--last", String(last)]),
    ...selectFlags(args.select).flat(),
    ...(top === 10 ? [] : ["--top", String(top)]),
    ...(all ? ["--all"] : []),
    ...(args.clusters === undefined ? [] : ["--cluster", args.clusters.join(",")]),
  ];
  return words.map(quoteWord).join(" ");
}

/** Flag and value for every condition but the target, in Hubble's spelling. */
export function selectFlags(select: FlowSelect): (readonly [string, string])[] {
  const sides = [
    ["--", select.either],
    ["--from-", select.from],
    ["--to-", select.to],
  ] as const;
  return [
    ...sides.flatMap(([prefix, end]) =>
      Object.entries(end).flatMap(([name, values]: [string, readonly (string | number)[]]) =>
        values.map((value) => [`${prefix}${name}`, String(value)] as const),
      ),
    ),
    ...select.reasons.map((number) => ["--drop-reason-desc", reasonName(number)] as const),
    ...select.protocols.map((name) => ["--protocol", name] as const),
    ...select.directions.map((number) => ["--traffic-direction", number === 1 ? "ingress" : "egress"] as const),
    ...select.nodes.map((name) => ["--node-name", name] as const),
  ];
}

function targetWords(target: Target | string | undefined): string[] {
  if (target === undefined) return [];
  if (typeof target === "string") return target.startsWith("-l ") ? ["-l", target.slice(3)] : [target];
  return target.kind === "labels" ? ["-l", target.selector] : [targetText(target)];
}
