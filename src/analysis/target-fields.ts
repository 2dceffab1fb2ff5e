/** What the server is asked about a target: fields for one end of a flow, each a way to be meant. Wide enough for all of it; `target-match.ts` is exact. */
import type { EndFields } from "./filter-match-end.ts";
import type { ResolvedTarget, Target } from "./target.ts";

/** By the text alone, as Hubble matches: pods and services by prefix, in namespace `default` unless another is given. */
export function textFields(target: Target): EndFields[] {
  switch (target.kind) {
    case "name": {
      const named = `${target.namespace ?? "default"}/${target.name}`;
      return [
        { pod: [named] },
        inNamespace(target.namespace, { workload: [{ name: target.name }] }),
        { service: [named] },
      ];
    }
    case "pod":
      return [{ pod: [`${target.namespace ?? "default"}/${target.name}`] }];
    case "service":
      return [{ service: [`${target.namespace ?? "default"}/${target.name}`] }];
    case "workload":
      return [
        inNamespace(target.namespace, { workload: [{ kind: target.workload, name: target.name }] }),
        { pod: [`${target.namespace ?? "default"}/${target.name}-`] },
      ];
    case "namespace":
      return [{ pod: [`${target.name}/`] }, { service: [`${target.name}/`] }];
    case "labels":
      return [{ label: [target.selector] }];
    case "ip":
      return [{ ip: [target.ip] }];
    case "cidr":
      return [{ ip: [target.cidr] }];
    case "fqdn":
      return [{ fqdn: [target.name] }];
    case "identity":
      return [{ identity: [target.identity] }];
    case "reserved":
      return [
        { identity: target.name === "world" ? [target.identity, 9, 10] : [target.identity] },
        { label: [`reserved:${target.name}`] },
      ];
  }
}

/** Identities are those of all its pods, also of others with the same labels; pod names cover pods that are gone. */
export function resolvedFields(target: ResolvedTarget): EndFields[] {
  const { workload, generations } = target;
  const own = workload === undefined ? [] : generations.map((generation) => `${workload.namespace}/${generation}-`);
  const others = target.pods
    .map((pod) => `${pod.namespace}/${pod.name}`)
    .filter((pod) => !own.some((prefix) => pod.startsWith(prefix)));
  const identities = target.identities.filter(isOfPods);
  const ips = target.pods.flatMap((pod) => pod.ips);
  const service = serviceOf(target);
  const ways: (EndFields | undefined)[] = [
    identities.length > 0 ? { identity: identities } : undefined,
    own.length + others.length > 0 ? { pod: [...own, ...others] } : undefined,
    workload && inNamespace(workload.namespace, { workload: [{ kind: workload.kind, name: workload.name }] }),
    ips.length > 0 && ips.length <= maxIps ? { ip: ips } : undefined,
    service && { service: [`${service.namespace}/${service.name}`] },
  ];
  return ways.filter((way) => way !== undefined);
}

/** The service itself: traffic to its address carries no pod. */
export function serviceOf(target: ResolvedTarget): { readonly namespace: string; readonly name: string } | undefined {
  if (target.target.kind !== "service") return undefined;
  return {
    namespace: target.target.namespace ?? target.pods[0]?.namespace ?? "default",
    name: target.target.name,
  };
}

/** Kinds of which the cluster knows names; the others are what their text says. */
export function isNamed(target: Target): boolean {
  return target.kind === "name" || target.kind === "pod" || target.kind === "service" || target.kind === "workload";
}

/** Numbers below are reserved identities, which many share. */
export function isOfPods(identity: number): boolean {
  return identity >= 256;
}

/** Agents compare each flow with each address. */
const maxIps = 64;

function inNamespace(namespace: string | undefined, fields: EndFields): EndFields {
  return { ...fields, pod: [`${namespace ?? "default"}/`] };
}
