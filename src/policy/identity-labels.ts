/**
 * The identity labels that Cilium gives a pod: its labels that pass the default label filter, its namespace and the namespace's labels, cluster and service
 * account. Stands in where a pod has no CiliumEndpoint; an agent with other `labels` settings decides differently.
 */
import { clusterKey, namespaceKey, namespaceLabelsPrefix, serviceAccountKey } from "./labels.ts";

export interface PodSubject {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  /** Cilium's cluster name: `default` unless set. */
  readonly cluster: string;
}

/** Sorted, with source: `k8s:org=empire`. */
export function podIdentityLabels(pod: PodSubject): string[] {
  const all: [string, string][] = [
    ...Object.entries(pod.labels),
    ...Object.entries(pod.namespaceLabels).map(([key, value]): [string, string] => [
      namespaceLabelsPrefix + key,
      value,
    ]),
    [namespaceKey, pod.namespace],
    [clusterKey, pod.cluster],
    [serviceAccountKey, pod.serviceAccount || "default"],
  ];
  const kept = new Map(all.filter(([key]) => isIdentityLabel(key)));
  return [...kept].map(([key, value]) => `k8s:${key}=${value}`).sort((left, right) => (left < right ? -1 : 1));
}

/**
 * The default filter (pkg/labelsfilter): a label counts unless an ignored prefix fits it; then the longest prefix that keeps it has to be longer than the
 * shortest that ignores it.
 */
export function isIdentityLabel(key: string): boolean {
  const ignored = ignore.map((pattern) => prefixLength(pattern, key)).filter((length) => length > 0);
  if (ignored.length === 0) return true;
  return Math.max(...keep.map((pattern) => prefixLength(pattern, key))) > Math.min(...ignored);
}

const keep = [
  /^io\.kubernetes\.pod\.namespace/,
  /^io\.cilium\.k8s\.namespace\.labels/,
  /^app\.kubernetes\.io/,
  /^io\.cilium\.k8s\.policy\.(?:cluster|serviceaccount)/,
];

const ignore = [
  /^io\.kubernetes/,
  /^kubernetes\.io/,
  /^.*beta\.kubernetes\.io/,
  /^k8s\.io/,
  /^statefulset\.kubernetes\.io\/pod-name/,
  /^apps\.kubernetes\.io\/pod-index/,
  /^batch\.kubernetes\.io\/(?:job-completion-index|controller-uid)/,
  /^controller-uid/,
  /^pod-template-(?:generation|hash)/,
  /^controller-revision-hash/,
  /^annotation/,
  /^etcd_node/,
];

function prefixLength(pattern: RegExp, key: string): number {
  return pattern.exec(key)?.[0].length ?? 0;
}
