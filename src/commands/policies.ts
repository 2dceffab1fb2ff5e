/** `policies`: what selects a target, what each policy allows in words, whether it is loaded, and who changed it last. Result: `PoliciesResult`. */
import { type Command, type CommandContext, restrictionIn, type Step } from "./command.ts";
import { targetNamespace } from "./drops/visible.ts";
import { policiesAnswer, whichPolicies } from "./policies/answer.ts";
import { PoliciesArgs } from "./policies/args.ts";
import type { PoliciesView } from "./policies/result.ts";

export const policies: Command<PoliciesArgs> = {
  name: "policies",
  summary: "List policies in words: what each allows, whether it is valid, who changed it",
  positionals: [
    {
      key: "target",
      name: "TARGET",
      optional: true,
      doc: "deathstar, default/deathstar, pod/…, deploy/…, svc/…, ns/…, org=empire, identity/NUMBER or host, or a policy's own name; all policies when left out",
    },
  ],
  flags: [
    { key: "label", names: ["--label", "-l"], value: "SELECTOR", doc: "Pods with these labels in place of a TARGET" },
    {
      key: "namespace",
      names: ["--namespace", "-n"],
      value: "NAMESPACE",
      doc: "All of a namespace, or where TARGET is",
    },
  ],
  examples: ["policies", "policies deathstar", "policies ns/payments", "policies -l org=empire"],
  args: PoliciesArgs,
  deadlineMs: 8_000,
  namespaces: ({ target }) => {
    const namespace = target === null ? undefined : targetNamespace(target);
    return namespace === undefined ? [] : [namespace];
  },
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<PoliciesArgs>): Step {
  if (round === 0)
    return {
      ask: clusters.map((cluster) => ({
        source: "kubernetes",
        ask: "policyRules",
        cluster,
        target: args.target,
        ...restrictionIn(visible, cluster),
      })),
    };
  const views = clusters.map((cluster): PoliciesView => {
    const outcome = outcomes.find(({ question }) => question.cluster === cluster);
    const found = outcome?.status === "ok" && outcome.finding.ask === "policyRules" ? outcome.finding : undefined;
    const trouble = outcome === undefined || outcome.status === "ok" ? undefined : outcome;
    return { cluster, visible: restrictionIn(visible, cluster).visible, found, trouble };
  });
  const answered = views.flatMap(({ found }) => (found === undefined ? [] : [found]));
  const isNothing =
    answered.length > 0 &&
    answered.every(
      ({ resolution, named }) =>
        named === undefined && (resolution?.status === "ambiguous" || resolution?.status === "unknown"),
    );
  return { answer: isNothing ? whichPolicies(args, views) : policiesAnswer(args, askedAt, views) };
}
