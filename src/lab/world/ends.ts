/** The two ends of a packet, and what an agent writes about them into a flow. */
import type { WireEndpoint } from "../../sources/hubble/wire.ts";
import { type NodeName, nodes } from "./topology.ts";
import type { LabPod } from "./world.ts";

/** Something with an address: a pod, a node, or a host outside. */
export interface End {
  readonly ip: string;
  /** Where it is; undefined outside the cluster. */
  readonly node: NodeName | undefined;
  /** Undefined for nodes and for hosts outside. */
  readonly pod: LabPod | undefined;
  /** DNS names that the agents have learnt for the address. */
  readonly names: readonly string[];
  /** As an answer names it: `namespace/workload`, reserved name, DNS name or address. */
  readonly shownAs: string;
  /** The endpoint in a flow of this node. Only an endpoint that lives on the node has its ID and its workload. */
  readonly seenFrom: (node: NodeName) => WireEndpoint;
}

export interface Ends {
  readonly pod: (pod: LabPod) => End;
  readonly host: (node: NodeName) => End;
  readonly world: (ip: string, ...names: string[]) => End;
}

export function createEnds(clusterName: string): Ends {
  const podEnds = new Map<LabPod, End>();
  const hostEnds = Object.fromEntries(nodes.map((node) => [node.name, hostEnd(node)])) as Record<NodeName, End>;
  return {
    pod(pod) {
      const known = podEnds.get(pod) ?? podEnd(pod, clusterName);
      podEnds.set(pod, known);
      return known;
    },
    host: (node) => hostEnds[node],
    world: (ip, ...names) => outside(ip, names),
  };
}

/**
 * Labels of a pod as its identity carries them, sorted, source prefix included. Labels that Cilium's default filter leaves out
 * (pod-template-hash) do not make an identity.
 */
export function identityLabels(pod: LabPod, clusterName: string): string[] {
  return [
    ...Object.entries(pod.labels)
      .filter(([key]) => key !== "pod-template-hash")
      .map(([key, value]) => `k8s:${key}=${value}`),
    `k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=${pod.namespace}`,
    `k8s:io.cilium.k8s.policy.cluster=${clusterName}`,
    `k8s:io.cilium.k8s.policy.serviceaccount=${pod.serviceAccount}`,
    `k8s:io.kubernetes.pod.namespace=${pod.namespace}`,
  ].sort();
}

function podEnd(pod: LabPod, clusterName: string): End {
  const workload =
    pod.owner === null ? { name: pod.name, kind: "Pod" } : { name: pod.owner.name, kind: pod.owner.kind };
  const remote: WireEndpoint = {
    identity: pod.identity,
    namespace: pod.namespace,
    labels: identityLabels(pod, clusterName),
    podName: pod.name,
    clusterName,
  };
  const local: WireEndpoint = { ID: pod.endpointId, ...remote, workloads: [workload] };
  return {
    ip: pod.ip,
    node: pod.node as NodeName,
    pod,
    names: [],
    shownAs: `${pod.namespace}/${workload.name}`,
    seenFrom: (node) => (node === pod.node ? local : remote),
  };
}

/** A node is `host` to itself; to the others it is a remote node, the control plane's also the API server. */
function hostEnd(node: (typeof nodes)[number]): End {
  const local: WireEndpoint = { identity: 1, labels: ["reserved:host"] };
  const remote: WireEndpoint = node.controlPlane
    ? { identity: 7, labels: ["reserved:kube-apiserver", "reserved:remote-node"] }
    : { identity: 6, labels: ["reserved:remote-node"] };
  return {
    ip: node.ip,
    node: node.name,
    pod: undefined,
    names: [],
    shownAs: "host",
    seenFrom: (from) => (from === node.name ? local : remote),
  };
}

function outside(ip: string, names: readonly string[]): End {
  const endpoint: WireEndpoint = { identity: 2, labels: ["reserved:world"] };
  return { ip, node: undefined, pod: undefined, names, shownAs: names[0] ?? ip, seenFrom: () => endpoint };
}
