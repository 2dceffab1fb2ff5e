/** Namespaces, nodes, and the configuration of Cilium. */
import type { LabNode, World } from "../../world/world.ts";
import { kubernetesVersion } from "../api/discovery.ts";
import { type KubernetesObject, timestamp } from "../object.ts";
import { hex, uidOf } from "./derive.ts";
import { metadataOf } from "./metadata.ts";

export function namespaceObjects(world: World): KubernetesObject[] {
  const always = ["default", "kube-node-lease", "kube-public", "kube-system"];
  const names = new Set([...always, ...world.pods.map((pod) => pod.namespace)]);
  const managers = { "kube-apiserver": ["metadata", "status"] };
  return [...names].map((name) => ({
    kind: "Namespace",
    apiVersion: "v1",
    metadata: metadataOf(
      world,
      { kind: "Namespace", apiVersion: "v1", namespace: "", name, managers },
      { labels: { "kubernetes.io/metadata.name": name } },
    ),
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  }));
}

export function nodeLabels(node: LabNode): Readonly<Record<string, string>> {
  return {
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": node.name,
    "kubernetes.io/os": "linux",
    ...(node.controlPlane && {
      "node-role.kubernetes.io/control-plane": "",
      "node.kubernetes.io/exclude-from-external-load-balancers": "",
    }),
  };
}

export function nodeObjects(world: World): KubernetesObject[] {
  return world.nodes.map((node) => ({
    kind: "Node",
    apiVersion: "v1",
    metadata: metadataOf(
      world,
      {
        kind: "Node",
        apiVersion: "v1",
        namespace: "",
        name: node.name,
        managers: { kubelet: ["metadata", "spec", "status"] },
      },
      {
        labels: nodeLabels(node),
        annotations: {
          "node.alpha.kubernetes.io/ttl": "0",
          "volumes.kubernetes.io/controller-managed-attach-detach": "true",
        },
      },
    ),
    spec: {
      podCIDR: node.podCidr,
      podCIDRs: [node.podCidr],
      ...(node.controlPlane && { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] }),
    },
    status: nodeStatus(world, node),
  }));
}

function nodeStatus(world: World, node: LabNode): object {
  const room = { cpu: "2", "ephemeral-storage": "31270768Ki", "hugepages-2Mi": "0", memory: "2010340Ki", pods: "110" };
  const time = timestamp(world.bornAt);
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    lastHeartbeatTime: time,
    lastTransitionTime: time,
    reason,
    message,
  });
  return {
    capacity: room,
    allocatable: room,
    conditions: [
      condition("NetworkUnavailable", "False", "CiliumIsUp", "Cilium is running on this node"),
      condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
      condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
      condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
      condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    ],
    addresses: [
      { type: "InternalIP", address: node.ip },
      { type: "Hostname", address: node.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: hex(world, 32, "machine", node.name),
      systemUUID: uidOf(world, "system", "", node.name),
      bootID: bootId(world, node),
      kernelVersion: "6.8.0-53-generic",
      osImage: "Ubuntu 24.04.2 LTS",
      containerRuntimeVersion: "containerd://1.7.27",
      kubeletVersion: kubernetesVersion,
      kubeProxyVersion: "",
      operatingSystem: "linux",
      architecture: "amd64",
    },
  };
}

/** Also in the CiliumNode. */
export function bootId(world: World, node: LabNode): string {
  return uidOf(world, "boot", "", node.name);
}

/** The settings that decide how the cluster treats traffic, and what Hubble shows. */
export function ciliumConfig(world: World): KubernetesObject {
  const managers = { "kubectl-client-side-apply": ["data"] };
  return {
    kind: "ConfigMap",
    apiVersion: "v1",
    metadata: metadataOf(world, {
      kind: "ConfigMap",
      apiVersion: "v1",
      namespace: "kube-system",
      name: "cilium-config",
      managers,
    }),
    data: {
      "auto-direct-node-routes": "true",
      "bpf-events-drop-enabled": "true",
      "bpf-events-policy-verdict-enabled": "true",
      "bpf-events-trace-enabled": "true",
      "bpf-lb-map-max": "65536",
      "bpf-map-dynamic-size-ratio": "0.0025",
      "bpf-policy-map-max": "16384",
      "cluster-id": "0",
      "cluster-name": world.clusterName,
      debug: "true",
      "enable-hubble": "true",
      "enable-ipv4": "true",
      "enable-ipv6": "false",
      "enable-l7-proxy": "true",
      "enable-policy": "default",
      "hubble-disable-tls": "false",
      "hubble-export-allowlist": "",
      "hubble-export-denylist": "",
      "hubble-export-fieldmask": "",
      "hubble-export-file-max-backups": "5",
      "hubble-export-file-max-size-mb": "10",
      "hubble-export-file-path": "/var/run/cilium/hubble/events.log",
      "hubble-listen-address": ":4244",
      "hubble-metrics-server": ":9965",
      "hubble-socket-path": "/var/run/cilium/hubble.sock",
      "identity-allocation-mode": "crd",
      ipam: "cluster-pool",
      "kube-proxy-replacement": "true",
      "monitor-aggregation": "medium",
      "operator-prometheus-serve-addr": ":9963",
      "policy-audit-mode": "false",
      "policy-cidr-match-mode": "",
      "policy-default-local-cluster": "false",
      "prometheus-serve-addr": ":9962",
      "routing-mode": "native",
    },
  };
}
