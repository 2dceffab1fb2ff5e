/** Pods, as the kubelet reports them: all run and are ready. */
import type { LabPod, World } from "../../world/world.ts";
import { type KubernetesObject, type OwnerReference, timestamp } from "../object.ts";
import { containersOf } from "./containers.ts";
import { hex, suffix } from "./derive.ts";
import { controlledBy, metadataOf } from "./metadata.ts";
import { podSpec, priority } from "./pod-spec.ts";

export function podObjects(world: World): KubernetesObject[] {
  return world.pods.map((pod) => podObject(world, pod));
}

/** Labels with those that controllers add; identities do not have them. */
export function podLabels(world: World, pod: LabPod): Readonly<Record<string, string>> {
  if (pod.owner === null) return pod.labels;
  if (pod.owner.kind === "Deployment") return { "pod-template-hash": templateHash(pod), ...pod.labels };
  const revision = hex(world, 10, "revision", pod.owner.name);
  return { "controller-revision-hash": revision, "pod-template-generation": "1", ...pod.labels };
}

/** The part of a ReplicaSet's name that its pods carry as a label. */
export function templateHash(pod: LabPod): string {
  const replicaSet = replicaSetOf(pod);
  return replicaSet.slice(replicaSet.lastIndexOf("-") + 1);
}

export function replicaSetOf(pod: LabPod): string {
  return pod.owner?.replicaSet ?? pod.name.slice(0, pod.name.lastIndexOf("-"));
}

/** In a real cluster the runtime's; the CiliumEndpoint names it too. */
export function containerId(world: World, pod: LabPod, container: string): string {
  return hex(world, 64, "container", pod.namespace, pod.name, container);
}

function podObject(world: World, pod: LabPod): KubernetesObject {
  const owner = ownerOf(world, pod);
  const maker = owner === null ? "kubectl-client-side-apply" : "kube-controller-manager";
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: metadataOf(
      world,
      {
        kind: "Pod",
        apiVersion: "v1",
        namespace: pod.namespace,
        name: pod.name,
        managers: { [maker]: ["metadata", "spec"], kubelet: ["status"] },
      },
      {
        ...(owner !== null && { generateName: `${owner.name}-`, ownerReferences: [owner] }),
        labels: podLabels(world, pod),
      },
    ),
    spec: {
      ...podSpec(pod, `kube-api-access-${suffix(world, "mount", pod.name)}`),
      nodeName: pod.node,
      tolerations: [toleration("not-ready"), toleration("unreachable")],
      priority: priority(pod)?.value ?? 0,
      enableServiceLinks: true,
      preemptionPolicy: "PreemptLowerPriority",
    },
    status: podStatus(world, pod),
  };
}

function ownerOf(world: World, pod: LabPod): OwnerReference | null {
  if (pod.owner === null) return null;
  return pod.owner.kind === "DaemonSet"
    ? controlledBy(world, "apps/v1", "DaemonSet", pod.namespace, pod.owner.name)
    : controlledBy(world, "apps/v1", "ReplicaSet", pod.namespace, replicaSetOf(pod));
}

function podStatus(world: World, pod: LabPod): object {
  const time = timestamp(world.bornAt);
  const conditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];
  return {
    phase: "Running",
    conditions: conditions.map((type) => ({ type, status: "True", lastProbeTime: null, lastTransitionTime: time })),
    hostIP: world.nodes.find((node) => node.name === pod.node)?.ip ?? "",
    podIP: pod.ip,
    podIPs: [{ ip: pod.ip }],
    startTime: time,
    containerStatuses: containersOf(pod).map(({ name, image }) => ({
      name,
      state: { running: { startedAt: time } },
      lastState: {},
      ready: true,
      restartCount: 0,
      image,
      imageID: `${image.replace(/[:@].*$/, "")}@sha256:${hex(world, 64, "image", image)}`,
      containerID: `containerd://${containerId(world, pod, name)}`,
      started: true,
    })),
    qosClass: "BestEffort",
  };
}

function toleration(condition: string): object {
  return {
    key: `node.kubernetes.io/${condition}`,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: 300,
  };
}
