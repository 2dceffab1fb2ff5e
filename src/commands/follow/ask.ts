/** What `follow` asks: one cluster, from the moment of asking on. */
import type { Visible } from "../../access/access.ts";
import type { FollowQuestion } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { ObserveArgs } from "../observe/args.ts";
import type { FollowArgs } from "./args.ts";

/** Three minutes at 5,000 a second. */
export const mostFlows = 1_000_000;
const shownLines = 10;

export function questionOf(args: FollowArgs, askedAt: number, visible: Visible, cluster: string): FollowQuestion {
  const { select, conditions, not, forMs, node, numeric } = args;
  return {
    ...{ source: "hubble", ask: "follow", cluster, select, conditions },
    ...(not && { not }),
    ...{ since: askedAt, until: askedAt + forMs, most: mostFlows, lines: shownLines },
    print: { node, numeric },
    ...restrictionIn(visible, cluster),
  };
}

/** The same selection as a question for a list. */
export function asObserve({ select, conditions, not, node, numeric, clusters }: FollowArgs): ObserveArgs {
  return {
    ...{ select, conditions, since: null, until: null, limit: { keep: "newest", count: 20 } },
    ...{ json: false, node, numeric },
    ...(not && { not }),
    ...(clusters && { clusters }),
  };
}
