/**
 * The index as it may be seen from a place that is bound to some namespaces. What lives in others is not in it, so that nothing which reads it (resolving,
 * candidates, names that look alike, policies) can name it.
 */
import { namespaceOf } from "../../policy/labels.ts";
import type { ClusterIndex } from "./cluster-index.ts";
import type { Tombstones } from "./tombstones.ts";

/** `visible` undefined: the index as it is. Nodes and cluster-wide policies belong to nobody and stay. */
export function visibleIndex(index: ClusterIndex, visible: readonly string[] | undefined): ClusterIndex {
  if (visible === undefined) return index;
  const namespaces = new Set(visible);
  const isSeen = ({ namespace }: { readonly namespace: string }) => namespaces.has(namespace);
  return {
    pods: only(index.pods, isSeen),
    workloads: only(index.workloads, isSeen),
    services: only(index.services, isSeen),
    slices: only(index.slices, isSeen),
    namespaces: only(index.namespaces, ({ name }) => namespaces.has(name)),
    nodes: index.nodes,
    endpoints: only(index.endpoints, isSeen),
    identities: only(index.identities, ({ labels }) => namespaces.has(namespaceOf(labels) ?? "")),
    cidrGroups: index.cidrGroups,
    agentConfig: index.agentConfig,
    agents: index.agents,
    policies: only(index.policies, ({ policy }) => policy.namespace === "" || isSeen(policy)),
    gonePods: onlyGone(index.gonePods, ({ pod }) => isSeen(pod)),
    goneWorkloads: onlyGone(index.goneWorkloads, isSeen),
    movedIdentities: onlyGone(index.movedIdentities, isSeen),
    now: index.now,
    workloadOf: (namespace, pod) => (namespaces.has(namespace) ? index.workloadOf(namespace, pod) : undefined),
  };
}

function only<Entry>(table: ReadonlyMap<string, Entry>, isSeen: (entry: Entry) => boolean): Map<string, Entry> {
  return new Map([...table].filter(([, entry]) => isSeen(entry)));
}

function onlyGone<Entry>(graves: Tombstones<Entry>, isSeen: (entry: Entry) => boolean): Tombstones<Entry> {
  return {
    ...graves,
    get(key) {
      const entry = graves.get(key);
      return entry !== undefined && isSeen(entry) ? entry : undefined;
    },
    values: () => graves.values().filter(isSeen),
  };
}
