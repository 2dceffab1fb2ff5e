/** The policies that can have a say about some ends, ready to be asked, with what the engine has to know of the cluster. */

import { compile, type PolicySet } from "../../../policy/engine/policy-set.ts";
import { clusterKey, labelValue, namespaceOf } from "../../../policy/labels.ts";
import { rulesFor } from "../../../policy/selects.ts";
import type { NamedPort, PolicyService, Settings } from "../../../policy/settings.ts";
import type { ClusterIndex } from "../cluster-index.ts";
import type { PolicyEntry, ServiceEntry } from "../entries.ts";

export interface Compiled {
  readonly set: PolicySet;
  /** Those that agents do not load, by the operator's word or the engine's. Whom an unreadable one would select is not known. */
  readonly refused: readonly { readonly entry: PolicyEntry; readonly because: string }[];
  /** In force, as they are kept. */
  readonly loaded: readonly PolicyEntry[];
}

/** `ends`: their identity labels. Policies that select none of them are left out before anything is read: a cluster may have thousands. */
export function compilePolicies(index: ClusterIndex, ends: readonly (readonly string[])[]): Compiled {
  const namespaces = new Set(ends.map((labels) => namespaceOf(labels) ?? ""));
  const entries = [...index.policies.values()].filter(
    ({ policy }) =>
      (policy.namespace === "" || namespaces.has(policy.namespace)) &&
      (policy.refused !== null || ends.some((labels) => rulesFor(policy, labels).length > 0)),
  );
  // An agent takes what the operator finds invalid for invalid too.
  const valid = entries.filter((entry) => entry.valid !== false);
  const set = compile(
    valid.map(({ object }) => object),
    settingsOf(index),
  );
  const unread = new Map(set.refused.map(({ refusal, ...name }) => [keyOf(name), refusal.message]));
  const refused = entries.flatMap((entry) => {
    const because = entry.valid === false ? entry.message : unread.get(keyOf(entry.policy));
    return because === undefined ? [] : [{ entry, because }];
  });
  return { set, refused, loaded: valid.filter(({ policy }) => !unread.has(keyOf(policy))) };
}

export function keyOf({ kind, namespace, name }: Readonly<Record<"kind" | "namespace" | "name", string>>): string {
  return `${kind}/${namespace}/${name}`;
}

/** What can be seen in the cluster's objects; the rest is as Helm installs it, because the agents' ConfigMap is not read. */
export function settingsOf(index: ClusterIndex): Partial<Settings> {
  return {
    nodeSelectorLabels: true,
    cluster: clusterOf(index),
    dualStack: [...index.pods.values()].some(
      ({ ips, hostNetwork }) => !hostNetwork && ips.length > 1 && new Set(ips.map((ip) => ip.includes(":"))).size > 1,
    ),
    services: [...index.services.values()].map(serviceOf),
    namedPorts: namedPorts(index),
  };
}

function clusterOf(index: ClusterIndex): string {
  for (const { labels } of index.identities.values()) {
    for (const label of labels) {
      const name = labelValue(label, "k8s", clusterKey);
      if (name !== undefined) return name;
    }
  }
  return "default";
}

function serviceOf({ namespace, name, labels, selector }: ServiceEntry): PolicyService {
  const requirements = Object.entries(selector ?? {}).map(
    ([key, value]) => ({ source: "k8s", key, operator: "In", values: [value] }) as const,
  );
  return { namespace, name, labels, selector: selector === undefined ? null : requirements, addresses: [] };
}

function namedPorts(index: ClusterIndex): NamedPort[] {
  const all = new Map<string, NamedPort>();
  for (const { ports } of index.pods.values())
    for (const port of ports) if (port.name !== "") all.set(`${port.name}/${port.port}/${port.protocol}`, port);
  return [...all.values()];
}
