/** `status`: how a cluster's nodes, agents and policies are, and which sources answer for it. Result: `StatusResult` in status/result.ts. */
import type { Command, CommandContext, Step } from "./command.ts";
import { statusAnswer } from "./status/answer.ts";
import { StatusArgs } from "./status/args.ts";
import { statusQuestions } from "./status/ask.ts";
import { statusViews } from "./status/gather.ts";

export const status: Command<StatusArgs> = {
  name: "status",
  aliases: ["nodes"],
  summary: "Say whether anything is wrong: nodes, agents, policies, which sources answer",
  positionals: [],
  flags: [],
  examples: ["status", "nodes", "status --cluster *"],
  args: StatusArgs,
  deadlineMs: 8_000,
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<StatusArgs>): Step {
  if (round === 0) return { ask: statusQuestions(clusters, visible, askedAt) };
  return { answer: statusAnswer(args, statusViews(clusters, visible, outcomes, askedAt)) };
}
