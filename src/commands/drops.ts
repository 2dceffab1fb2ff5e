/** `drops`: what was dropped, why, and how sure that is. */
import type { Outcome } from "../sources/question.ts";
import type { Command, CommandContext, Step } from "./command.ts";
import { flowsAnswer } from "./drops/answer.ts";
import { DropsArgs } from "./drops/args.ts";
import { firstQuestions, followUps } from "./drops/ask.ts";
import { dropFlags } from "./drops/flags.ts";
import { type ClusterView, gather } from "./drops/gather.ts";
import { namedNamespaces } from "./drops/namespaces.ts";
import { countersAnswer, failedAnswer, targetAnswer, windowAnswer } from "./drops/no-flows.ts";
import { type Picture, pictureOf, windowOf } from "./drops/picture.ts";

const deadlineMs = 10_000;

export const drops: Command<DropsArgs> = {
  name: "drops",
  summary: "Sum up dropped traffic: cause, pairs, policies, and how much of it could be seen",
  positionals: [
    {
      key: "target",
      name: "TARGET",
      optional: true,
      doc: "deathstar, default/deathstar, pod/…, deploy/…, svc/…, ns/…, an IP or CIDR, a DNS name, -l SELECTOR, identity/NUMBER or world; the whole cluster when left out",
    },
  ],
  flags: dropFlags,
  examples: [
    "drops deathstar",
    "drops default/deathstar --since 1h",
    "drops -l org=alliance --to-port 80",
    "drops ns/payments --reason POLICY_DENIED",
    "drops --cluster '*'",
  ],
  args: DropsArgs,
  deadlineMs,
  namespaces: namedNamespaces,
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<DropsArgs>): Step {
  const window = windowOf(args, askedAt);
  if (window === undefined) return { answer: windowAnswer(args) };
  const asking = { args, window, visible };
  if (round === 0) return { ask: firstQuestions(asking, clusters) };
  const views = gather(clusters, visible, outcomes);
  const more = round === 1 && !isOver(outcomes) ? followUps(asking, views) : [];
  return more.length > 0 ? { ask: more } : { answer: answerOf(pictureOf(args, askedAt, window, views)) };
}

/** A question that waited for the whole deadline leaves no time for another. */
function isOver(outcomes: readonly Outcome[]): boolean {
  return outcomes.some(({ status, ms }) => status === "late" && ms >= deadlineMs - 500);
}

function answerOf(picture: Picture) {
  if (picture.drops !== undefined) return flowsAnswer(picture);
  if (picture.views.some(isNotOneThing)) return targetAnswer(picture);
  return picture.views.some(({ totals }) => totals !== undefined && totals.agents > 0)
    ? countersAnswer(picture)
    : failedAnswer(picture);
}

function isNotOneThing({ resolution }: ClusterView): boolean {
  return resolution?.status === "ambiguous" || resolution?.status === "unknown";
}
