/** The words of a TARGET: kinds with their spellings, and the names of reserved identities. */

export type TargetWord =
  | { readonly kind: "pod" | "service" | "namespace" | "identity" | "reserved" }
  | { readonly kind: "workload"; readonly workload: string };

/** Lower case, as kubectl understands and prints them (`deploy`, `deployments`, `deployment.apps`); undefined when it is no kind. */
export function readKindWord(text: string): TargetWord | undefined {
  return words.get(text.toLowerCase().replace(/\.(?:apps|batch|argoproj\.io)$/, ""));
}

/** The short word of a workload's kind: `Deployment` → `deploy`. */
export function workloadWord(workload: string): string {
  return workloads.get(workload)?.[0] ?? workload.toLowerCase();
}

/** Number by name. Source: Cilium pkg/identity/reserved; `unknown` is 0. */
export const reservedIdentities: ReadonlyMap<string, number> = new Map([
  ["unknown", 0],
  ["host", 1],
  ["world", 2],
  ["unmanaged", 3],
  ["health", 4],
  ["init", 5],
  ["remote-node", 6],
  ["kube-apiserver", 7],
  ["ingress", 8],
  ["world-ipv4", 9],
  ["world-ipv6", 10],
]);

const workloads: ReadonlyMap<string, readonly string[]> = new Map([
  ["Deployment", ["deploy", "deployment", "deployments"]],
  ["StatefulSet", ["sts", "statefulset", "statefulsets"]],
  ["DaemonSet", ["ds", "daemonset", "daemonsets"]],
  ["ReplicaSet", ["rs", "replicaset", "replicasets"]],
  ["Job", ["job", "jobs"]],
  ["CronJob", ["cronjob", "cronjobs", "cj"]],
  ["Rollout", ["rollout", "rollouts"]],
]);

const words: ReadonlyMap<string, TargetWord> = new Map<string, TargetWord>([
  ...spell("pod", ["pod", "pods", "po"]),
  ...spell("service", ["svc", "service", "services"]),
  ...spell("namespace", ["ns", "namespace", "namespaces"]),
  ...spell("identity", ["identity", "id"]),
  ...spell("reserved", ["reserved"]),
  ...[...workloads].flatMap(([workload, spellings]) =>
    spellings.map((word): [string, TargetWord] => [word, { kind: "workload", workload }]),
  ),
]);

function spell(
  kind: "pod" | "service" | "namespace" | "identity" | "reserved",
  spellings: readonly string[],
): [string, TargetWord][] {
  return spellings.map((word) => [word, { kind }]);
}
