/** The command that lists policies, for buttons. */
import type { Target } from "../../analysis/target.ts";
import { endWord } from "../why/line.ts";
import { quoteWord } from "../words.ts";

export function policiesLine(target: Target | undefined, clusters?: readonly string[]): string {
  const words = [
    "policies",
    ...(target === undefined ? [] : [endWord(target)]),
    ...(clusters === undefined ? [] : ["--cluster", clusters.join(",")]),
  ];
  return words.map(quoteWord).join(" ");
}
