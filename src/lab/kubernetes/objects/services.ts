/** Services of the lab, with the Endpoints and EndpointSlices that Kubernetes makes of them. */
import { services } from "../../world/topology.ts";
import { webpodService } from "../../world/webpod.ts";
import type { LabPod, World } from "../../world/world.ts";
import type { KubernetesObject, ObjectMeta } from "../object.ts";
import { suffix, uidOf } from "./derive.ts";
import { controlledBy, metadataOf } from "./metadata.ts";

interface Port {
  readonly name?: string;
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
  readonly targetPort: number;
}

interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Null: the API server keeps the endpoints itself. */
  readonly selector: Readonly<Record<string, string>> | null;
  readonly ports: readonly Port[];
}

interface Backend {
  readonly ip: string;
  readonly node: string;
  readonly pod: LabPod | null;
}

const part = { "app.kubernetes.io/part-of": "cilium" };
const known: readonly Service[] = [
  {
    ...services.deathstar,
    labels: { "app.kubernetes.io/name": "deathstar" },
    selector: { class: "deathstar", org: "empire" },
    ports: [{ protocol: "TCP", port: 80, targetPort: 80 }],
  },
  {
    ...webpodService,
    labels: { app: "webpod" },
    selector: { app: "webpod" },
    ports: [{ protocol: "TCP", port: 80, targetPort: 80 }],
  },
  {
    namespace: "default",
    name: "kubernetes",
    ip: "10.96.0.1",
    labels: { component: "apiserver", provider: "kubernetes" },
    selector: null,
    ports: [{ name: "https", protocol: "TCP", port: 443, targetPort: 6443 }],
  },
  {
    ...services.dns,
    labels: { "k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" },
    selector: { "k8s-app": "kube-dns" },
    ports: [
      { name: "dns", protocol: "UDP", port: 53, targetPort: 53 },
      { name: "dns-tcp", protocol: "TCP", port: 53, targetPort: 53 },
      { name: "metrics", protocol: "TCP", port: 9153, targetPort: 9153 },
    ],
  },
  {
    namespace: "kube-system",
    name: "hubble-peer",
    ip: "10.96.201.44",
    labels: { "app.kubernetes.io/name": "hubble-peer", ...part, "k8s-app": "cilium" },
    selector: { "k8s-app": "cilium" },
    ports: [{ name: "peer-service", protocol: "TCP", port: 443, targetPort: 4244 }],
  },
  {
    namespace: "kube-system",
    name: "hubble-relay",
    ip: "10.96.7.127",
    labels: { "app.kubernetes.io/name": "hubble-relay", ...part, "k8s-app": "hubble-relay" },
    selector: { "k8s-app": "hubble-relay" },
    ports: [{ protocol: "TCP", port: 80, targetPort: 4245 }],
  },
  {
    namespace: "kube-system",
    name: "hubble-ui",
    ip: "10.96.112.75",
    labels: { "app.kubernetes.io/name": "hubble-ui", ...part, "k8s-app": "hubble-ui" },
    selector: { "k8s-app": "hubble-ui" },
    ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: 8081 }],
  },
];

export function serviceObjects(world: World): KubernetesObject[] {
  return known.flatMap((service) => {
    const backends = backendsOf(world, service);
    if (backends.length === 0) return [];
    return [serviceObject(world, service), endpoints(world, service, backends), slice(world, service, backends)];
  });
}

function backendsOf(world: World, service: Service): Backend[] {
  const selector = Object.entries(service.selector ?? {});
  if (service.selector === null)
    return world.nodes.filter((node) => node.controlPlane).map((node) => ({ ip: node.ip, node: node.name, pod: null }));
  return world.pods
    .filter((pod) => pod.namespace === service.namespace && selector.every(([key, value]) => pod.labels[key] === value))
    .map((pod) => ({ ip: pod.ip, node: pod.node, pod }));
}

function serviceObject(world: World, service: Service): KubernetesObject {
  return {
    kind: "Service",
    apiVersion: "v1",
    metadata: metadata(world, service, "Service", "v1", {
      manager: service.selector === null ? "kube-apiserver" : "kubectl-client-side-apply",
      fields: ["metadata", "spec"],
    }),
    spec: {
      ports: service.ports,
      ...(service.selector !== null && { selector: service.selector }),
      clusterIP: service.ip,
      clusterIPs: [service.ip],
      type: "ClusterIP",
      sessionAffinity: "None",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      internalTrafficPolicy: "Cluster",
    },
    status: { loadBalancer: {} },
  };
}

function endpoints(world: World, service: Service, backends: readonly Backend[]): KubernetesObject {
  const addresses = backends.map(({ ip, node, pod }) => ({
    ip,
    ...(pod !== null && { nodeName: node, targetRef: reference(world, pod) }),
  }));
  return {
    kind: "Endpoints",
    apiVersion: "v1",
    metadata: metadata(world, service, "Endpoints", "v1", { manager: "kube-controller-manager", fields: ["subsets"] }),
    subsets: [
      {
        addresses,
        ports: service.ports.map((port) => ({ ...named(port), port: port.targetPort, protocol: port.protocol })),
      },
    ],
  };
}

function slice(world: World, service: Service, backends: readonly Backend[]): KubernetesObject {
  const apiVersion = "discovery.k8s.io/v1";
  const own = service.selector === null;
  const base = { ...service, name: own ? service.name : `${service.name}-${suffix(world, "slice", service.name)}` };
  return {
    kind: "EndpointSlice",
    apiVersion,
    metadata: {
      ...metadata(world, base, "EndpointSlice", apiVersion, {
        manager: own ? "kube-apiserver" : "kube-controller-manager",
        fields: ["addressType", "endpoints", "metadata", "ports"],
      }),
      generation: 1,
      labels: {
        ...(!own && service.labels),
        ...(!own && { "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io" }),
        "kubernetes.io/service-name": service.name,
      },
      ...(!own && {
        generateName: `${service.name}-`,
        ownerReferences: [controlledBy(world, "v1", "Service", service.namespace, service.name)],
      }),
    },
    addressType: "IPv4",
    endpoints: backends.map(({ ip, node, pod }) => ({
      addresses: [ip],
      conditions: own ? { ready: true } : { ready: true, serving: true, terminating: false },
      ...(pod !== null && { targetRef: reference(world, pod), nodeName: node }),
    })),
    ports: service.ports.map((port) => ({ name: port.name ?? "", protocol: port.protocol, port: port.targetPort })),
  };
}

function metadata(
  world: World,
  service: Pick<Service, "namespace" | "name" | "labels">,
  kind: string,
  apiVersion: string,
  by: { readonly manager: string; readonly fields: readonly string[] },
): ObjectMeta {
  const { namespace, name, labels } = service;
  return metadataOf(world, { kind, apiVersion, namespace, name, managers: { [by.manager]: by.fields } }, { labels });
}

function reference(world: World, pod: LabPod): object {
  return {
    kind: "Pod",
    namespace: pod.namespace,
    name: pod.name,
    uid: uidOf(world, "Pod", pod.namespace, pod.name),
  };
}

function named(port: Port): { readonly name?: string } {
  return port.name === undefined ? {} : { name: port.name };
}
