import type { LabNode, LabPod, World } from "../world/world.ts";
import { agentMetrics } from "./agent-metrics.ts";
import { hubbleMetrics } from "./hubble-metrics.ts";
import type { Labels, Metric } from "./metric.ts";
import { operatorMetrics } from "./operator-metrics.ts";

/** One exporter of the cluster, and the labels that its series have after service discovery: those of a real cluster, `job` and `instance` included. */
export interface Target {
  readonly kind: "agent" | "hubble" | "operator";
  readonly node: LabNode;
  readonly labels: Labels;
  readonly metrics: readonly Metric[];
}

/** Per node an agent and its Hubble; one operator on the control plane. */
export function targetsOf(world: World): Target[] {
  const operatorNode = world.nodes.find((node) => node.controlPlane) ?? world.nodes[0];
  return [
    ...world.nodes.map((node) => agentTarget(world, node)),
    ...world.nodes.map(hubbleTarget),
    ...(operatorNode ? [operatorTarget(world, operatorNode)] : []),
  ];
}

function agentTarget(world: World, node: LabNode): Target {
  const pod = world.pods.find(({ name }) => name === node.agentPod);
  const labels = podLabels(node, 9962, node.agentPod, { "k8s-app": "cilium", ...pod?.labels });
  return { kind: "agent", node, labels, metrics: agentMetrics };
}

function operatorTarget(world: World, node: LabNode): Target {
  const pod = world.pods.find((candidate: LabPod) => candidate.labels["io.cilium/app"] === "operator");
  const labels = podLabels(node, 9963, pod?.name ?? "cilium-operator", { "io.cilium/app": "operator", ...pod?.labels });
  return { kind: "operator", node, labels, metrics: operatorMetrics };
}

/** As the job kubernetes-pods of Cilium's monitoring example does it: namespace, pod, and all labels of the pod. */
function podLabels(node: LabNode, port: number, pod: string, labels: Labels): Labels {
  const mapped = Object.entries(labels).map(([name, value]) => [name.replaceAll(/[^a-zA-Z0-9_]/g, "_"), value]);
  return {
    ...Object.fromEntries(mapped),
    job: "kubernetes-pods",
    instance: `${node.ip}:${port}`,
    namespace: "kube-system",
    pod,
  };
}

/** As the chart's ServiceMonitor of the headless Service hubble-metrics does it. */
function hubbleTarget(node: LabNode): Target {
  const labels = {
    container: "cilium-agent",
    endpoint: "hubble-metrics",
    instance: `${node.ip}:9965`,
    job: "hubble-metrics",
    k8s_app: "hubble",
    namespace: "kube-system",
    node: node.name,
    pod: node.agentPod,
    service: "hubble-metrics",
  };
  return { kind: "hubble", node, labels, metrics: hubbleMetrics };
}
