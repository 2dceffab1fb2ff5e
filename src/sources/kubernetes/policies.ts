/** Which policies select a subject, in which directions they are in force there, and whether they are valid. */
import type { Resolution, Target } from "../../analysis/target.ts";
import { namespaceOf } from "../../policy/labels.ts";
import { type Direction, directions } from "../../policy/policy.ts";
import { enforces } from "../../policy/selects.ts";
import type { PolicyView } from "../../policy/view.ts";
import type { PoliciesFinding } from "../question.ts";
import type { ClusterIndex } from "./cluster-index.ts";
import type { PolicyEntry } from "./entries.ts";
import { identityLabelsOf } from "./lookup.ts";

/** More than this is folded; those in force come first, the newest change before older ones. */
const maxPolicies = 50;
/** A namespace may hold thousands of pods, but few different sets of labels. */
const maxSubjects = 500;

/** The identity labels of everything that is meant, each set once. Empty where no endpoint of the cluster is meant. */
export function subjectLabels(index: ClusterIndex, resolution: Resolution): readonly (readonly string[])[] {
  if (resolution.status !== "resolved") return [];
  const { target, pods, identities } = resolution.target;
  const sets = new Map<string, readonly string[]>();
  const add = (labels: readonly string[]) => sets.size < maxSubjects && sets.set(labels.join("\n"), labels);
  for (const { namespace, name } of pods) {
    const pod = index.pods.get(`${namespace}/${name}`);
    // A host-network pod is the node, whatever labels it has.
    if (pod !== undefined && !pod.hostNetwork) add(identityLabelsOf(index, pod));
  }
  // Of pods beyond the listed ones, and of pods that are gone.
  for (const identity of identities) add(index.identities.get(String(identity))?.labels ?? []);
  for (const labels of ownLabels(index, target)) add(labels);
  sets.delete("");
  return [...sets.values()];
}

/** Every policy that selects one of these. */
export function policiesFor(
  index: ClusterIndex,
  subjects: readonly (readonly string[])[],
): Pick<PoliciesFinding, "policies" | "folded"> {
  const namespaces = new Set(["", ...subjects.map((labels) => namespaceOf(labels) ?? "")]);
  const views: PolicyView[] = [];
  for (const entry of index.policies.values()) {
    if (!namespaces.has(entry.policy.namespace)) continue;
    const found = directionsFor(entry, subjects);
    if (found !== null) views.push(show(entry, found));
  }
  views.sort(byWeight);
  return { policies: views.slice(0, maxPolicies), folded: Math.max(0, views.length - maxPolicies) };
}

/** Why nothing can select it: a sentence for an answer whose subject has no endpoint. */
export function noSubject(index: ClusterIndex, resolution: Resolution, visible: readonly string[] | undefined): string {
  if (resolution.status !== "resolved") return "";
  const { title, target, pods } = resolution.target;
  if (pods.some(({ namespace, name }) => index.pods.get(`${namespace}/${name}`)?.hostNetwork === true))
    return `${title} is on the host network: only policies with a nodeSelector apply, to the whole node (target: host).`;
  if ("namespace" in target || target.kind === "namespace" || target.kind === "labels")
    return `${title} has no pods now, so there is nothing that a policy could select.`;
  if (visible !== undefined)
    return `${title} is no endpoint of a namespace that is shown here, so no policies are listed.`;
  return `${title} is no endpoint of this cluster, so no policy selects it; ask for the other end.`;
}

/** A reserved identity stands for labels without any pod. The outside world is no endpoint: no policy selects it. */
function ownLabels(index: ClusterIndex, target: Target): readonly (readonly string[])[] {
  if (target.kind !== "reserved") return [];
  if (target.name === "host") return [...index.nodes.values()].map(({ labels }) => hostLabels(labels));
  return ["health", "ingress", "init"].includes(target.name) ? [[`reserved:${target.name}`]] : [];
}

/** The host endpoint of a node carries the node's labels. */
function hostLabels(labels: Readonly<Record<string, string>>): string[] {
  return ["reserved:host", ...Object.entries(labels).map(([key, value]) => `k8s:${key}=${value}`)];
}

/** Null: it selects none of them. */
function directionsFor(entry: PolicyEntry, subjects: readonly (readonly string[])[]): Direction[] | null {
  const found = new Set<Direction>();
  let isSelecting = false;
  for (const labels of subjects) {
    const enforced = enforces(entry.policy, labels);
    if (enforced === null) continue;
    isSelecting = true;
    for (const direction of enforced) found.add(direction);
    if (found.size === directions.length) break;
  }
  return isSelecting ? directions.filter((direction) => found.has(direction)) : null;
}

function show(entry: PolicyEntry, found: readonly Direction[]): PolicyView {
  const { kind, namespace, name } = entry.policy;
  return {
    kind,
    namespace,
    name,
    enforces: found,
    valid: entry.valid,
    message: entry.message,
    changedAt: entry.changedAt,
  };
}

function byWeight(left: PolicyView, right: PolicyView): number {
  return (
    Math.sign(right.enforces.length) - Math.sign(left.enforces.length) ||
    compare(right.changedAt ?? "", left.changedAt ?? "") ||
    compare(`${left.kind}/${left.namespace}/${left.name}`, `${right.kind}/${right.namespace}/${right.name}`)
  );
}

function compare(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
