/** A change of something that decides about traffic: what it was, when, by whom, in words and as a diff. JSON; secrets are cut before it is made. */

/** `config`: Cilium's own ConfigMap. */
export const changeKinds = ["policy", "workload", "namespace", "node", "config"] as const;
export type ChangeKind = (typeof changeKinds)[number];

export interface ChangedObject {
  readonly kind: ChangeKind;
  /** Kubernetes' kind: CiliumNetworkPolicy, Deployment, … */
  readonly object: string;
  /** "" for what is not in a namespace. */
  readonly namespace: string;
  readonly name: string;
}

export interface Change extends ChangedObject {
  /** Follows from the cluster, the object and its version, so that several watchers name one change alike. */
  readonly id: string;
  readonly cluster: string;
  readonly action: "created" | "changed" | "deleted";
  /** Epoch milliseconds. As the object says it, to the second; else when it was noticed. */
  readonly at: number;
  /** Where `at` is only when it was noticed and nobody had watched for a while: it happened after this, epoch milliseconds. Null: `at` is when. */
  readonly after: number | null;
  readonly observedAt: number;
  /** managedFields' name for who wrote it: `kubectl-client-side-apply`, `helm`. Null when nobody is named. Written by others. */
  readonly by: string | null;
  /** "egress port 8080/TCP removed": a few words each, at most six. Written by others in part. */
  readonly what: readonly string[];
  /** Unified, of YAML, at most 8 KB; "" where the earlier version is not known or only hidden values changed. */
  readonly diff: string;
  /** Of a policy: `spec` and `specs` before and after, cut down to whom they select. Null: too large, it may select anything. */
  readonly selects?: readonly PolicySelects[] | null;
}

export interface PolicySelects {
  readonly spec?: unknown;
  readonly specs?: readonly unknown[];
}

/** Of Kubernetes' kinds, those that are watched for changes. */
export const kindOfObject: ReadonlyMap<string, ChangeKind> = new Map([
  ["CiliumNetworkPolicy", "policy"],
  ["CiliumClusterwideNetworkPolicy", "policy"],
  ["NetworkPolicy", "policy"],
  ["Deployment", "workload"],
  ["StatefulSet", "workload"],
  ["DaemonSet", "workload"],
  ["Namespace", "namespace"],
  ["Node", "node"],
  ["ConfigMap", "config"],
]);
