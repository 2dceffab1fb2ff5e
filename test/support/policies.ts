/** Policies and ends in few words. */
import type { End } from "../../src/policy/engine/flow.ts";
import { podIdentityLabels } from "../../src/policy/identity-labels.ts";
import type { PolicyObject } from "../../src/policy/policy.ts";

export function cnp(name: string, spec: unknown, namespace = "default"): PolicyObject {
  return { kind: "CiliumNetworkPolicy", namespace, name, spec, specs: undefined };
}

export function ccnp(name: string, spec: unknown): PolicyObject {
  return { kind: "CiliumClusterwideNetworkPolicy", namespace: "", name, spec, specs: undefined };
}

export function knp(name: string, spec: unknown, namespace = "default"): PolicyObject {
  return { kind: "NetworkPolicy", namespace, name, spec, specs: undefined };
}

export function pod(labels: Readonly<Record<string, string>>, namespace = "default"): End {
  const namespaceLabels = { "kubernetes.io/metadata.name": namespace };
  return {
    labels: podIdentityLabels({ namespace, labels, namespaceLabels, serviceAccount: "default", cluster: "default" }),
  };
}

export function outside(ip: string, ...names: readonly string[]): End {
  return { labels: [`cidr:${ip}/32`, "reserved:world"], ip, names };
}

export function reserved(name: string): End {
  return { labels: [`reserved:${name}`] };
}
