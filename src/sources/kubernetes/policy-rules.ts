/** Policies with what they say in words: those that select a target, or all of them. */
import type { Resolution } from "../../analysis/target.ts";
import { readPolicy } from "../../policy/engine/policy-set.ts";
import { namespaceOf } from "../../policy/labels.ts";
import { directions, type Rule } from "../../policy/policy.ts";
import { enforces, rulesFor } from "../../policy/selects.ts";
import { lenientSettings } from "../../policy/settings.ts";
import type { PolicyRules, PolicyRulesFinding } from "../question.ts";
import type { ClusterIndex } from "./cluster-index.ts";
import type { PolicyEntry } from "./entries.ts";
import { subjectLabels } from "./policies.ts";
import { settingsOf } from "./why/policy-set.ts";
import { ruleLines, subjectText } from "./why/rule-lines.ts";
import { changedPolicy } from "./why/task.ts";

const maxPolicies = 30;
const maxRules = 10;

export function policyRules(
  index: ClusterIndex,
  resolution: Resolution | null,
): Pick<PolicyRulesFinding, "policies" | "folded"> {
  const subjects = resolution === null ? null : subjectLabels(index, resolution);
  const namespaces = subjects && new Set(["", ...subjects.map((labels) => namespaceOf(labels) ?? "")]);
  const settings = { ...lenientSettings, ...settingsOf(index) };
  const found = [...index.policies.values()]
    .filter(({ policy }) => namespaces === null || namespaces.has(policy.namespace))
    .flatMap((entry) => {
      // Read again, because what toServices means depends on the Services there are now.
      const read = { ...entry, policy: readPolicy(entry.object, settings) };
      const shown = subjects === null ? whole(read) : about(read, subjects);
      return shown === null ? [] : [shown];
    })
    .sort(byWeight);
  return { policies: found.slice(0, maxPolicies), folded: Math.max(0, found.length - maxPolicies) };
}

/** Null: it selects none of them. */
function about(entry: PolicyEntry, subjects: readonly (readonly string[])[]): PolicyRules | null {
  const rules = new Set<Rule>();
  const enforced = subjects.flatMap((labels) => {
    for (const rule of rulesFor(entry.policy, labels)) rules.add(rule);
    return enforces(entry.policy, labels) ?? [];
  });
  return rules.size === 0 ? null : shown(entry, [...rules], { enforced, subject: "" });
}

function whole(entry: PolicyEntry): PolicyRules {
  const { rules } = entry.policy;
  const enforced = directions.filter((direction) =>
    rules.some((rule) => rule[direction]?.defaultDeny === true || rule[direction]?.denies === true),
  );
  return shown(entry, rules, { enforced, subject: subjectText(entry.policy) });
}

function shown(
  entry: PolicyEntry,
  rules: readonly Rule[],
  { enforced, subject }: { readonly enforced: PolicyRules["enforces"]; readonly subject: string },
): PolicyRules {
  const lines = ruleLines(entry.policy, rules);
  const known = changedPolicy(
    entry,
    directions.filter((direction) => enforced.includes(direction)),
  );
  const { refused } = entry.policy;
  return {
    ...known,
    // The operator has not looked at it (Kubernetes' own, older versions), and an agent would refuse it.
    ...(known.valid === null && refused !== null && { valid: false, message: refused.message }),
    subject,
    rules: lines.slice(0, maxRules),
    foldedRules: Math.max(0, lines.length - maxRules),
  };
}

/** What is broken first, then what is in force, the newest change before older ones. */
function byWeight(left: PolicyRules, right: PolicyRules): number {
  return (
    Number(right.valid === false) - Number(left.valid === false) ||
    Math.sign(right.enforces.length) - Math.sign(left.enforces.length) ||
    compare(right.changedAt ?? "", left.changedAt ?? "") ||
    compare(`${left.namespace}/${left.name}`, `${right.namespace}/${right.name}`)
  );
}

function compare(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
