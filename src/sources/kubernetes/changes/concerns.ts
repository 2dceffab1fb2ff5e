/** Which changes concern a target: policies that select it (or did), its workload, labels of its namespaces, the nodes of its pods, and Cilium's settings. */
import type { Change } from "../../../analysis/changes/change.ts";
import type { Resolution } from "../../../analysis/target.ts";
import { readPolicy } from "../../../policy/engine/policy-set.ts";
import { namespaceOf } from "../../../policy/labels.ts";
import { rulesFor } from "../../../policy/selects.ts";
import { lenientSettings } from "../../../policy/settings.ts";
import type { ClusterIndex } from "../cluster-index.ts";
import { subjectLabels } from "../policies.ts";
import { settingsOf } from "../why/policy-set.ts";

/** Null where the target is not one thing. */
export function concerning(index: ClusterIndex, resolution: Resolution | null): ((change: Change) => boolean) | null {
  if (resolution === null) return () => true;
  if (resolution.status !== "resolved") return resolution.status === "unresolved" ? () => true : null;
  const { target, pods, workload } = resolution.target;
  const subjects = subjectLabels(index, resolution);
  const settings = { ...lenientSettings, ...settingsOf(index) };
  const namespaces = new Set([
    ...pods.map(({ namespace }) => namespace),
    ...subjects.flatMap((labels) => namespaceOf(labels) ?? []),
    ...(target.kind === "namespace" ? [target.name] : []),
    ...("namespace" in target && target.namespace !== undefined ? [target.namespace] : []),
  ]);
  const nodes = new Set(pods.map(({ node }) => node));
  const workloads = new Set(
    [workload, ...pods.map(({ namespace, name }) => owned(namespace, index.workloadOf(namespace, name)))].flatMap(
      (one) => (one === undefined ? [] : [`${one.kind}/${one.namespace}/${one.name}`]),
    ),
  );

  function selectsIt({ object, namespace, name, selects }: Change): boolean {
    if (namespace !== "" && !namespaces.has(namespace)) return false;
    // It cannot be told whom it selects: better one too many.
    if (selects === null || selects === undefined) return true;
    return selects.some(({ spec, specs }) => {
      const policy = readPolicy(
        { kind: object, namespace, name, spec, specs: specs as unknown[] | undefined },
        settings,
      );
      return policy.refused !== null || subjects.some((labels) => rulesFor(policy, labels).length > 0);
    });
  }

  return (change) => {
    switch (change.kind) {
      case "policy":
        return selectsIt(change);
      case "workload":
        return (
          workloads.has(`${change.object}/${change.namespace}/${change.name}`) ||
          (target.kind === "namespace" && change.namespace === target.name)
        );
      case "namespace":
        return namespaces.has(change.name);
      case "node":
        return nodes.has(change.name);
      case "config":
        return true;
    }
  };
}

function owned(namespace: string, workload: { readonly kind: string; readonly name: string } | undefined) {
  return workload && { ...workload, namespace };
}
