/** The policies that can have a say about some ends, ready to be asked, with what the engine has to know of the cluster. */

import { compile, type PolicySet } from "../../../policy/engine/policy-set.ts";
import { clusterKey, labelValue, namespaceOf } from "../../../policy/labels.ts";
import type { Policy } from "../../../policy/policy.ts";
import { rulesFor } from "../../../policy/selects.ts";
import type { NamedPort, PolicyService, Settings } from "../../../policy/settings.ts";
import { agentSettings } from "../agent-settings.ts";
import type { ClusterIndex } from "../cluster-index.ts";
import type { PolicyEntry, ServiceEntry } from "../entries.ts";

/** A policy as it travels to where it is explained: without what is read from it. */
export type KnownPolicy = Omit<PolicyEntry, "policy">;

export interface Compiled {
  readonly set: PolicySet;
  /** Those that agents do not load, by the operator's word or the engine's. Whom an unreadable one would select is not known. */
  readonly refused: readonly { readonly entry: KnownPolicy; readonly because: string }[];
  /** In force, as they are kept. */
  readonly loaded: readonly { readonly entry: KnownPolicy; readonly policy: Policy }[];
}

/** `ends`: their identity labels. Policies that select none of them are left out before anything is read: a cluster may have thousands. */
export function policiesOver(index: ClusterIndex, ends: readonly (readonly string[])[]): KnownPolicy[] {
  const namespaces = new Set(ends.map((labels) => namespaceOf(labels) ?? ""));
  return [...index.policies.values()]
    .filter(
      ({ policy }) =>
        (policy.namespace === "" || namespaces.has(policy.namespace)) &&
        (policy.refused !== null || ends.some((labels) => rulesFor(policy, labels).length > 0)),
    )
    .map(({ policy: _, ...known }) => known);
}

export function compilePolicies(entries: readonly KnownPolicy[], settings: Partial<Settings>): Compiled {
  // An agent takes what the operator finds invalid for invalid too.
  const valid = entries.filter((entry) => entry.valid !== false);
  const set = compile(
    valid.map(({ object }) => object),
    settings,
  );
  const unread = new Map(set.refused.map(({ refusal, ...name }) => [keyOf(name), refusal.message]));
  const refused = entries.flatMap((entry) => {
    const because = entry.valid === false ? entry.message : unread.get(keyOf(entry.object));
    return because === undefined ? [] : [{ entry, because }];
  });
  const read = new Map(set.policies.map((policy) => [keyOf(policy), policy]));
  const loaded = valid.flatMap((entry) => {
    const policy = read.get(keyOf(entry.object));
    return policy === undefined ? [] : [{ entry, policy }];
  });
  return { set, refused, loaded };
}

export function keyOf({ kind, namespace, name }: Readonly<Record<"kind" | "namespace" | "name", string>>): string {
  return `${kind}/${namespace}/${name}`;
}

/** What can be seen in the cluster's objects; the rest is as Helm installs it. */
export function settingsOf(index: ClusterIndex): Partial<Settings> {
  return {
    cluster: clusterOf(index),
    dualStack: [...index.pods.values()].some(
      ({ ips, hostNetwork }) => !hostNetwork && ips.length > 1 && new Set(ips.map((ip) => ip.includes(":"))).size > 1,
    ),
    ...agentSettings(index),
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
