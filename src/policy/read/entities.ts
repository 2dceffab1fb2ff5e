/** fromEntities and toEntities: names for sets of reserved identities. */
import { clusterKey } from "../labels.ts";
import type { LabelPeer } from "../policy.ts";
import type { Requirement } from "../selector.ts";
import type { Settings } from "../settings.ts";
import { selectorKey, type WrittenSelector } from "./selectors.ts";

/** The CRD's list, in its order; world-ipv4 and world-ipv6 are known to the agent and refused by the schema. */
export const entities = [
  "all",
  "world",
  "cluster",
  "host",
  "init",
  "ingress",
  "unmanaged",
  "remote-node",
  "health",
  "none",
  "kube-apiserver",
] as const;

export type Entity = (typeof entities)[number];

const clusterReserved = ["host", "remote-node", "init", "ingress", "health", "unmanaged", "kube-apiserver"];

export function entityPeers(entity: Entity, member: string, settings: Settings): LabelPeer[] {
  return selectors(entity, settings).map((written) => ({
    kind: "labels",
    selector: [...written.labels, ...written.expressions],
    member,
    name: entity,
    key: selectorKey(written),
  }));
}

export function reserved(name: string): WrittenSelector {
  return { labels: [{ source: "reserved", key: name, operator: "In", values: [""] }], expressions: [] };
}

function selectors(entity: Entity, settings: Settings): WrittenSelector[] {
  if (entity === "all") return [{ labels: [], expressions: [] }];
  if (entity === "world") return [reserved("world"), reserved("world-ipv4"), reserved("world-ipv6")];
  if (entity !== "cluster") return [reserved(entity)];
  const local: Requirement = { source: "k8s", key: clusterKey, operator: "In", values: [settings.cluster] };
  return [...clusterReserved.map(reserved), { labels: [local], expressions: [] }];
}
