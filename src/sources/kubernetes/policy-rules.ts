/** Policies with what they say in words: those that select a target, or all of them. */
import type { Resolution, Target } from "../../analysis/target.ts";
import { readPolicy } from "../../policy/engine/policy-set.ts";
import { namespaceOf } from "../../policy/labels.ts";
import { type Direction, directions, type Policy, type Rule } from "../../policy/policy.ts";
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

/** Which are listed is found by what was read when they came; only those, and what was refused then, are read again: of thousands, that would keep everybody else waiting for most of a second. */
export function policyRules(
  index: ClusterIndex,
  resolution: Resolution | null,
  target: Target | null,
): Pick<PolicyRulesFinding, "policies" | "folded" | "named"> {
  const own = target?.kind === "name" && resolution?.status === "unknown" ? ofName(index, target) : undefined;
  if (own !== undefined && own.policies.length > 0) return { ...own, named: true };
  return rulesOf(index, resolution === null ? null : subjectLabels(index, resolution), () => true);
}

/** The policies that have this name themselves, whomever they select; without a namespace, in any and in none. */
function ofName(index: ClusterIndex, { namespace, name }: Extract<Target, { kind: "name" }>) {
  return rulesOf(
    index,
    null,
    ({ policy }) => policy.name === name && (namespace === undefined || policy.namespace === namespace),
  );
}

/** `subjects` null: of everybody. */
function rulesOf(
  index: ClusterIndex,
  subjects: readonly (readonly string[])[] | null,
  isMeant: (entry: PolicyEntry) => boolean,
): Pick<PolicyRulesFinding, "policies" | "folded"> {
  const namespaces = subjects && new Set(["", ...subjects.map((labels) => namespaceOf(labels) ?? "")]);
  const chosen = (entry: PolicyEntry) => (subjects === null ? whole(entry) : about(entry, subjects));
  const settings = { ...lenientSettings, ...settingsOf(index) };
  // What toServices means depends on the Services there are now.
  const reread = (entry: PolicyEntry) => ({ ...entry, policy: readPolicy(entry.object, settings) });
  const found = [...index.policies.values()]
    .filter((entry) => (namespaces === null || namespaces.has(entry.policy.namespace)) && isMeant(entry))
    .flatMap((entry) => {
      const one = chosen(entry.policy.refused === null ? entry : reread(entry));
      return one === null ? [] : [{ entry, known: one.known }];
    })
    .sort((left, right) => byWeight(left.known, right.known));
  const listed = found.slice(0, maxPolicies).flatMap(({ entry }) => {
    const read = reread(entry);
    const one = chosen(read);
    return one === null ? [] : [shown(one, subjects === null ? subjectText(read.policy) : "")];
  });
  return { policies: listed, folded: Math.max(0, found.length - maxPolicies) };
}

/** What stands in the answer but for its rules, whose words are found for those that are listed only. */
interface Chosen {
  readonly policy: Policy;
  readonly rules: readonly Rule[];
  readonly known: Omit<PolicyRules, "subject" | "rules" | "foldedRules">;
}

/** Null: it selects none of them. */
function about(entry: PolicyEntry, subjects: readonly (readonly string[])[]): Chosen | null {
  const rules = new Set<Rule>();
  const enforced = new Set<Direction>();
  for (const labels of subjects) {
    for (const rule of rulesFor(entry.policy, labels)) rules.add(rule);
    for (const direction of enforces(entry.policy, labels) ?? []) enforced.add(direction);
  }
  return rules.size === 0 ? null : choose(entry, [...rules], [...enforced]);
}
function whole(entry: PolicyEntry): Chosen {
  const { rules } = entry.policy;
  const enforced = directions.filter((direction) =>
    rules.some((rule) => rule[direction]?.defaultDeny === true || rule[direction]?.denies === true),
  );
  return choose(entry, rules, enforced);
}

function choose(entry: PolicyEntry, rules: readonly Rule[], enforced: PolicyRules["enforces"]): Chosen {
  const known = changedPolicy(
    entry,
    directions.filter((direction) => enforced.includes(direction)),
  );
  const { policy } = entry;
  return {
    ...{ policy, rules },
    known: {
      ...known,
      // The operator has not looked at it (Kubernetes' own, older versions), and an agent would refuse it.
      ...(known.valid === null && policy.refused !== null && { valid: false, message: policy.refused.message }),
    },
  };
}

function shown({ policy, rules, known }: Chosen, subject: string): PolicyRules {
  const lines = ruleLines(policy, rules);
  return { ...known, subject, rules: lines.slice(0, maxRules), foldedRules: Math.max(0, lines.length - maxRules) };
}

/** What is broken first, then what is in force, the newest change before older ones. */
function byWeight(left: Chosen["known"], right: Chosen["known"]): number {
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
