/** `changes`: what changed in the cluster, when, by whom, in words, and whether drops began soon after. Result: `ChangesResult` in changes/result.ts. */
import { changeKinds } from "../analysis/changes/change.ts";
import { resolveTime } from "../analysis/time.ts";
import { changesAnswer, windowAnswer } from "./changes/answer.ts";
import { ChangesArgs } from "./changes/args.ts";
import { questionsOf } from "./changes/ask.ts";
import { viewsOf } from "./changes/gather.ts";
import { whichChanges } from "./changes/which.ts";
import type { Command, CommandContext, Step } from "./command.ts";
import { targetNamespace } from "./drops/visible.ts";

export const changes: Command<ChangesArgs> = {
  name: "changes",
  summary: "List what changed: policies, rollouts, labels, nodes, Cilium's settings",
  positionals: [
    {
      key: "target",
      name: "TARGET",
      optional: true,
      doc: "What concerns this alone: deathstar, default/deathstar, pod/…, deploy/…, svc/…, ns/…, org=empire; the whole cluster when left out",
    },
  ],
  flags: [
    { key: "since", names: ["--since"], value: "TIME", doc: "How far to look back: 1h when left out, at most 7d" },
    {
      key: "kind",
      names: ["--kind"],
      value: "KIND",
      many: true,
      doc: `Only these: ${changeKinds.join(", ")}`,
    },
  ],
  examples: ["changes", "changes deathstar", "changes ns/payments --since 6h", "changes --kind policy,node"],
  args: ChangesArgs,
  deadlineMs: 10_000,
  namespaces: ({ target }) => {
    const namespace = target === null ? undefined : targetNamespace(target);
    return namespace === undefined ? [] : [namespace];
  },
  step,
};

const longestMs = 7 * 24 * 3_600_000;

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<ChangesArgs>): Step {
  const window = { from: resolveTime(args.since, askedAt), to: askedAt };
  if (window.from >= window.to || window.to - window.from > longestMs) return { answer: windowAnswer(args) };
  if (round === 0) return { ask: questionsOf({ args, window, visible }, clusters) };
  const views = viewsOf(clusters, visible, outcomes);
  const answered = views.flatMap(({ found }) => (found === undefined ? [] : [found]));
  const isNothing = answered.length > 0 && answered.every((found) => found.changes === null);
  return { answer: isNothing ? whichChanges(args, views) : changesAnswer(args, window, views) };
}
