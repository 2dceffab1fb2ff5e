/** Plain questions to the index: which pods, which identities, which labels. */
import type { Workload } from "../../analysis/flow.ts";
import { podIdentityLabels } from "../../policy/identity-labels.ts";
import { clusterKey, labelValue } from "../../policy/labels.ts";
import { type Selector, selects } from "../../policy/selector.ts";
import { type ClusterIndex, ownerOf } from "./cluster-index.ts";
import type { PodEntry, ServiceEntry } from "./entries.ts";

/** A pod with the workload that runs it; `gone`: deleted in the last hour. */
export interface KnownPod {
  readonly pod: PodEntry;
  readonly workload: Workload;
  readonly gone: boolean;
}

/** The index with its pods gone through once: what one question looks at. */
export interface View {
  readonly index: ClusterIndex;
  readonly live: readonly KnownPod[];
  /** Without those that came back under the same name. */
  readonly gone: readonly KnownPod[];
}

export function viewOf(index: ClusterIndex): View {
  const graves = index.gonePods.values().filter(({ pod }) => !index.pods.has(`${pod.namespace}/${pod.name}`));
  return {
    index,
    live: [...index.pods.values()].map((pod) => ({ pod, workload: ownerOf(index, pod), gone: false })),
    gone: graves.map(({ pod, workload }) => ({ pod, workload, gone: true })),
  };
}

/** By EndpointSlices, which know better than the selector (services without one, pods that are leaving); by the selector where there is no slice. */
export function podsOfService({ index, live }: View, service: ServiceEntry): KnownPod[] {
  const slices = [...index.slices.values()].filter(
    (slice) => slice.service === service.name && slice.namespace === service.namespace,
  );
  if (slices.length > 0) {
    const names = new Set(slices.flatMap((slice) => slice.pods));
    return live.filter(({ pod }) => pod.namespace === service.namespace && names.has(pod.name));
  }
  if (service.selector === undefined) return [];
  const selector: Selector = Object.entries(service.selector).map(([key, value]) => ({
    source: "k8s",
    key,
    operator: "In",
    values: [value],
  }));
  return live.filter(({ pod }) => pod.namespace === service.namespace && selects(selector, pod.labels));
}

/**
 * The identity labels of a pod: those of its CiliumEndpoint's identity, else what Cilium would give it. A host-network pod has the node's identity, not one of
 * its own.
 */
export function identityLabelsOf(index: ClusterIndex, pod: PodEntry): readonly string[] {
  const identity = identityOf(index, pod);
  const known = identity === 0 ? undefined : index.identities.get(String(identity));
  return known?.labels ?? derivedLabels(index, pod);
}

/** 0 when it has none (yet). */
export function identityOf(index: ClusterIndex, pod: PodEntry): number {
  const key = `${pod.namespace}/${pod.name}`;
  const identity = index.endpoints.get(key)?.identity ?? 0;
  return identity !== 0 || index.pods.has(key) ? identity : (index.gonePods.get(key)?.identity ?? 0);
}

/** Of these pods, ascending. For pods without endpoint: every identity that has exactly the labels such a pod gets. */
export function identitiesOf(index: ClusterIndex, pods: readonly PodEntry[]): number[] {
  const found = new Set<number>();
  const derived = new Set<string>();
  for (const pod of pods) {
    const identity = identityOf(index, pod);
    if (identity !== 0) found.add(identity);
    else if (!pod.hostNetwork) derived.add(derivedLabels(index, pod).join("\n"));
  }
  if (derived.size > 0)
    for (const { identity, labels } of index.identities.values())
      if (derived.has(labels.join("\n"))) found.add(identity);
  return [...found].sort((left, right) => left - right);
}

/** Cilium's name of this cluster, as its identities carry it. */
function clusterName(index: ClusterIndex): string {
  for (const { labels } of index.identities.values()) {
    for (const label of labels) {
      const name = labelValue(label, "k8s", clusterKey);
      if (name !== undefined) return name;
    }
  }
  return "default";
}

function derivedLabels(index: ClusterIndex, pod: PodEntry): string[] {
  const labels = pod.labels.map((label): [string, string] => {
    const equal = label.indexOf("=");
    return [label.slice("k8s:".length, equal), label.slice(equal + 1)];
  });
  return podIdentityLabels({
    namespace: pod.namespace,
    labels: Object.fromEntries(labels),
    namespaceLabels: index.namespaces.get(pod.namespace)?.labels ?? {},
    serviceAccount: pod.serviceAccount,
    cluster: clusterName(index),
  });
}
