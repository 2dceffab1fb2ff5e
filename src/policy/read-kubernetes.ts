/**
 * networking.k8s.io/v1 NetworkPolicy → rules, the way Cilium translates it (pkg/k8s/network_policy.go). It differs from Kubernetes' own words: a direction with
 * rules is enforced whatever `policyTypes` says; `policyTypes` counts only for a direction without rules.
 */
import { namespaceKey } from "./labels.ts";
import type { Policy, PolicyObject, Stance } from "./policy.ts";
import { isRecord } from "./record.ts";
import { readSelector } from "./selector.ts";

export function readNetworkPolicy(object: PolicyObject): Policy {
  const { kind, namespace, name, spec } = object;
  const selector = isRecord(spec) ? readSelector(spec["podSelector"] ?? {}, "k8s") : null;
  if (!isRecord(spec) || selector === null) return { kind, namespace, name, rules: [] };
  const subject = [...selector, { source: "k8s", key: namespaceKey, operator: "In", values: [namespace] }] as const;
  const types: readonly unknown[] = Array.isArray(spec["policyTypes"]) ? spec["policyTypes"] : [];
  const ingress = types.length === 0 || types.includes("Ingress") || hasRules(spec["ingress"]);
  const egress = types.includes("Egress") || hasRules(spec["egress"]);
  if (!ingress && !egress) return { kind, namespace, name, rules: [] };
  return {
    kind,
    namespace,
    name,
    rules: [{ over: "endpoints", subject, ingress: stance(ingress), egress: stance(egress) }],
  };
}

/** Kubernetes has no deny rules: isolating is all that it does. */
function stance(isolates: boolean): Stance | undefined {
  return isolates ? { defaultDeny: true, denies: false } : undefined;
}

function hasRules(section: unknown): boolean {
  return Array.isArray(section) && section.length > 0;
}
