/** `top`: the first K of something, from metrics where they can tell, else from flows. Result: `TopResult` in top/result.ts. */
import type { Outcome } from "../sources/question.ts";
import type { Command, CommandContext, Step } from "./command.ts";
import { namedNamespaces } from "./drops/namespaces.ts";
import { topAnswer, windowAnswer } from "./top/answer.ts";
import { TopArgs } from "./top/args.ts";
import { firstQuestions, followUps } from "./top/ask.ts";
import { topFlags } from "./top/flags.ts";
import { gatherTop } from "./top/gather.ts";
import { asDrops, topPictureOf, topWindow } from "./top/picture.ts";

const deadlineMs = 10_000;

export const top: Command<TopArgs> = {
  name: "top",
  summary: "Rank map operations, drops, talkers, ports, DNS names or HTTP requests",
  positionals: [
    { key: "of", name: "WHAT", optional: false, doc: "maps, drops, talkers, ports, dns or http" },
    { key: "top", name: "K", optional: true, doc: "How many to rank, at most 20; 5 when left out" },
    { key: "target", name: "TARGET", optional: true, doc: "Whose flows, as in drops; not for maps" },
  ],
  flags: topFlags,
  examples: [
    ...["top maps", "top maps 10 --by node --since 6h", "top maps --failed", "top drops"],
    ...["top talkers 10 ns/payments", "top ports", "top dns --since 15m", "top http default/deathstar"],
  ],
  args: TopArgs,
  deadlineMs,
  namespaces: (args) => namedNamespaces(asDrops(args)),
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
