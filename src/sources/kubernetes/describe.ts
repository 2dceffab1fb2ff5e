/** A found thing → ResolvedTarget: title, text, bounded pods, identities, generations. */
import type { ResolvedTarget, Target } from "../../analysis/target.ts";
import { targetText } from "../../analysis/target-parse.ts";
import type { ClusterIndex } from "./cluster-index.ts";
import { identitiesOf, type KnownPod } from "./lookup.ts";

/** One thing of the cluster that a TARGET can mean. */
export interface Thing {
  /** With its namespace, so that its text names this thing only. */
  readonly target: Target;
  readonly pods: readonly KnownPod[];
}

const maxPods = 200;
const maxIdentities = 200;
const maxGenerations = 50;
const maxLabels = 10;

export function describe(index: ClusterIndex, thing: Thing, extra: Partial<ResolvedTarget> = {}): ResolvedTarget {
  const { target, pods } = thing;
  const live = pods.filter((known) => !known.gone);
  const gone = live.length === 0 && pods.length > 0 ? " (deleted within the last hour)" : "";
  return {
    target,
    title: `${titleOf(target)}${gone}`,
    text: targetText(target),
    pods: live.slice(0, maxPods).map(({ pod }) => ({
      namespace: pod.namespace,
      name: pod.name,
      node: pod.node,
      ips: pod.ips,
    })),
    podCount: live.length,
    identities: identitiesOf(
      index,
      pods.map(({ pod }) => pod),
    ).slice(0, maxIdentities),
    workload:
      target.kind === "workload"
        ? { kind: target.workload, namespace: target.namespace ?? "", name: target.name }
        : undefined,
    generations: target.kind === "workload" ? generationsOf(index, thing, target) : [],
    ...lastingLabels(target, live),
    ...extra,
  };
}

/** Does this pod belong to the workload, directly or through a ReplicaSet or Job? */
export function isRunBy(known: KnownPod, kind: string, name: string): boolean {
  if (known.workload.kind === kind && known.workload.name === name) return true;
  return known.pod.owner?.kind === kind && known.pod.owner.name === name;
}

/** What controllers and releases write anew says nothing of the next pod. */
const fleeting =
  /^k8s:(?:pod-template-hash|pod-template-generation|controller-revision-hash|controller-uid|job-name|batch\.kubernetes\.io\/.*|rollouts-pod-template-hash|app\.kubernetes\.io\/version|helm\.sh\/chart|(?:statefulset|apps)\.kubernetes\.io\/.*)=/;

function lastingLabels(target: Target, live: readonly KnownPod[]): Pick<ResolvedTarget, "labels"> {
  if (target.kind !== "pod" && target.kind !== "workload") return {};
  const [first, ...others] = live.map(({ pod }) => pod.labels);
  const shared = (first ?? []).filter((label) => !fleeting.test(label) && others.every((one) => one.includes(label)));
  return shared.length === 0 ? {} : { labels: shared.slice(0, maxLabels) };
}

function titleOf(target: Target): string {
  switch (target.kind) {
    case "pod":
      return `Pod ${target.namespace}/${target.name}`;
    case "service":
      return `Service ${target.namespace}/${target.name}`;
    case "workload":
      return `${target.workload} ${target.namespace}/${target.name}`;
    case "namespace":
      return `Namespace ${target.name}`;
    case "labels":
      return `Pods with ${target.selector}`;
    case "ip":
      return `IP ${target.ip}`;
    case "cidr":
      return `CIDR ${target.cidr}`;
    case "fqdn":
      return `DNS name ${target.name}`;
    case "identity":
      return `Identity ${target.identity}`;
    case "reserved":
      return `Reserved identity ${target.name} (${target.identity})`;
    case "name":
      return targetText(target);
  }
}

/** ReplicaSets of a Deployment, Jobs of a CronJob, living or lately deleted; other workloads name their pods themselves. */
function generationsOf(index: ClusterIndex, thing: Thing, target: Extract<Target, { kind: "workload" }>): string[] {
  const names = new Set<string>();
  for (const entry of [...index.workloads.values(), ...index.goneWorkloads.values()]) {
    const isOwned = entry.owner?.kind === target.workload && entry.owner.name === target.name;
    if (isOwned && entry.namespace === target.namespace) names.add(entry.name);
  }
  for (const { pod } of thing.pods) if (pod.owner !== undefined) names.add(pod.owner.name);
  if (names.size === 0) names.add(target.name);
  return [...names].sort().slice(0, maxGenerations);
}
