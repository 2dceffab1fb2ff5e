/** What `capture` asks: each cluster once, with its share of what one answer may hold. */
import type { Visible } from "../../access/access.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { resolveTime, rfc3339 } from "../../analysis/time.ts";
import type { CaptureQuestion } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { ObserveArgs } from "../observe/args.ts";
import type { CaptureArgs } from "./args.ts";

/** Over all clusters. Slack and the store take 8 MB. */
export const mostFlows = 50_000;
export const mostBytes = 7 * 1024 * 1024;

export function questionsOf(
  args: CaptureArgs,
  askedAt: number,
  visible: Visible,
  clusters: readonly string[],
): CaptureQuestion[] {
  const { select, conditions, not, since, forMs } = args;
  const share = (most: number) => Math.floor(most / clusters.length);
  return clusters.map((cluster) => ({
    source: "hubble",
    ask: "capture",
    cluster,
    select,
    conditions,
    ...(not && { not }),
    since: since === null ? askedAt : resolveTime(since, askedAt),
    until: askedAt + forMs,
    most: { flows: share(mostFlows), bytes: share(mostBytes) },
    name: fileName(args, cluster, askedAt),
    ...restrictionIn(visible, cluster),
  }));
}

/** Letters, digits, dots and dashes only: it becomes a file on somebody's disk. */
function fileName({ select: { target } }: CaptureArgs, cluster: string, askedAt: number): string {
  const at = rfc3339(Math.floor(askedAt / 1_000) * 1_000).replaceAll(":", "");
  const parts = ["capture", cluster, ...(target === undefined ? [] : [targetText(target)])];
  const what = parts.map((part) => part.replace(/[^A-Za-z0-9.]+/g, "-").slice(0, 60)).join("-");
  return `${what}-${at}.jsonl.gz`;
}

/** The same selection as a question for a list. */
export function asObserve({ select, conditions, not, since, clusters }: CaptureArgs): ObserveArgs {
  return {
    ...{ select, conditions, since, until: null, limit: null },
    ...{ json: false, node: false, numeric: false },
    ...(not && { not }),
    ...(clusters && { clusters }),
  };
}
