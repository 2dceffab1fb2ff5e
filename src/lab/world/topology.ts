/** What stands in the simulated cluster: three nodes and the Star Wars demo, with the addresses and identities of a real lab. */
import type { LabNode, LabPod } from "./world.ts";

export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
}

export const nodes = [
  {
    name: "k8s-ctr",
    ip: "192.168.10.100",
    podCidr: "172.20.0.0/24",
    agentPod: "cilium-7h6sg",
    controlPlane: true,
  },
  { name: "k8s-w1", ip: "192.168.10.101", podCidr: "172.20.1.0/24", agentPod: "cilium-4hghz", controlPlane: false },
  { name: "k8s-w2", ip: "192.168.10.102", podCidr: "172.20.2.0/24", agentPod: "cilium-wzt9k", controlPlane: false },
] as const satisfies readonly LabNode[];

export type NodeName = (typeof nodes)[number]["name"];

const deathstarLabels = { "app.kubernetes.io/name": "deathstar", class: "deathstar", org: "empire" };
const deathstarOwner = { kind: "Deployment", name: "deathstar", replicaSet: "deathstar-8c4c77fb7" } as const;
const dnsOwner = { kind: "Deployment", name: "coredns", replicaSet: "coredns-674b8bbfcf" } as const;
const dnsPorts = [
  { name: "dns", port: 53, protocol: "UDP" },
  { name: "dns-tcp", port: 53, protocol: "TCP" },
  { name: "metrics", port: 9153, protocol: "TCP" },
] as const;
const http = [{ name: "http", port: 80, protocol: "TCP" }] as const;

/** The pods that traffic comes from and goes to; the rest of the cluster's pods are on the host's network. */
export const pods = {
  deathstarOne: pod("default", "deathstar-8c4c77fb7-dwnlx", "k8s-w1", "172.20.1.188", 318, 37697, {
    labels: { ...deathstarLabels, "pod-template-hash": "8c4c77fb7" },
    owner: deathstarOwner,
    containerPorts: http,
  }),
  deathstarTwo: pod("default", "deathstar-8c4c77fb7-4lc96", "k8s-w2", "172.20.2.9", 1579, 55683, {
    labels: { ...deathstarLabels, "pod-template-hash": "8c4c77fb7" },
    owner: deathstarOwner,
    containerPorts: http,
  }),
  xwing: pod("default", "xwing", "k8s-w1", "172.20.1.61", 736, 37711, {
    labels: { "app.kubernetes.io/name": "xwing", class: "xwing", org: "alliance" },
  }),
  tiefighter: pod("default", "tiefighter", "k8s-w2", "172.20.2.116", 2873, 19379, {
    labels: { "app.kubernetes.io/name": "tiefighter", class: "tiefighter", org: "empire" },
  }),
  dnsOne: pod("kube-system", "coredns-674b8bbfcf-gjs6z", "k8s-ctr", "172.20.0.11", 1204, 3235, {
    labels: { "k8s-app": "kube-dns", "pod-template-hash": "674b8bbfcf" },
    owner: dnsOwner,
    serviceAccount: "coredns",
    containerPorts: dnsPorts,
  }),
  dnsTwo: pod("kube-system", "coredns-674b8bbfcf-8lcmh", "k8s-ctr", "172.20.0.21", 91, 3235, {
    labels: { "k8s-app": "kube-dns", "pod-template-hash": "674b8bbfcf" },
    owner: dnsOwner,
    serviceAccount: "coredns",
    containerPorts: dnsPorts,
  }),
  relay: pod("kube-system", "hubble-relay-5dcd46f5c-s4wqq", "k8s-w1", "172.20.1.77", 655, 40607, {
    labels: ciliumPart("hubble-relay", { "pod-template-hash": "5dcd46f5c" }),
    owner: { kind: "Deployment", name: "hubble-relay", replicaSet: "hubble-relay-5dcd46f5c" },
    serviceAccount: "hubble-relay",
    containerPorts: [{ name: "grpc", port: 4245, protocol: "TCP" }],
  }),
  ui: pod("kube-system", "hubble-ui-76d4965bb6-p4blh", "k8s-w2", "172.20.2.52", 3310, 14998, {
    labels: ciliumPart("hubble-ui", { "pod-template-hash": "76d4965bb6" }),
    owner: { kind: "Deployment", name: "hubble-ui", replicaSet: "hubble-ui-76d4965bb6" },
    serviceAccount: "hubble-ui",
    containerPorts: [
      { name: "http", port: 8081, protocol: "TCP" },
      { name: "grpc", port: 8090, protocol: "TCP" },
    ],
  }),
} as const;

const envoyPods = { "k8s-ctr": "cilium-envoy-2lpcn", "k8s-w1": "cilium-envoy-9q8tt", "k8s-w2": "cilium-envoy-xk5vd" };

export const allPods: readonly LabPod[] = [...Object.values(pods), ...nodes.flatMap(hostPods), operatorPod()];

export const services = {
  deathstar: { namespace: "default", name: "deathstar", ip: "10.96.202.102" },
  dns: { namespace: "kube-system", name: "kube-dns", ip: "10.96.0.10" },
} as const satisfies Record<string, Service>;

/** The one policy of the demo: as the agents name it in flows. The uid is the object's `metadata.uid`. */
export const rule1 = {
  kind: "CiliumNetworkPolicy",
  namespace: "default",
  name: "rule1",
  uid: "5f3c2b0e-6f0a-4f6e-9b2a-0d1c3e1e77aa",
} as const;

interface PodExtras {
  readonly labels: Readonly<Record<string, string>>;
  readonly owner?: LabPod["owner"];
  readonly serviceAccount?: string;
  readonly containerPorts?: LabPod["containerPorts"];
}

export function pod(
  namespace: string,
  name: string,
  node: NodeName,
  ip: string,
  endpointId: number,
  identity: number,
  extras: PodExtras,
): LabPod {
  const { labels, owner = null, serviceAccount = "default", containerPorts = [] } = extras;
  return {
    namespace,
    name,
    node,
    ip,
    hostNetwork: false,
    labels,
    serviceAccount,
    owner,
    endpointId,
    identity,
    containerPorts,
  };
}

function hostPods(node: (typeof nodes)[number]): LabPod[] {
  return [
    hostPod(node.agentPod, node, "cilium", [
      { name: "peer-service", port: 4244, protocol: "TCP" },
      { name: "prometheus", port: 9962, protocol: "TCP" },
      { name: "hubble-metrics", port: 9965, protocol: "TCP" },
    ]),
    hostPod(envoyPods[node.name], node, "cilium-envoy", [{ name: "envoy-metrics", port: 9964, protocol: "TCP" }]),
  ];
}

function hostPod(
  name: string,
  node: LabNode,
  owner: "cilium" | "cilium-envoy",
  containerPorts: LabPod["containerPorts"],
): LabPod {
  return {
    namespace: "kube-system",
    name,
    node: node.name,
    ip: node.ip,
    hostNetwork: true,
    labels: {
      "app.kubernetes.io/name": owner === "cilium" ? "cilium-agent" : owner,
      "app.kubernetes.io/part-of": "cilium",
      "k8s-app": owner,
    },
    serviceAccount: owner,
    owner: { kind: "DaemonSet", name: owner },
    endpointId: 0,
    identity: 1,
    containerPorts,
  };
}

function operatorPod(): LabPod {
  const [node] = nodes;
  return {
    namespace: "kube-system",
    name: "cilium-operator-5f86746dc5-6zqx8",
    node: node.name,
    ip: node.ip,
    hostNetwork: true,
    labels: {
      "app.kubernetes.io/name": "cilium-operator",
      "app.kubernetes.io/part-of": "cilium",
      "io.cilium/app": "operator",
      name: "cilium-operator",
      "pod-template-hash": "5f86746dc5",
    },
    serviceAccount: "cilium-operator",
    owner: { kind: "Deployment", name: "cilium-operator", replicaSet: "cilium-operator-5f86746dc5" },
    endpointId: 0,
    identity: 1,
    containerPorts: [{ name: "prometheus", port: 9963, protocol: "TCP" }],
  };
}

function ciliumPart(name: string, more: Record<string, string>): Record<string, string> {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "cilium", "k8s-app": name, ...more };
}
