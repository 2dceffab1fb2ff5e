/**
 * `verdict`: `drops`, and beside it what became of the pairs that were dropped. Asked by the program when an alert fires, so that help does not list it and nobody's `drops` waits for it. Result:
 * that of `drops`, with `tests`.
 */
import type { DropPair } from "../../analysis/drops.ts";
import type { Question } from "../../sources/question.ts";
import type { Command, CommandContext, Step } from "../command.ts";
import { restrictionIn } from "../command.ts";
import type { DropsArgs } from "../drops/args.ts";
import { drops } from "../drops.ts";
import { isTest, testsOf } from "./tests.ts";

/** The ones with most packets. */
const mostPairsAsked = 20;

export const verdict: Command<DropsArgs> = {
  ...drops,
  name: "verdict",
  aliases: [],
  summary: "Sum up dropped traffic as an alert's thread does it",
  examples: [],
  permittedAs: "drops",
  step,
};

function step(context: CommandContext<DropsArgs>): Step {
  const { outcomes, round, clusters } = context;
  const own = { ...context, outcomes: outcomes.filter(({ question }) => !isTest(question)) };
  const [cluster] = clusters;
  // Pairs of several clusters in one list would need a question for each; an alert is of one.
  const pairs = clusters.length === 1 && cluster !== undefined ? pairsIn(outcomes) : [];
  const asked = pairs.slice(0, mostPairsAsked);
  const next = drops.step(own);
  if (round === 1 && asked.length > 0 && cluster !== undefined && isInTime(context)) {
    const tests = questionsOn(asked, cluster, context);
    return { ask: [...("ask" in next ? next.ask : []), ...tests] };
  }
  if ("ask" in next) return next;
  const tests = testsOf(outcomes);
  const { answer } = next;
  return { answer: { ...answer, result: { ...(answer.result as object), tests } } };
}

function pairsIn(outcomes: CommandContext<DropsArgs>["outcomes"]): readonly DropPair[] {
  const found = outcomes.flatMap((outcome) =>
    outcome.status === "ok" && outcome.finding.ask === "drops" ? [outcome.finding] : [],
  );
  return found[0]?.drops?.pairs ?? [];
}

/** A question that waited for almost the whole deadline leaves no time for another. */
function isInTime({ outcomes }: CommandContext<DropsArgs>): boolean {
  return !outcomes.some(({ status, ms }) => status === "late" && ms >= drops.deadlineMs - 500);
}

function questionsOn(
  pairs: readonly DropPair[],
  cluster: string,
  { visible }: CommandContext<DropsArgs>,
): readonly Question[] {
  const timed = pairs.map(({ source, destination, port, protocol, first, last }) => ({
    ...{ source, destination, port, protocol, first: Date.parse(first), last: Date.parse(last) },
  }));
  return [
    {
      ...{ source: "hubble", ask: "later", cluster },
      pairs: timed.map(({ first: _, ...pair }) => pair),
    },
    {
      ...{ source: "kubernetes", ask: "ends", cluster, ...restrictionIn(visible, cluster) },
      pairs: timed.map(({ port: _, protocol: __, ...pair }) => pair),
    },
  ];
}
