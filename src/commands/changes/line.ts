/** The command that asks for changes, for buttons. */
import { changeKinds } from "../../analysis/changes/change.ts";
import type { Target } from "../../analysis/target.ts";
import { timeSpecText } from "../../analysis/time.ts";
import { endWord } from "../why/line.ts";
import { quoteWord } from "../words.ts";
import type { ChangesArgs } from "./args.ts";

export function changesLine(args: ChangesArgs, target: Target | null = args.target): string {
  const { since, kinds, clusters } = args;
  const words = [
    "changes",
    ...(target === null ? [] : [endWord(target)]),
    ...["--since", timeSpecText(since)],
    ...(kinds.length === changeKinds.length ? [] : ["--kind", kinds.join(",")]),
    ...(clusters === undefined ? [] : ["--cluster", clusters.join(",")]),
  ];
  return words.map(quoteWord).join(" ");
}
