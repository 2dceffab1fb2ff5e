/** Names that look like the one that was not found, as texts to type. Bounded in what is compared and in what comes back. */
import { distance } from "fastest-levenshtein";
import type { Target } from "../../analysis/target.ts";
import type { ClusterIndex } from "./cluster-index.ts";
import { ownerOf } from "./cluster-index.ts";

const maxCompared = 20_000;
const maxNear = 3;

export function nearTexts(index: ClusterIndex, target: Target): string[] {
  if (target.kind === "labels") return closest(target.selector, labelTexts(index), (text) => `-l ${text}`);
  if (target.kind === "namespace") return closest(target.name, index.namespaces.keys(), (text) => `ns/${text}`);
  // A namespace that was not given is lost on the way through Redis: the key is no sign.
  if (target.kind !== "name" && target.kind !== "pod" && target.kind !== "service" && target.kind !== "workload")
    return [];
  const names = namesOf(index, target.namespace);
  const near = closest(target.name, names.keys(), (name) => `${names.get(name)}/${name}`);
  // The right name in the wrong namespace.
  const elsewhere = target.namespace === undefined ? undefined : namesOf(index, undefined).get(target.name);
  return elsewhere === undefined ? near : [...new Set([`${elsewhere}/${target.name}`, ...near])].slice(0, maxNear);
}

/** Name → one namespace that has it. Pods that something owns stand behind their workload. */
function namesOf(index: ClusterIndex, namespace: string | undefined): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const add = (place: string, name: string) => {
    if ((namespace ?? place) === place && names.size < maxCompared) names.set(name, place);
  };
  for (const { namespace: place, name } of index.services.values()) add(place, name);
  for (const { kind, namespace: place, name, owner } of index.workloads.values())
    if (kind !== "ReplicaSet" && owner === undefined) add(place, name);
  for (const pod of index.pods.values()) add(pod.namespace, ownerOf(index, pod).name);
  return names;
}

/** `org=empire`, without the labels that Cilium adds. */
function labelTexts(index: ClusterIndex): Set<string> {
  const texts = new Set<string>();
  for (const { labels } of index.pods.values()) {
    for (const label of labels) {
      if (texts.size >= maxCompared) return texts;
      if (!label.includes("pod-template-hash")) texts.add(label.slice("k8s:".length));
    }
  }
  return texts;
}

/** A name that contains the other, or differs in a third of its letters at most. */
function closest(wanted: string, names: Iterable<string>, show: (name: string) => string): string[] {
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const scored: { readonly name: string; readonly score: number }[] = [];
  for (const name of names) {
    const isPart = wanted.length >= 3 && (name.includes(wanted) || (name.length >= 3 && wanted.includes(name)));
    if (!isPart && Math.abs(name.length - wanted.length) > limit) continue;
    const score = isPart ? 0.5 : distance(wanted.slice(0, 253), name);
    if (score <= limit) scored.push({ name, score });
  }
  scored.sort((left, right) => left.score - right.score || (left.name < right.name ? -1 : 1));
  return scored.slice(0, maxNear).map(({ name }) => show(name));
}
