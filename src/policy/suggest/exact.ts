/** Denied flows → openings that fit them and nothing else; what no exact rule can be written for is kept. */
import { namespaceOf } from "../labels.ts";
import type { Direction } from "../policy.ts";
import type { NamedEnd, Observed } from "../replay/observed.ts";
import { type Kept, type KeptBecause, keep, type Missing } from "./admission.ts";
import { httpRules } from "./http.ts";
import { exactly } from "./labels.ts";
import type { SuggestNote } from "./note.ts";
import { type Opening, otherEnd, peerKey, portKey, type WrittenPeer } from "./opening.ts";
import { isWritable } from "./openings.ts";
import { type Peer, peerOf } from "./peer.ts";
import { namesOf, workloadKey } from "./selectors.ts";

export interface Exact {
  readonly openings: readonly Opening[];
  readonly kept: readonly Kept[];
  readonly notes: readonly SuggestNote[];
}

interface Around {
  readonly ends: readonly NamedEnd[];
  readonly cluster: string;
  readonly localClusterOnly: boolean;
}

/** More ports of one peer, or more peers, look like somebody who tries them all. */
const mostPorts = 40;
const mostPeers = 40;
const mostNames = 25;

export function exactPeers(missing: readonly Missing[], around: Around): Exact {
  const kept: Kept[] = [];
  const notes: SuggestNote[] = [];
  const openings = new Map<string, Opening>();
  const groups = new Map<string, { readonly peer: Peer; readonly direction: Direction; readonly rows: Observed[] }>();
  for (const { row, direction } of missing) {
    const peer = exactPeer(otherEnd(row, direction), direction);
    const key = `${direction} ${peer.kind === "pods" ? workloadKey(peer) : JSON.stringify(peer)}`;
    const group = groups.get(key) ?? { peer, direction, rows: [] };
    groups.set(key, group);
    group.rows.push(row);
  }
  const sorted = [...groups.values()].sort((left, right) => packets(right.rows) - packets(left.rows));
  for (const [at, { peer, direction, rows }] of sorted.entries()) {
    const refuse = (refused: readonly Observed[], because: KeptBecause, others: readonly string[] = []) =>
      kept.push(...refused.map((row) => keep(row, because, { side: direction, others })));
    if (at >= mostPeers) {
      refuse(rows, "peers");
      continue;
    }
    const [writable, not] = [rows.filter((row) => isWritable(row, peer)), rows.filter((row) => !isWritable(row, peer))];
    refuse(not, "unwritable");
    const ports = new Map<string, Observed[]>();
    for (const row of writable) ports.set(portKey(row), [...(ports.get(portKey(row)) ?? []), row]);
    if (ports.size === 0) continue;
    if (ports.size > mostPorts) {
      refuse(writable, "ports");
      continue;
    }
    const written = writePeer(peer, { rows: writable, direction, around, notes });
    if ("others" in written) {
      refuse(writable, "others", written.others);
      continue;
    }
    for (const [port, own] of ports) {
      const problem = requestProblem(own);
      if (problem === undefined) continue;
      refuse(own, problem);
      ports.delete(port);
    }
    if (ports.size === 0) continue;
    const key = `${direction} ${peerKey(written.peer)}`;
    const opening = openings.get(key) ?? { direction, peer: written.peer, ports: new Map<string, Observed[]>() };
    openings.set(key, opening);
    for (const [port, own] of ports) opening.ports.set(port, [...(opening.ports.get(port) ?? []), ...own]);
  }
  return { openings: [...openings.values()], kept, notes };
}

/** As `peerOf`, but an address stands for itself and never for the whole world. */
function exactPeer(end: NamedEnd, direction: Direction): Peer {
  const peer = peerOf(end, direction);
  if (peer.kind !== "entity" || peer.entity !== "world") return peer;
  const { ip } = end;
  if (ip === undefined || !/^[0-9a-fA-F.:]{2,45}$/.test(ip)) return { kind: "none" };
  return { kind: "cidr", cidr: `${ip}/${ip.includes(":") ? 128 : 32}` };
}

function writePeer(
  peer: Peer,
  {
    rows,
    direction,
    around: { ends, cluster, localClusterOnly },
    notes,
  }: {
    readonly rows: readonly Observed[];
    readonly direction: Direction;
    readonly around: Around;
    readonly notes: SuggestNote[];
  },
): { readonly peer: WrittenPeer } | { readonly others: readonly string[] } {
  if (peer.kind === "entity" || peer.kind === "cidr") return { peer };
  if (peer.kind === "names") {
    const [name = ""] = peer.names.toSorted();
    return { peer: { kind: "fqdn", name } };
  }
  if (peer.kind === "none") return { others: [] };
  const group = [...new Set(rows.map((row) => otherEnd(row, direction)))];
  const own = new Set(group.map(({ labels }) => labels.join()));
  const near = ends.filter(({ labels, name }) => namespaceOf(labels) === peer.namespace && name !== peer.workload);
  const chosen = exactly(
    group,
    near.filter(({ labels }) => !own.has(labels.join())),
  );
  if (chosen.others.length > 0) return { others: namesOf(chosen.others, ends) };
  if (Object.keys(chosen.labels).length === 0) return { others: [] };
  // The same labels are the same identity: no policy can tell these apart.
  const same = near.filter(({ labels }) => own.has(labels.join()));
  if (same.length > 0) notes.push({ kind: "peer-others", peer: peer.workload, others: namesOf(same, ends) });
  const isForeign = peer.cluster !== "" && peer.cluster !== cluster;
  return {
    peer: {
      kind: "endpoints",
      namespace: peer.namespace,
      cluster: isForeign && localClusterOnly ? peer.cluster : "",
      labels: chosen.labels,
      names: [peer.workload],
    },
  };
}

/** Undefined: they can be listed, or there are none. */
function requestProblem(rows: readonly Observed[]): KeptBecause | undefined {
  if (rows.some(({ secret }) => secret)) return "secret";
  const names = new Set(rows.flatMap(({ dns }) => (dns === undefined ? [] : [dns])));
  if (names.size > mostNames) return "requests";
  if ([...names].some((name) => !/^(?:[a-z0-9_-]+\.)*[a-z0-9_-]+$/.test(name))) return "unwritable";
  const { because } = httpRules(rows);
  return because === "many" ? "requests" : because;
}

function packets(rows: readonly Observed[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}
