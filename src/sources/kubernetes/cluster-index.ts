/**
 * The cluster in memory, fed by the watches: one table per resource, and what was deleted in the last hour. Questions scan the tables (some milliseconds for
 * ten thousand pods, asked a few times a minute); only `workloadOf` is asked per flow and therefore a lookup.
 */
import type { Workload } from "../../analysis/flow.ts";
import { labelValue } from "../../policy/labels.ts";
import type { CidrGroup } from "../../policy/settings.ts";
import type {
  AgentConfigEntry,
  AgentEntry,
  CiliumEndpointEntry,
  IdentityEntry,
  LabelledEntry,
  NodeEntry,
  PodEntry,
  PolicyEntry,
  ServiceEntry,
  SliceEntry,
  WorkloadEntry,
} from "./entries.ts";
import { createTombstones, type Tombstones } from "./tombstones.ts";

/** Keys: `namespace/name`, for workloads `Kind/namespace/name`, for policies the same, for what has no namespace the name. */
export interface ClusterIndex {
  readonly pods: Map<string, PodEntry>;
  readonly workloads: Map<string, WorkloadEntry>;
  readonly services: Map<string, ServiceEntry>;
  readonly slices: Map<string, SliceEntry>;
  readonly namespaces: Map<string, LabelledEntry>;
  readonly nodes: Map<string, NodeEntry>;
  readonly endpoints: Map<string, CiliumEndpointEntry>;
  readonly identities: Map<string, IdentityEntry>;
  readonly policies: Map<string, PolicyEntry>;
  readonly cidrGroups: Map<string, CidrGroup>;
  /** One at most. */
  readonly agentConfig: Map<string, AgentConfigEntry>;
  /** The agents' pods. */
  readonly agents: Map<string, AgentEntry>;
  readonly gonePods: Tombstones<GonePod>;
  readonly goneWorkloads: Tombstones<WorkloadEntry>;
  /** Endpoints whose identity became another one in the last hour. */
  readonly movedIdentities: Tombstones<MovedIdentity>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The workload that runs this pod, also for pods deleted in the last hour; a pod that nothing owns is its own (`Pod`). */
  workloadOf(namespace: string, pod: string): Workload | undefined;
}

/** The workload as it was known when the pod went: its ReplicaSet may be gone as well by the time somebody asks. */
export interface GonePod {
  readonly pod: PodEntry;
  readonly workload: Workload;
  readonly identity: number;
  /** Epoch milliseconds at which we heard of it. */
  readonly goneAt: number;
}

export interface MovedIdentity {
  readonly namespace: string;
  /** `namespace/pod`. */
  readonly endpoint: string;
  readonly to: number;
  /** Epoch milliseconds at which we heard of it. */
  readonly at: number;
}

export function createIndex(now: () => number): ClusterIndex {
  const bounds = { max: 5_000, forMs: 3_600_000, now };
  const index = {
    pods: new Map<string, PodEntry>(),
    workloads: new Map<string, WorkloadEntry>(),
    services: new Map<string, ServiceEntry>(),
    slices: new Map<string, SliceEntry>(),
    namespaces: new Map<string, LabelledEntry>(),
    nodes: new Map<string, NodeEntry>(),
    endpoints: new Map<string, CiliumEndpointEntry>(),
    identities: new Map<string, IdentityEntry>(),
    policies: new Map<string, PolicyEntry>(),
    cidrGroups: new Map<string, CidrGroup>(),
    agentConfig: new Map<string, AgentConfigEntry>(),
    agents: new Map<string, AgentEntry>(),
    gonePods: createTombstones<GonePod>(bounds),
    goneWorkloads: createTombstones<WorkloadEntry>(bounds),
    movedIdentities: createTombstones<MovedIdentity>(bounds),
    now,
  };
  return {
    ...index,
    workloadOf(namespace, name) {
      const key = `${namespace}/${name}`;
      const pod = index.pods.get(key);
      return pod === undefined ? index.gonePods.get(key)?.workload : ownerOf(index, pod);
    },
  };
}

/** Pod → ReplicaSet → Deployment, Pod → Job → CronJob. Where the middle is not known, the name tells, as Cilium itself does it (pkg/k8s/utils/workload.go). */
export function ownerOf(index: Pick<ClusterIndex, "workloads" | "goneWorkloads">, pod: PodEntry): Workload {
  const owner = pod.owner;
  // A static pod is "owned" by its node.
  if (owner === undefined || owner.kind === "Node") return { kind: "Pod", name: pod.name };
  const key = `${owner.kind}/${pod.namespace}/${owner.name}`;
  const above = (index.workloads.get(key) ?? index.goneWorkloads.get(key))?.owner;
  if (above !== undefined) return above;
  const hash = owner.kind === "ReplicaSet" ? podTemplateHash(pod) : "";
  if (hash !== "" && owner.name.endsWith(`-${hash}`))
    return { kind: "Deployment", name: owner.name.slice(0, -hash.length - 1) };
  return owner;
}

function podTemplateHash(pod: PodEntry): string {
  for (const label of pod.labels) {
    const hash = labelValue(label, "k8s", "pod-template-hash");
    if (hash !== undefined) return hash;
  }
  return "";
}
