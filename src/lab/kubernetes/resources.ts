/** The one list of what the lab's API server serves: discovery, routing, storage and access reviews follow from it. */
export interface Resource {
  /** "" is the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Defined by a CustomResourceDefinition: such objects carry apiVersion and kind inside lists too, and their selectors know fewer fields. */
  readonly custom: boolean;
}

type Line = readonly [
  plural: string,
  singular: string,
  kind: string,
  shortNames: string,
  scope: "namespaced" | "cluster",
  categories?: string,
];

export const resources: readonly Resource[] = [
  ...family("", "v1", false, [
    ["configmaps", "configmap", "ConfigMap", "cm", "namespaced"],
    ["endpoints", "endpoints", "Endpoints", "ep", "namespaced"],
    ["namespaces", "namespace", "Namespace", "ns", "cluster"],
    ["nodes", "node", "Node", "no", "cluster"],
    ["pods", "pod", "Pod", "po", "namespaced", "all"],
    ["services", "service", "Service", "svc", "namespaced", "all"],
  ]),
  ...family("apps", "v1", false, [
    ["daemonsets", "daemonset", "DaemonSet", "ds", "namespaced", "all"],
    ["deployments", "deployment", "Deployment", "deploy", "namespaced", "all"],
    ["replicasets", "replicaset", "ReplicaSet", "rs", "namespaced", "all"],
    ["statefulsets", "statefulset", "StatefulSet", "sts", "namespaced", "all"],
  ]),
  ...family("batch", "v1", false, [
    ["cronjobs", "cronjob", "CronJob", "cj", "namespaced", "all"],
    ["jobs", "job", "Job", "", "namespaced", "all"],
  ]),
  ...family("networking.k8s.io", "v1", false, [
    ["networkpolicies", "networkpolicy", "NetworkPolicy", "netpol", "namespaced"],
  ]),
  ...family("discovery.k8s.io", "v1", false, [["endpointslices", "endpointslice", "EndpointSlice", "", "namespaced"]]),
  ...family("cilium.io", "v2", true, [
    ["ciliumcidrgroups", "ciliumcidrgroup", "CiliumCIDRGroup", "ccg", "cluster", "cilium"],
    [
      "ciliumclusterwidenetworkpolicies",
      "ciliumclusterwidenetworkpolicy",
      "CiliumClusterwideNetworkPolicy",
      "ccnp",
      "cluster",
      "cilium ciliumpolicy",
    ],
    ["ciliumendpoints", "ciliumendpoint", "CiliumEndpoint", "cep ciliumep", "namespaced", "cilium"],
    ["ciliumidentities", "ciliumidentity", "CiliumIdentity", "ciliumid", "cluster", "cilium"],
    [
      "ciliumnetworkpolicies",
      "ciliumnetworkpolicy",
      "CiliumNetworkPolicy",
      "cnp ciliumnp",
      "namespaced",
      "cilium ciliumpolicy",
    ],
    ["ciliumnodes", "ciliumnode", "CiliumNode", "cn ciliumn", "cluster", "cilium"],
  ]),
];

/** "v1", "apps/v1". */
export function apiVersionOf(resource: Resource): string {
  return resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
}

/** "pods", "deployments.apps": how error messages name it. */
export function qualifiedName(resource: Pick<Resource, "group" | "plural">): string {
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}

export function findResource(group: string, version: string, plural: string): Resource | undefined {
  return resources.find(
    (resource) => resource.group === group && resource.version === version && resource.plural === plural,
  );
}

/** Kinds are unique in the list. */
export function resourceOfKind(kind: string): Resource | undefined {
  return resources.find((resource) => resource.kind === kind);
}

function family(group: string, version: string, custom: boolean, lines: readonly Line[]): Resource[] {
  return lines.map(([plural, singular, kind, shortNames, scope, categories]) => ({
    group,
    version,
    plural,
    singular,
    kind,
    shortNames: words(shortNames),
    categories: words(categories ?? ""),
    namespaced: scope === "namespaced",
    custom,
  }));
}

function words(text: string): string[] {
  return text === "" ? [] : text.split(" ");
}
