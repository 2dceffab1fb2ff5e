/** Kubernetes objects with the fields that matter here. */
import { createIndex } from "../../../src/sources/kubernetes/cluster-index.ts";
import { watchedResources } from "../../../src/sources/kubernetes/resources.ts";
import type { TestObject } from "./api-server.ts";

/** So many watches are open when all is well. */
export const resourceCount = watchedResources(createIndex(Date.now)).length;

export const paths = {
  pods: "/api/v1/pods",
  services: "/api/v1/services",
  namespaces: "/api/v1/namespaces",
  nodes: "/api/v1/nodes",
  slices: "/apis/discovery.k8s.io/v1/endpointslices",
  deployments: "/apis/apps/v1/deployments",
  replicaSets: "/apis/apps/v1/replicasets",
  statefulSets: "/apis/apps/v1/statefulsets",
  jobs: "/apis/batch/v1/jobs",
  cronJobs: "/apis/batch/v1/cronjobs",
  cnp: "/apis/cilium.io/v2/ciliumnetworkpolicies",
  ccnp: "/apis/cilium.io/v2/ciliumclusterwidenetworkpolicies",
  networkPolicies: "/apis/networking.k8s.io/v1/networkpolicies",
  endpoints: "/apis/cilium.io/v2/ciliumendpoints",
  config: "/api/v1/namespaces/kube-system/configmaps",
  cidrGroups: "/apis/cilium.io/v2/ciliumcidrgroups",
  olderCidrGroups: "/apis/cilium.io/v2alpha1/ciliumcidrgroups",
  identities: "/apis/cilium.io/v2/ciliumidentities",
} as const;

export interface PodShape {
  readonly namespace?: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly owner?: readonly [kind: string, name: string];
  readonly ip?: string;
  readonly hostNetwork?: boolean;
  /** Ballast, as real pods have it. */
  readonly spec?: object;
}

export function pod(shape: PodShape): TestObject {
  return {
    ...named(shape.namespace ?? "default", shape.name, shape.owner, shape.labels),
    spec: { nodeName: "k8s-w1", ...(shape.hostNetwork && { hostNetwork: true }), ...shape.spec },
    status: { podIP: shape.ip ?? "", podIPs: shape.ip === undefined ? [] : [{ ip: shape.ip }] },
  };
}

export function named(
  namespace: string,
  name: string,
  owner?: readonly [kind: string, name: string],
  labels: Readonly<Record<string, string>> = {},
): TestObject {
  const references = owner && [{ kind: owner[0], name: owner[1], controller: true }];
  return {
    metadata: {
      name,
      ...(namespace !== "" && { namespace }),
      labels,
      creationTimestamp: "2026-11-20T10:00:00Z",
      ...(references && { ownerReferences: references }),
    },
  };
}

export function service(
  namespace: string,
  name: string,
  selector?: Readonly<Record<string, string>>,
  ip = "10.96.0.1",
): TestObject {
  return { ...named(namespace, name), spec: { clusterIP: ip, ...(selector && { selector }) } };
}

export function slice(namespace: string, name: string, pods: readonly string[]): TestObject {
  return {
    ...named(namespace, `${name}-x`, undefined, { "kubernetes.io/service-name": name }),
    endpoints: pods.map((target) => ({ addresses: ["10.0.0.9"], targetRef: { kind: "Pod", namespace, name: target } })),
  };
}

export function identity(number: number, labels: Readonly<Record<string, string>>): TestObject {
  return { ...named("", String(number)), "security-labels": labels };
}

export function endpoint(namespace: string, name: string, id: number): TestObject {
  return { ...named(namespace, name), status: { identity: { id } } };
}

/** What Cilium would give a pod of `default` with these labels. */
export function identityLabels(
  labels: Readonly<Record<string, string>>,
  namespace = "default",
): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`k8s:${key}`, value])),
    "k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name": namespace,
    "k8s:io.cilium.k8s.policy.cluster": "default",
    "k8s:io.cilium.k8s.policy.serviceaccount": "default",
    "k8s:io.kubernetes.pod.namespace": namespace,
  };
}
