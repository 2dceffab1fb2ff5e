/** What a name can mean. Every function takes an optional namespace; without it, every namespace is searched. */
import { isRunBy, type Thing } from "./describe.ts";
import { type KnownPod, podsOfService, type View } from "./lookup.ts";

/** One name that stands for several kinds means the first of these. */
const rank = ["Deployment", "Rollout", "StatefulSet", "DaemonSet", "CronJob", "Job", "ReplicaSet", "Pod", "Service"];

/**
 * Whatever has this name. What has the same name in the same namespace and shares pods is one thing: a Deployment and the Service in front of it. Where nothing
 * lives under the name, pods and workloads of the last hour count, then namespaces.
 */
export function findNamed(view: View, namespace: string | undefined, name: string): Thing[] {
  const found = allNamed(view, namespace, name);
  if (found.length > 0) return found;
  if (namespace !== undefined || !view.index.namespaces.has(name)) return [];
  return [{ target: { kind: "namespace", name }, pods: view.live.filter(({ pod }) => pod.namespace === name) }];
}

export function findPods(view: View, namespace: string | undefined, name: string): Thing[] {
  const isMeant = ({ pod }: KnownPod) => pod.name === name && (namespace ?? pod.namespace) === pod.namespace;
  const live = view.live.filter(isMeant);
  const pods = live.length > 0 ? live : view.gone.filter(isMeant);
  return pods.map((known) => ({ target: { kind: "pod", namespace: known.pod.namespace, name }, pods: [known] }));
}

/** Pods tell of workloads too: their kinds may be forbidden to us, or unknown like Argo's Rollout. */
export function findWorkloads(view: View, workload: string, namespace: string | undefined, name: string): Thing[] {
  const live = view.live.filter((known) => isRunBy(known, workload, name));
  const gone = view.gone.filter((known) => isRunBy(known, workload, name));
  const known = [...view.index.workloads.values()].filter((entry) => entry.kind === workload && entry.name === name);
  const lately = view.index.goneWorkloads.values().filter((entry) => entry.kind === workload && entry.name === name);
  const now = placesOf(namespace, [...live.map(({ pod }) => pod), ...known]);
  const places = now.length > 0 ? now : placesOf(namespace, [...gone.map(({ pod }) => pod), ...lately]);
  return places.map((place) => {
    const pods = [...live, ...gone].filter(({ pod }) => pod.namespace === place);
    return { target: { kind: "workload", workload, namespace: place, name }, pods };
  });
}

export function findServices(view: View, namespace: string | undefined, name: string): Thing[] {
  const services = [...view.index.services.values()].filter(
    (service) => service.name === name && (namespace ?? service.namespace) === service.namespace,
  );
  return services.map((service) => ({
    target: { kind: "service", namespace: service.namespace, name },
    pods: podsOfService(view, service),
  }));
}

function allNamed(view: View, namespace: string | undefined, name: string): Thing[] {
  const things = rank.flatMap((kind) => {
    if (kind === "Pod") return findPods(view, namespace, name);
    if (kind === "Service") return findServices(view, namespace, name);
    return findWorkloads(view, kind, namespace, name);
  });
  const live = things.filter((thing) => !isGone(thing));
  const kept: Thing[] = [];
  for (const thing of live.length > 0 ? live : things) {
    const twin = kept.findIndex((other) => placeOf(other) === placeOf(thing) && isOne(other, thing));
    const other = kept[twin];
    if (other === undefined) kept.push(thing);
    // A Deployment scaled to nothing does not stand for the pods that somebody else runs under its name.
    else if (other.pods.length === 0 && thing.pods.length > 0) kept[twin] = thing;
  }
  return kept;
}

function isGone(thing: Thing): boolean {
  return thing.pods.length > 0 && thing.pods.every((known) => known.gone);
}

function isOne(left: Thing, right: Thing): boolean {
  if (left.pods.length === 0 || right.pods.length === 0) return true;
  const names = new Set(left.pods.map(({ pod }) => pod.name));
  return right.pods.some(({ pod }) => names.has(pod.name));
}

function placeOf(thing: Thing): string | undefined {
  return "namespace" in thing.target ? thing.target.namespace : undefined;
}

function placesOf(wanted: string | undefined, entries: readonly { readonly namespace: string }[]): string[] {
  const places = new Set(entries.map(({ namespace }) => namespace));
  return wanted === undefined ? [...places] : [...places].filter((place) => place === wanted);
}
