/** Deployments with their ReplicaSets, and DaemonSets: worked out of the pods that name them as owners. */
import type { LabPod, World } from "../../world/world.ts";
import { type KubernetesObject, timestamp } from "../object.ts";
import { controlledBy, metadataOf } from "./metadata.ts";
import { podSpec } from "./pod-spec.ts";
import { replicaSetOf, templateHash } from "./pods.ts";

type Labels = Readonly<Record<string, string>>;

const apiVersion = "apps/v1";

export function workloadObjects(world: World): KubernetesObject[] {
  return [...groups(world).values()].flatMap(([first, ...others]) => {
    if (first === undefined || first.owner === null) return [];
    const size = others.length + 1;
    if (first.owner.kind === "DaemonSet") return [daemonSet(world, first, size)];
    return [deployment(world, first, size), replicaSet(world, first, size)];
  });
}

function groups(world: World): Map<string, LabPod[]> {
  const found = new Map<string, LabPod[]>();
  for (const pod of world.pods.filter((one) => one.owner !== null)) {
    const key = `${pod.owner?.kind}/${pod.namespace}/${pod.owner?.name}`;
    found.set(key, [...(found.get(key) ?? []), pod]);
  }
  return found;
}

function deployment(world: World, pod: LabPod, replicas: number): KubernetesObject {
  const name = pod.owner?.name ?? "";
  return {
    kind: "Deployment",
    apiVersion,
    metadata: metadataOf(
      world,
      { kind: "Deployment", apiVersion, namespace: pod.namespace, name, managers: applied },
      { generation: 1, labels: ownLabels(pod), annotations: { "deployment.kubernetes.io/revision": "1" } },
    ),
    spec: {
      replicas,
      selector: { matchLabels: selectorLabels(pod) },
      template: template(pod, templateLabels(pod)),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [
        condition(world, "Available", "MinimumReplicasAvailable", "Deployment has minimum availability."),
        condition(
          world,
          "Progressing",
          "NewReplicaSetAvailable",
          `ReplicaSet "${replicaSetOf(pod)}" has successfully progressed.`,
        ),
      ],
    },
  };
}

function replicaSet(world: World, pod: LabPod, replicas: number): KubernetesObject {
  const hash = { "pod-template-hash": templateHash(pod) };
  const labels = { ...templateLabels(pod), ...hash };
  const managers = { "kube-controller-manager": ["metadata", "spec", "status"] };
  return {
    kind: "ReplicaSet",
    apiVersion,
    metadata: metadataOf(
      world,
      { kind: "ReplicaSet", apiVersion, namespace: pod.namespace, name: replicaSetOf(pod), managers },
      {
        generation: 1,
        labels,
        annotations: {
          "deployment.kubernetes.io/desired-replicas": String(replicas),
          "deployment.kubernetes.io/max-replicas": String(replicas + Math.ceil(replicas / 4)),
          "deployment.kubernetes.io/revision": "1",
        },
        ownerReferences: [controlledBy(world, apiVersion, "Deployment", pod.namespace, pod.owner?.name ?? "")],
      },
    ),
    spec: { replicas, selector: { matchLabels: { ...selectorLabels(pod), ...hash } }, template: template(pod, labels) },
    status: {
      replicas,
      fullyLabeledReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      observedGeneration: 1,
    },
  };
}

function daemonSet(world: World, pod: LabPod, size: number): KubernetesObject {
  const name = pod.owner?.name ?? "";
  return {
    kind: "DaemonSet",
    apiVersion,
    metadata: metadataOf(
      world,
      { kind: "DaemonSet", apiVersion, namespace: pod.namespace, name, managers: applied },
      { generation: 1, labels: ownLabels(pod), annotations: { "deprecated.daemonset.template.generation": "1" } },
    ),
    spec: {
      selector: { matchLabels: selectorLabels(pod) },
      template: template(pod, templateLabels(pod)),
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      revisionHistoryLimit: 10,
    },
    status: {
      currentNumberScheduled: size,
      numberMisscheduled: 0,
      desiredNumberScheduled: size,
      numberReady: size,
      observedGeneration: 1,
      updatedNumberScheduled: size,
      numberAvailable: size,
    },
  };
}

const applied = { "kube-controller-manager": ["status"], "kubectl-client-side-apply": ["metadata", "spec"] };

function template(pod: LabPod, labels: Labels): object {
  return { metadata: { creationTimestamp: null, labels }, spec: podSpec(pod) };
}

function templateLabels(pod: LabPod): Labels {
  const { "pod-template-hash": _hash, ...rest } = pod.labels;
  return rest;
}

/** Descriptive labels do not select, unless there are no others. */
function selectorLabels(pod: LabPod): Labels {
  const all = Object.entries(templateLabels(pod));
  const chosen = all.filter(([key]) => !key.startsWith("app.kubernetes.io/"));
  return Object.fromEntries(chosen.length > 0 ? chosen : all);
}

/** Cilium's chart labels a workload like its pods; the Star Wars demo gives it the name alone. */
function ownLabels(pod: LabPod): Labels {
  if (pod.namespace === "kube-system") return templateLabels(pod);
  return Object.fromEntries(
    Object.entries(templateLabels(pod)).filter(([key]) => key.startsWith("app.kubernetes.io/")),
  );
}

function condition(world: World, type: string, reason: string, message: string): object {
  const time = timestamp(world.bornAt);
  return { type, status: "True", lastUpdateTime: time, lastTransitionTime: time, reason, message };
}
