/** The cluster as a replay has to know it: every policy that agents load, what the engine looks at beside them, and all endpoints. */
import type { Resolution } from "../../analysis/target.ts";
import type { NamedEnd } from "../../policy/replay/observed.ts";
import type { PolicyWorld } from "../replay/task.ts";
import type { ClusterIndex } from "./cluster-index.ts";
import { identityLabelsOf, type KnownPod, viewOf } from "./lookup.ts";
import { settingsOf } from "./why/policy-set.ts";

/** `seen`: what may be shown; endpoints elsewhere are not named. */
export function policyWorld(
  { index, seen }: { readonly index: ClusterIndex; readonly seen: ClusterIndex },
  resolution: Resolution | null,
): PolicyWorld {
  const isTarget = targetOf(resolution);
  const known = new Map<string, NamedEnd>();
  for (const one of viewOf(seen).live) {
    const { pod, workload } = one;
    if (pod.hostNetwork) continue;
    const end: NamedEnd = {
      labels: [...identityLabelsOf(index, pod)].sort(),
      namedPorts: pod.ports.filter(({ name }) => name !== ""),
      name: `${pod.namespace}/${workload.name}`,
      target: isTarget(one),
    };
    known.set(JSON.stringify(end), end);
  }
  // An agent takes what the operator finds invalid for invalid too.
  const objects = [...index.policies.values()].filter(({ valid }) => valid !== false).map(({ object }) => object);
  return { objects, settings: settingsOf(index), known: [...known.values()] };
}

function targetOf(resolution: Resolution | null): (one: KnownPod) => boolean {
  if (resolution?.status !== "resolved") return () => false;
  const { pods, workload, target } = resolution.target;
  const names = new Set(pods.map(({ namespace, name }) => `${namespace}/${name}`));
  return ({ pod, workload: owner }) =>
    names.has(`${pod.namespace}/${pod.name}`) ||
    (target.kind === "namespace" && pod.namespace === target.name) ||
    // Of a large workload not every pod is listed.
    (workload !== undefined &&
      workload.kind === owner.kind &&
      workload.name === owner.name &&
      workload.namespace === pod.namespace);
}
