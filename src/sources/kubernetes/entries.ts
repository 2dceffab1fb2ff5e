/** What is kept of each Kubernetes object: the fields that answers use and no more, so that memory follows the number of objects, not their size. */
import type { Policy, PolicyObject } from "../../policy/policy.ts";
import type { NamedPort } from "../../policy/settings.ts";

export interface PodEntry {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly ips: readonly string[];
  /** Its address is the node's: many pods share it. */
  readonly hostNetwork: boolean;
  /** `k8s:key=value`, sorted; pods with equal labels share one list. */
  readonly labels: readonly string[];
  readonly serviceAccount: string;
  readonly owner: Owner | undefined;
  /** What its containers declare; a name may be "". */
  readonly ports: readonly NamedPort[];
  /** Epoch milliseconds, to the second; 0 where the object does not say. */
  readonly createdAt: number;
}

export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob. */
export interface WorkloadEntry {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner: Owner | undefined;
}

export interface ServiceEntry {
  readonly namespace: string;
  readonly name: string;
  /** `key` → value; undefined for a service whose endpoints somebody else writes. */
  readonly selector: Readonly<Record<string, string>> | undefined;
  readonly ips: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
}

export interface ServicePort {
  readonly port: number;
  readonly protocol: string;
  /** The pods' port: its number, or the name of a container port. */
  readonly target: number | string;
}

export interface SliceEntry {
  readonly namespace: string;
  readonly name: string;
  readonly service: string;
  /** Names of pods, in the slice's namespace. */
  readonly pods: readonly string[];
}

/** Namespaces. */
export interface LabelledEntry {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface NodeEntry extends LabelledEntry {
  /** Null: the object does not say whether it is ready. */
  readonly ready: boolean | null;
  /** Of the condition: `KubeletNotReady`. */
  readonly reason: string;
  /** Epoch milliseconds since when it is so; 0 where the object does not say. */
  readonly since: number;
}

/** A pod of Cilium's DaemonSet. */
export interface AgentEntry {
  readonly name: string;
  /** "" before it is scheduled. */
  readonly node: string;
  /** Which Cilium 1.x runs in it; undefined where the image does not say. */
  readonly minor: number | undefined;
  readonly ready: boolean;
  /** It is being deleted, and another one takes its place. */
  readonly leaving: boolean;
  /** What keeps it from being ready, in the kubelet's words; "" where it says nothing. */
  readonly why: string;
  readonly restarts: number;
}

export interface CiliumEndpointEntry {
  readonly namespace: string;
  readonly name: string;
  /** 0 while it has none. */
  readonly identity: number;
}

export interface IdentityEntry {
  readonly identity: number;
  /** With source, sorted: `k8s:org=empire`. */
  readonly labels: readonly string[];
  /** Epoch milliseconds, to the second; 0 where the object does not say. */
  readonly createdAt: number;
}

/** Of ConfigMap cilium-config, the keys that settings are made of. */
export interface AgentConfigEntry {
  readonly data: Readonly<Record<string, string>>;
}

export interface PolicyEntry {
  /** As written, for the engine: how it reads some members depends on what else is in the cluster. */
  readonly object: PolicyObject;
  readonly policy: Policy;
  readonly valid: boolean | null;
  readonly message: string;
  readonly changedAt: string | null;
  /** managedFields' name for who wrote it last. */
  readonly changedBy: string | null;
}
