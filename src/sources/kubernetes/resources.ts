/** What is watched: where it is, in which form it is asked for, and where it goes in the index. Listing all of it needs get, list and watch and nothing else. */
import { type ClusterIndex, ownerOf } from "./cluster-index.ts";
import { createInterner } from "./intern.ts";
import { type Json, record, text } from "./json.ts";
import { readAgent } from "./read-agent.ts";
import { readAgentConfig, readCidrGroup, readCiliumEndpoint, readIdentity, readPolicy } from "./read-cilium.ts";
import { readLabelled, readNode, readPod, readService, readSlice, readWorkload } from "./read-core.ts";

export interface Resource {
  /** `pods`, `ciliumnetworkpolicies`: as in RBAC rules. */
  readonly name: string;
  /** The API group, "" for the core. */
  readonly group: string;
  readonly kind: string;
  readonly path: string;
  /** Where older servers have it. */
  readonly olderPath?: string;
  /** Of all objects, the one of this name: a role may be allowed no more. */
  readonly only?: string;
  /** Only `metadata` is needed: the server is asked to send no more. */
  readonly metadataOnly: boolean;
  readonly table: ResourceTable;
}

/** One resource's part of the index. Keys are the resource's own; objects come as the server sent them. */
export interface ResourceTable {
  /** Returns the key under which it is kept; null for an object without a name. */
  upsert(object: Json): string | null;
  /** `last`: what it was, where the watch tells it. */
  remove(key: string, last?: Json): void;
  /** A list was read to its end: these keys, at this version. */
  listed?(keys: ReadonlySet<string>, version: string): void;
  keyOf(object: Json): string | null;
  keys(): Iterable<string>;
}

export function watchedResources(index: ClusterIndex): readonly Resource[] {
  const intern = createInterner("k8s");
  const workload = (kind: string, path: string, plural: string): Resource => {
    const table = keep(index.workloads, (object) => readWorkload(kind, object), `${kind}/`);
    const remove = (key: string) => {
      const gone = index.workloads.get(key);
      if (gone !== undefined) index.goneWorkloads.add(key, gone);
      table.remove(key);
    };
    return resource(path, plural, kind, true, { ...table, remove });
  };
  const policy = (kind: string, path: string, plural: string) =>
    resource(
      path,
      plural,
      kind,
      false,
      keep(index.policies, (object) => readPolicy(kind, object), `${kind}/`),
    );
  const pods = keep(index.pods, (object) => readPod(object, intern));
  return [
    resource("/api/v1", "pods", "Pod", false, noteAgents(index, { ...pods, remove: (key) => buryPod(index, key) })),
    resource("/api/v1", "services", "Service", false, keep(index.services, readService)),
    resource("/apis/discovery.k8s.io/v1", "endpointslices", "EndpointSlice", false, keep(index.slices, readSlice)),
    resource("/api/v1", "namespaces", "Namespace", true, keep(index.namespaces, readLabelled)),
    resource("/api/v1", "nodes", "Node", false, keep(index.nodes, readNode)),
    workload("Deployment", "/apis/apps/v1", "deployments"),
    workload("ReplicaSet", "/apis/apps/v1", "replicasets"),
    workload("StatefulSet", "/apis/apps/v1", "statefulsets"),
    workload("DaemonSet", "/apis/apps/v1", "daemonsets"),
    workload("Job", "/apis/batch/v1", "jobs"),
    workload("CronJob", "/apis/batch/v1", "cronjobs"),
    policy("CiliumNetworkPolicy", "/apis/cilium.io/v2", "ciliumnetworkpolicies"),
    policy("CiliumClusterwideNetworkPolicy", "/apis/cilium.io/v2", "ciliumclusterwidenetworkpolicies"),
    policy("NetworkPolicy", "/apis/networking.k8s.io/v1", "networkpolicies"),
    resource(
      "/apis/cilium.io/v2",
      "ciliumendpoints",
      "CiliumEndpoint",
      false,
      noteMoves(index, keep(index.endpoints, readCiliumEndpoint)),
    ),
    resource("/apis/cilium.io/v2", "ciliumidentities", "CiliumIdentity", false, keep(index.identities, readIdentity)),
    {
      ...resource(
        "/apis/cilium.io/v2",
        "ciliumcidrgroups",
        "CiliumCIDRGroup",
        false,
        keep(index.cidrGroups, readCidrGroup),
      ),
      // Before 1.18.
      olderPath: "/apis/cilium.io/v2alpha1/ciliumcidrgroups",
    },
    {
      ...resource("/api/v1", "configmaps", "ConfigMap", false, keep(index.agentConfig, readAgentConfig)),
      path: "/api/v1/namespaces/kube-system/configmaps",
      only: "cilium-config",
    },
  ];
}

function resource(base: string, name: string, kind: string, metadataOnly: boolean, table: ResourceTable): Resource {
  const group = base === "/api/v1" ? "" : (base.split("/")[2] ?? "");
  return { name, group, kind, path: `${base}/${name}`, metadataOnly, table };
}

/** Several kinds may share a map; then their keys begin with `prefix`. */
function keep<T>(map: Map<string, T>, read: (object: Json) => T, prefix = ""): ResourceTable {
  const keyOf = (object: Json) => {
    const metadata = record(object["metadata"]);
    const [namespace, name] = [text(metadata["namespace"]), text(metadata["name"])];
    return name === "" ? null : `${prefix}${namespace === "" ? name : `${namespace}/${name}`}`;
  };
  return {
    keyOf,
    upsert(object) {
      const key = keyOf(object);
      if (key !== null) map.set(key, read(object));
      return key;
    },
    remove: (key) => void map.delete(key),
    *keys() {
      for (const key of map.keys()) if (key.startsWith(prefix)) yield key;
    },
  };
}

/** A pod's workload and identity are looked up while they are still there. */
function buryPod(index: ClusterIndex, key: string): void {
  const pod = index.pods.get(key);
  if (pod === undefined) return;
  const identity = index.endpoints.get(key)?.identity ?? 0;
  index.gonePods.add(key, { pod, workload: ownerOf(index, pod), identity, goneAt: index.now() });
  index.pods.delete(key);
}

/** Remembers the agents' pods: which Cilium runs in them, and whether it does. */
function noteAgents(index: ClusterIndex, table: ResourceTable): ResourceTable {
  return {
    ...table,
    upsert(object) {
      const key = table.upsert(object);
      const agent = readAgent(object);
      if (key !== null && agent !== undefined) index.agents.set(key, agent);
      else if (key !== null) index.agents.delete(key);
      return key;
    },
    remove(key) {
      index.agents.delete(key);
      table.remove(key);
    },
  };
}

/** Remembers when an endpoint's identity became another one: its labels changed, or it has just got its first. */
function noteMoves(index: ClusterIndex, table: ResourceTable): ResourceTable {
  return {
    ...table,
    upsert(object) {
      const before = index.endpoints.get(table.keyOf(object) ?? "");
      const key = table.upsert(object);
      const after = key === null ? undefined : index.endpoints.get(key);
      if (key === null || before === undefined || after === undefined) return key;
      const { namespace, identity: to } = after;
      const at = index.now();
      if (to !== 0 && to !== before.identity)
        index.movedIdentities.add(`${key} ${to} ${at}`, { namespace, endpoint: key, to, at });
      return key;
    },
  };
}
