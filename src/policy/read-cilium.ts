/**
 * CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy → rules. Selectors are translated as Cilium's importer does it (pkg/k8s/apis/cilium.io/utils);
 * checked against what its own engine computed (test/fixtures/policy).
 */
import { namespaceKey } from "./labels.ts";
import type { Policy, PolicyObject, Rule, Stance } from "./policy.ts";
import { isRecord } from "./record.ts";
import { type Requirement, readSelector } from "./selector.ts";

/** Rules that Cilium refuses are left out: no selector, no section with entries, a nodeSelector or reserved:init in a namespaced policy. */
export function readCiliumPolicy(object: PolicyObject): Policy {
  const { kind, namespace, name } = object;
  const specs = [object.spec, ...(Array.isArray(object.specs) ? object.specs : [])];
  const rules = specs.map((spec) => readRule(spec, namespace)).filter((rule) => rule !== null);
  return { kind, namespace, name, rules };
}

function readRule(spec: unknown, namespace: string): Rule | null {
  if (!isRecord(spec)) return null;
  const subject = readSubject(spec, namespace);
  if (subject === null) return null;
  const ingress = readStance(spec, "ingress");
  const egress = readStance(spec, "egress");
  return ingress === undefined && egress === undefined ? null : { ...subject, ingress, egress };
}

function readSubject(spec: Spec, namespace: string): Pick<Rule, "over" | "subject"> | null {
  const endpoints = spec["endpointSelector"] ?? undefined;
  const nodes = spec["nodeSelector"] ?? undefined;
  if ((endpoints === undefined) === (nodes === undefined)) return null;
  if (namespace !== "" && nodes !== undefined) return null;
  const over = nodes === undefined ? "endpoints" : "nodes";
  const subject = readSelector(namespace === "" ? (endpoints ?? nodes) : within(endpoints, namespace));
  return subject === null || (namespace !== "" && subject.some(isInit)) ? null : { over, subject };
}

/**
 * A namespaced policy selects in its own namespace only: the importer writes `k8s:io.kubernetes.pod.namespace` into matchLabels, over what the user had there.
 * The same key without source, or in an expression, stays beside it; with another namespace the policy then selects nothing.
 */
function within(selector: unknown, namespace: string): unknown {
  if (!isRecord(selector)) return null;
  const labels = selector["matchLabels"] ?? {};
  return { ...selector, matchLabels: isRecord(labels) ? { ...labels, [`k8s:${namespaceKey}`]: namespace } : labels };
}

/** An empty list counts as absent. An entry that is empty itself (`ingress: [{}]`) allows nothing and still switches default deny on. */
function readStance(spec: Spec, direction: "ingress" | "egress"): Stance | undefined {
  const allows = hasEntries(spec[direction]);
  const denies = hasEntries(spec[`${direction}Deny`]);
  if (!allows && !denies) return undefined;
  const wanted = spec["enableDefaultDeny"];
  return { defaultDeny: !(isRecord(wanted) && wanted[direction] === false), denies };
}

function hasEntries(section: unknown): boolean {
  return Array.isArray(section) && section.length > 0;
}

function isInit(requirement: Requirement): boolean {
  return requirement.source === "reserved" && requirement.key === "init";
}

type Spec = Readonly<Record<string, unknown>>;
