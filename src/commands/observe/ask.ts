/** What `observe` asks: each cluster once. */
import type { Visible } from "../../access/access.ts";
import { resolveTime } from "../../analysis/time.ts";
import type { FlowListQuestion } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { DropsArgs } from "../drops/args.ts";
import type { ObserveArgs } from "./args.ts";

export function questionsOf(
  args: ObserveArgs,
  askedAt: number,
  visible: Visible,
  clusters: readonly string[],
): FlowListQuestion[] {
  const { select, conditions, not, limit, json, node, numeric } = args;
  const { since, until } = timesOf(args, askedAt);
  return clusters.map((cluster) => ({
    source: "hubble",
    ask: "flows",
    cluster,
    select,
    conditions,
    ...(not && { not }),
    since,
    until,
    limit,
    print: { json, node, numeric },
    ...restrictionIn(visible, cluster),
  }));
}

/** A beginning without an end is asked up to this moment; without either, the newest are the newest when they are read. */
export function timesOf({ since, until }: ObserveArgs, askedAt: number) {
  const end = until === null ? askedAt : Math.min(askedAt, resolveTime(until, askedAt));
  return {
    since: since === null ? null : resolveTime(since, askedAt),
    until: since === null && until === null ? null : end,
  };
}

/** The same selection as a question for drops. */
export function asDrops({ select, since, until, clusters }: ObserveArgs): DropsArgs {
  return {
    select,
    since: since ?? { kind: "ago", ms: 15 * 60_000 },
    until: until ?? { kind: "ago", ms: 0 },
    top: 10,
    all: false,
    ...(clusters !== undefined && { clusters }),
  };
}
