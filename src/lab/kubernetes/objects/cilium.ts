/** CiliumEndpoints, CiliumIdentities and CiliumNodes as the agents publish them. */
import { identityLabels } from "../../world/ends.ts";
import type { LabNode, LabPod, World } from "../../world/world.ts";
import type { KubernetesObject } from "../object.ts";
import { bootId, nodeLabels } from "./cluster.ts";
import { containersOf } from "./containers.ts";
import { freeAddress, hex } from "./derive.ts";
import { metadataOf, ownedBy } from "./metadata.ts";
import { containerId, podLabels } from "./pods.ts";

const apiVersion = "cilium.io/v2";

/** Host-network pods have neither an endpoint nor an identity of their own. */
export function endpointObjects(world: World): KubernetesObject[] {
  return world.pods.filter((pod) => !pod.hostNetwork).map((pod) => endpoint(world, pod));
}

export function identityObjects(world: World): KubernetesObject[] {
  const pods = new Map(world.pods.filter((pod) => !pod.hostNetwork).map((pod) => [pod.identity, pod]));
  return [...pods].map(([id, pod]) => identity(world, String(id), pod));
}

export function ciliumNodeObjects(world: World): KubernetesObject[] {
  return world.nodes.map((node) => ciliumNode(world, node));
}

/** No `status.policy`: current agents do not write it. */
function endpoint(world: World, pod: LabPod): KubernetesObject {
  const { namespace, name } = pod;
  const container = containerId(world, pod, containersOf(pod)[0]?.name ?? "");
  const ports = pod.containerPorts.map(({ name, port, protocol }) => ({ name, port, protocol }));
  return {
    apiVersion,
    kind: "CiliumEndpoint",
    metadata: metadataOf(
      world,
      { kind: "CiliumEndpoint", apiVersion, namespace, name, managers: { "cilium-agent": ["metadata", "status"] } },
      { generation: 1, labels: podLabels(world, pod), ownerReferences: [ownedBy(world, "v1", "Pod", namespace, name)] },
    ),
    status: {
      encryption: {},
      "external-identifiers": {
        "cni-attachment-id": `${hex(world, 64, "sandbox", namespace, name)}:eth0`,
        "container-id": container,
        "k8s-namespace": namespace,
        "k8s-pod-name": name,
        "pod-name": `${namespace}/${name}`,
      },
      id: pod.endpointId,
      identity: { id: pod.identity, labels: identityLabels(pod, world.clusterName) },
      ...(ports.length > 0 && { "named-ports": ports }),
      networking: {
        addressing: [{ ipv4: pod.ip }],
        node: world.nodes.find((node) => node.name === pod.node)?.ip ?? "",
      },
      state: "ready",
    },
  };
}

function identity(world: World, name: string, pod: LabPod): KubernetesObject {
  const pairs = identityLabels(pod, world.clusterName).map((label): [string, string] => {
    const equals = label.indexOf("=");
    return [label.slice(0, equals), label.slice(equals + 1)];
  });
  // The object's own labels repeat them without source, and without those of the namespace.
  const labels = pairs
    .filter(([key]) => !key.startsWith("k8s:io.cilium.k8s.namespace.labels."))
    .map(([key, value]) => [key.slice("k8s:".length), value]);
  const managers = { "cilium-agent": ["metadata", "security-labels"] };
  return {
    apiVersion,
    kind: "CiliumIdentity",
    metadata: metadataOf(
      world,
      { kind: "CiliumIdentity", apiVersion, namespace: "", name, managers },
      { generation: 1, labels: Object.fromEntries(labels) },
    ),
    "security-labels": Object.fromEntries(pairs),
  };
}

function ciliumNode(world: World, node: LabNode): KubernetesObject {
  const managers = { "cilium-agent": ["metadata", "spec"], "cilium-operator-generic": ["status"] };
  return {
    apiVersion,
    kind: "CiliumNode",
    metadata: metadataOf(
      world,
      { kind: "CiliumNode", apiVersion, namespace: "", name: node.name, managers },
      {
        generation: 1,
        labels: nodeLabels(node),
        ownerReferences: [ownedBy(world, "v1", "Node", "", node.name)],
      },
    ),
    spec: {
      addresses: [
        { ip: node.ip, type: "InternalIP" },
        { ip: freeAddress(world, node.podCidr, "router"), type: "CiliumInternalIP" },
      ],
      "alibaba-cloud": {},
      azure: {},
      bootid: bootId(world, node),
      encryption: {},
      eni: {},
      health: { ipv4: freeAddress(world, node.podCidr, "health") },
      ingress: {},
      ipam: { podCIDRs: [node.podCidr], pools: {} },
    },
    status: { "alibaba-cloud": {}, azure: {}, eni: {}, ipam: { "operator-status": {} } },
  };
}
