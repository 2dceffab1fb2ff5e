/**
 * Whether a flow's end belongs to a target, exactly. Hubble matches names by prefix: `deathstar` is `deathstar-proxy-…` too. Where the cluster was asked, an
 * end belongs by its workload (known on the end that is local to the reporting node), by pod name, or by the name of a ReplicaSet and one word behind it.
 */
import { endMatcher, type Matcher, remembered } from "./filter-match-end.ts";
import type { Endpoint, Flow, NamespacedName } from "./flow.ts";
import type { Resolution, ResolvedTarget, Target } from "./target.ts";
import { isNamed, isOfPods, serviceOf, textFields } from "./target-fields.ts";

/** Either end. */
export function targetMatcher(target: Target, resolution: Resolution | null): Matcher {
  if (resolution?.status === "resolved" && isNamed(resolution.target.target)) return resolvedMatcher(resolution.target);
  const ways = textFields(resolution?.status === "resolved" ? resolution.target.target : target);
  const sides = (["source", "destination"] as const).flatMap((side) => ways.map((fields) => endMatcher(fields, side)));
  return (flow) => sides.some((checks) => checks.every((check) => check(flow)));
}

function resolvedMatcher(target: ResolvedTarget): Matcher {
  const pods = new Set(target.pods.map((pod) => `${pod.namespace}/${pod.name}`));
  const ips = new Set(target.pods.flatMap((pod) => pod.ips));
  const identities = new Set(target.identities.filter(isOfPods));
  const byName = remembered((endpoint: Endpoint) => isPod(endpoint, target, pods));
  const service = serviceOf(target);

  /** An end without a pod's name: its address, else the identity that only these labels have. */
  function isNameless({ identity, pod }: Endpoint, ip: string): boolean {
    if (pod !== "") return false;
    return identities.has(identity) || ((identity === 0 || identity === 2 || isOfPods(identity)) && ips.has(ip));
  }

  function isService(named: NamespacedName | undefined): boolean {
    return service !== undefined && named?.name === service.name && named.namespace === service.namespace;
  }

  return (flow: Flow) =>
    byName(flow.source) ||
    byName(flow.destination) ||
    isNameless(flow.source, flow.sourceIp) ||
    isNameless(flow.destination, flow.destinationIp) ||
    isService(flow.destinationService) ||
    isService(flow.sourceService);
}

function isPod(endpoint: Endpoint, target: ResolvedTarget, pods: ReadonlySet<string>): boolean {
  const { namespace, pod, workload } = endpoint;
  if (pod !== "" && pods.has(`${namespace}/${pod}`)) return true;
  const wanted = target.workload;
  if (wanted === undefined || wanted.namespace !== namespace) return false;
  if (workload !== undefined) {
    const isGeneration = workload.kind === "ReplicaSet" && target.generations.includes(workload.name);
    return (workload.kind === wanted.kind && workload.name === wanted.name) || isGeneration;
  }
  return target.generations.some((generation) => isNamedAfter(pod, generation, wanted));
}

/** `<generation>-<suffix>`. A ReplicaSet's name carries a hash and is proof enough; other owners share their name's beginning with strangers. */
function isNamedAfter(
  pod: string,
  generation: string,
  owner: { readonly kind: string; readonly name: string },
): boolean {
  if (!pod.startsWith(`${generation}-`)) return false;
  const suffix = pod.slice(generation.length + 1);
  if (generation !== owner.name) return oneWord.test(suffix);
  return (suffixes.get(owner.kind) ?? generated).test(suffix);
}

const oneWord = /^[a-z0-9]+$/;
/** The letters of k8s.io/apimachinery/pkg/util/rand: no vowels, nothing that reads like another. */
const generated = /^[bcdfghjklmnpqrstvwxz2456789]{5}$/;
const suffixes: ReadonlyMap<string, RegExp> = new Map([
  ["StatefulSet", /^\d+$/],
  ["Job", /^(?:\d+-)?[bcdfghjklmnpqrstvwxz2456789]{5}$/],
  ["CronJob", /^\d+-(?:\d+-)?[bcdfghjklmnpqrstvwxz2456789]{5}$/],
]);
