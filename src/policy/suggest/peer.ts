/** How a policy can name the other end of a flow. */
import { hasReserved } from "../engine/ends.ts";
import type { End } from "../engine/flow.ts";
import { clusterKey, labelValue, namespaceOf } from "../labels.ts";
import type { Direction } from "../policy.ts";
import type { NamedEnd } from "../replay/observed.ts";

export type Peer =
  | { readonly kind: "pods"; readonly namespace: string; readonly cluster: string; readonly workload: string }
  | { readonly kind: "entity"; readonly entity: string }
  | { readonly kind: "cidr"; readonly cidr: string }
  /** An outside address with names that agents have learnt for it. */
  | { readonly kind: "names"; readonly names: readonly string[]; readonly address: string }
  | { readonly kind: "none" };

const entities = ["kube-apiserver", "host", "remote-node", "health", "ingress", "init", "unmanaged"];

export function peerOf(end: NamedEnd, direction: Direction): Peer {
  const { labels } = end;
  const namespace = namespaceOf(labels);
  if (namespace !== undefined) return { kind: "pods", namespace, cluster: clusterOf(end), workload: end.name };
  const entity = entities.find((name) => hasReserved(labels, name));
  if (entity !== undefined) return { kind: "entity", entity };
  if (!["world", "world-ipv4", "world-ipv6"].some((name) => hasReserved(labels, name))) return { kind: "none" };
  const address = readAddress(end.ip);
  if (address === undefined) return { kind: "entity", entity: "world" };
  // Clients from the internet come from anywhere; those of a private network are machines that somebody runs.
  if (direction === "ingress")
    return isPrivate(address.text) ? { kind: "cidr", cidr: address.prefix } : { kind: "entity", entity: "world" };
  const names = (end.names ?? []).map((name) => name.toLowerCase().replace(/\.$/, "")).filter(isName);
  return names.length > 0 ? { kind: "names", names, address: address.prefix } : { kind: "cidr", cidr: address.prefix };
}

/** "" for an end that does not say. */
function clusterOf({ labels }: End): string {
  for (const label of labels) {
    const value = labelValue(label, "k8s", clusterKey);
    if (value !== undefined) return value;
  }
  return "";
}

function readAddress(ip: string | undefined): { readonly text: string; readonly prefix: string } | undefined {
  if (ip === undefined || !/^[0-9a-fA-F.:]{2,45}$/.test(ip)) return undefined;
  return { text: ip, prefix: `${ip}/${ip.includes(":") ? 128 : 32}` };
}

function isPrivate(address: string): boolean {
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.)/.test(
    address,
  );
}

/** What Cilium takes as matchName. */
function isName(name: string): boolean {
  return name.length <= 253 && /^(?:[a-z0-9_-]+\.)*[a-z0-9_-]+$/.test(name);
}
