/** What has to be let through: one peer in one direction, with the ports that it was seen on. */
import { hasReserved } from "../engine/ends.ts";
import type { End } from "../engine/flow.ts";
import { namespaceOf } from "../labels.ts";
import type { Direction } from "../policy.ts";
import type { NamedEnd, Observed } from "../replay/observed.ts";

export interface Opening {
  readonly direction: Direction;
  readonly peer: WrittenPeer;
  /** `TCP/80` → what was seen there; the type for ICMP. */
  readonly ports: Map<string, Observed[]>;
}

/** As a policy names it. */
export type WrittenPeer =
  | {
      readonly kind: "endpoints";
      readonly namespace: string;
      /** "" where the selector does not name one. */
      readonly cluster: string;
      readonly labels: Readonly<Record<string, string>>;
      /** Workloads that were seen behind it. */
      readonly names: readonly string[];
    }
  | { readonly kind: "entity"; readonly entity: string }
  | { readonly kind: "fqdn"; readonly name: string }
  | { readonly kind: "cidr"; readonly cidr: string };

export function portKey({ protocol, port }: Observed): string {
  return `${protocol}/${port}`;
}

export function peerKey(peer: WrittenPeer): string {
  if (peer.kind !== "endpoints") return JSON.stringify(peer);
  const labels = Object.entries(peer.labels).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([peer.namespace, peer.cluster, labels]);
}

/** The other end of a flow. */
export function otherEnd(observed: Observed, direction: Direction): NamedEnd {
  return direction === "ingress" ? observed.from : observed.to;
}

/** What the engine would say of the peers that are written here. */
export function admits(peer: WrittenPeer, end: End): boolean {
  const { labels } = end;
  switch (peer.kind) {
    case "endpoints":
      return (
        namespaceOf(labels) === peer.namespace &&
        Object.entries(peer.labels).every(([key, value]) => labels.includes(`k8s:${key}=${value}`))
      );
    case "entity":
      return peer.entity === "world" ? isOutside(end) : hasReserved(labels, peer.entity);
    case "fqdn":
      return isOutside(end) && (end.names ?? []).some((name) => name.toLowerCase().replace(/\.$/, "") === peer.name);
    case "cidr":
      return isOutside(end) && peer.cidr.slice(0, peer.cidr.indexOf("/")) === end.ip;
  }
}

function isOutside({ labels }: End): boolean {
  return ["world", "world-ipv4", "world-ipv6"].some((name) => hasReserved(labels, name));
}

/** Takes out what other openings let through already: an address beside all of the world, a name that stands for the same address. */
export function prune(openings: readonly Opening[]): Opening[] {
  const parts = openings.flatMap((opening) =>
    [...opening.ports.keys()].map((port): Part => ({ opening, port, covers: [] })),
  );
  const rows = new Map<Observed, number>();
  for (const { ports } of openings) for (const seen of ports.values()) for (const row of seen) rows.set(row, 0);
  const byPort = new Map<string, Part[]>();
  for (const part of parts) {
    const same = byPort.get(part.port);
    if (same === undefined) byPort.set(part.port, [part]);
    else same.push(part);
  }
  const admitted = new Map<number, boolean>();
  const ids = new Map<object, number>();
  const idOf = (one: object): number => {
    if (!ids.has(one)) ids.set(one, ids.size);
    return ids.get(one) ?? -1;
  };
  for (const row of rows.keys())
    for (const part of byPort.get(portKey(row)) ?? []) {
      const end = otherEnd(row, part.opening.direction);
      const key = idOf(part.opening) * 1_000_000 + idOf(end);
      const fits = admitted.get(key) ?? admits(part.opening.peer, end);
      admitted.set(key, fits);
      if (!fits) continue;
      part.covers.push(row);
      rows.set(row, (rows.get(row) ?? 0) + 1);
    }
  // The narrow ones first: what is broad stays when both would do.
  for (const part of parts.toSorted((left, right) => left.covers.length - right.covers.length)) {
    if (part.covers.length === 0 || part.covers.some((row) => (rows.get(row) ?? 0) < 2)) continue;
    for (const row of part.covers) rows.set(row, (rows.get(row) ?? 0) - 1);
    part.opening.ports.delete(part.port);
  }
  return openings.filter(({ ports }) => ports.size > 0);
}

interface Part {
  readonly opening: Opening;
  readonly port: string;
  readonly covers: Observed[];
}
