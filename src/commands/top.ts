/** `top`: the first K of something, from metrics where they can tell, else from flows. Result: `TopResult` in top/result.ts. */
import type { Outcome } from "../sources/question.ts";
import type { Command, CommandContext, Step } from "./command.ts";
import { topAnswer, windowAnswer } from "./top/answer.ts";
import { TopArgs } from "./top/args.ts";
import { firstQuestions, followUps } from "./top/ask.ts";
import { topFlags } from "./top/flags.ts";
import { gatherTop } from "./top/gather.ts";
import { topPictureOf, topWindow } from "./top/picture.ts";

const deadlineMs = 10_000;

export const top: Command<TopArgs> = {
  name: "top",
  summary: "Rank BPF map operations, drops, talkers or ports, and tell how full maps are",
  positionals: [
    { key: "of", name: "WHAT", optional: false, doc: "maps, drops, talkers or ports" },
    { key: "top", name: "K", optional: true, doc: "How many to rank, at most 20; 5 when left out" },
  ],
  flags: topFlags,
  examples: ["top maps", "top maps 10 --by node --since 6h", "top maps --failed", "top drops", "top talkers 10"],
  args: TopArgs,
  deadlineMs,
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<TopArgs>): Step {
  const window = topWindow(args, askedAt);
  if (window === undefined) return { answer: windowAnswer(args) };
  const asking = { args, window, visible };
  const first = round === 0 ? firstQuestions(asking, clusters) : [];
  if (first.length > 0) return { ask: first };
  const views = gatherTop(clusters, visible, outcomes);
  const more = round === 1 && !isOver(outcomes) ? followUps(asking, views) : [];
  return more.length > 0 ? { ask: more } : { answer: topAnswer(topPictureOf(args, askedAt, window, views)) };
}

/** A question that waited for the whole deadline leaves no time for another. */
function isOver(outcomes: readonly Outcome[]): boolean {
  return outcomes.some(({ status, ms }) => status === "late" && ms >= deadlineMs - 500);
}
