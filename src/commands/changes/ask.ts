/** What `changes` asks: each cluster what changed, and what was dropped in the same time, because that is why people ask. */
import type { Visible } from "../../access/access.ts";
import type { Window } from "../../analysis/select.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { rfc3339 } from "../../analysis/time.ts";
import type { Question } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { ChangesArgs } from "./args.ts";

interface Asking {
  readonly args: ChangesArgs;
  readonly window: Window;
  readonly visible: Visible;
}

/** Of pairs that were dropped: the first drop may be of any. */
const pairs = 100;

export function questionsOf({ args, window, visible }: Asking, clusters: readonly string[]): Question[] {
  const { target, kinds } = args;
  const select = {
    ...(target !== null && { target }),
    ...{ either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] },
  };
  return clusters.flatMap((cluster): Question[] => {
    const restriction = restrictionIn(visible, cluster);
    return [
      {
        ...{ source: "kubernetes", ask: "changes", cluster, target, kinds, since: window.from, until: window.to + 1 },
        ...{ name: fileName(args, cluster, window.to), ...restriction },
      },
      { source: "hubble", ask: "drops", cluster, select, window, top: pairs, ...restriction },
    ];
  });
}

/** Letters, digits, dots and dashes only: it becomes a file on somebody's disk. */
function fileName({ target }: ChangesArgs, cluster: string, at: number): string {
  const time = rfc3339(Math.floor(at / 1_000) * 1_000).replaceAll(":", "");
  const parts = ["changes", cluster, ...(target === null ? [] : [targetText(target)])];
  const what = parts.map((part) => part.replace(/[^A-Za-z0-9.]+/g, "-").slice(0, 60)).join("-");
  return `${what}-${time}.diff.txt`;
}
