/**
 * TARGET as typed, parsed but not resolved: "deathstar" is a name until the cluster's own worker looks it up. Parsed by `target-parse.ts`.
 */
export type Target =
  | { readonly kind: "name"; readonly namespace: string | undefined; readonly name: string }
  | { readonly kind: "pod" | "service"; readonly namespace: string | undefined; readonly name: string }
  | {
      readonly kind: "workload";
      /** Kubernetes' own spelling of the kind, as flows carry it: Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, Rollout. */
      readonly workload: string;
      readonly namespace: string | undefined;
      readonly name: string;
    }
  | { readonly kind: "namespace"; readonly name: string }
  /** Canonical text of the grammar in `label-selector.ts`. */
  | { readonly kind: "labels"; readonly selector: string }
  | { readonly kind: "ip"; readonly ip: string }
  | { readonly kind: "cidr"; readonly cidr: string }
  /** Lower case, no dot at the end; `*` may stand for a part of a label. */
  | { readonly kind: "fqdn"; readonly name: string }
  | { readonly kind: "identity"; readonly identity: number }
  /**
   * world, host, remote-node, kube-apiserver, …: the number of the reserved identity. Flows to the outside often carry a CIDR or FQDN identity instead,
   * which has the *label* `reserved:world`: match `reserved:<name>` labels as well as the number.
   */
  | { readonly kind: "reserved"; readonly name: string; readonly identity: number };

/** What the cluster made of a Target. `text` is the canonical spelling, which parses back to the same thing. */
export type Resolution =
  | { readonly status: "resolved"; readonly target: ResolvedTarget }
  | { readonly status: "ambiguous"; readonly text: string; readonly candidates: readonly string[] }
  /** Nothing of that name now; `near` are names that look like it. */
  | { readonly status: "unknown"; readonly text: string; readonly near: readonly string[] }
  /** Nobody could be asked (Kubernetes not configured or not in sync): flows are matched by the text alone. */
  | { readonly status: "unresolved"; readonly target: Target; readonly because: string };

export interface ResolvedTarget {
  readonly target: Target;
  /** `Deployment default/deathstar`. */
  readonly title: string;
  /** `deploy/default/deathstar` style text that a person can type again. */
  readonly text: string;
  /** At most 200 pods; `podCount` is the real number. */
  readonly pods: readonly TargetPod[];
  readonly podCount: number;
  readonly identities: readonly number[];
  /** What the target *is*: undefined for pods, services, namespaces, labels, addresses and identities. */
  readonly workload: { readonly kind: string; readonly namespace: string; readonly name: string } | undefined;
  /**
   * Names of ReplicaSets (current and old) whose pods are `<name>-<suffix>`; lets flows of pods that are gone count. For other workloads the name that
   * their pods begin with. The suffix is one word: it has no dash.
   */
  readonly generations: readonly string[];
  /** Labels (`k8s:key=value`, at most 10) that all its pods have and keep when they are made again: for a policy that selects them. Absent where there are none, and for what is not one workload or pod. */
  readonly labels?: readonly string[];
}

export interface TargetPod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly ips: readonly string[];
}
