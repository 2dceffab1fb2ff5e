/**
 * Which policies select an endpoint, and in which directions they are in force there. Direct from the rules; the agent does the same in
 * `computePolicyEnforcementAndRules` (pkg/policy/repository.go).
 */
import { labelValue } from "./labels.ts";
import { type Direction, directions, type Policy, type Rule } from "./policy.ts";
import { selects } from "./selector.ts";

/** The rules of this policy that select the endpoint with these identity labels. */
export function rulesFor(policy: Policy, labels: readonly string[]): readonly Rule[] {
  return policy.rules.filter(
    (rule) => selects(rule.subject, labels) && (rule.over === "nodes") === has(labels, "host"),
  );
}

/**
 * Directions in which the policy can drop the endpoint's traffic: it puts it into default deny or denies explicitly. A policy that only allows
 * (`enableDefaultDeny: false`) is in none. Null: the policy does not select the endpoint.
 */
export function enforces(policy: Policy, labels: readonly string[]): readonly Direction[] | null {
  const rules = rulesFor(policy, labels);
  if (rules.length === 0) return null;
  return directions.filter((direction) =>
    rules.some((rule) => rule[direction]?.defaultDeny === true || rule[direction]?.denies === true),
  );
}

/**
 * What the agent calls enforcement: at least one rule speaks of this direction. It holds too where all such rules only allow (`enableDefaultDeny: false`), because
 * the agent then adds a rule that allows everything.
 */
export function isEnforced(policies: readonly Policy[], labels: readonly string[], direction: Direction): boolean {
  if (has(labels, "init")) return true;
  return policies.some((policy) => rulesFor(policy, labels).some((rule) => rule[direction] !== undefined));
}

function has(labels: readonly string[], reserved: string): boolean {
  return labels.some((label) => labelValue(label, "reserved", reserved) !== undefined);
}
