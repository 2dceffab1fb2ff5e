/** Which labels stand for the workloads that were seen. */
import type { End } from "../engine/flow.ts";
import { namespaceOf } from "../labels.ts";
import type { Direction } from "../policy.ts";
import type { NamedEnd } from "../replay/observed.ts";
import { tellApart } from "./labels.ts";
import type { SuggestNote } from "./note.ts";
import { otherEnd, peerKey, type WrittenPeer } from "./opening.ts";
import type { OpeningsInput, Seen } from "./openings.ts";
import type { Peer } from "./peer.ts";

/** Selectors by workload. Who cannot be told from others is written down with them. */
export function chooseSelectors(
  seen: readonly Seen[],
  direction: Direction,
  { known, cluster, localClusterOnly }: OpeningsInput,
  notes: SuggestNote[],
): { readonly selectors: ReadonlyMap<string, WrittenPeer>; readonly skipped: number } {
  const groups = new Map<string, Group>();
  for (const { peer, row } of seen) {
    if (peer.kind !== "pods") continue;
    const key = workloadKey(peer);
    const group = groups.get(key) ?? { peer, ends: new Set<End>(), flows: 0 };
    groups.set(key, group);
    group.ends.add(otherEnd(row, direction));
    group.flows += row.count;
  }
  const neighbours = byNamespace(known);
  const largest = [...groups].sort(([, left], [, right]) => right.flows - left.flows);
  const selectors = new Map<string, WrittenPeer>();
  for (const [key, { peer, ends }] of largest.slice(0, mostWorkloads)) {
    const own = new Set([...ends].map(({ labels }) => labels.join()));
    const others = (neighbours.get(peer.namespace) ?? []).filter(
      ({ end, key: labels }) => end.name !== peer.workload && !own.has(labels),
    );
    const { labels, others: also } = tellApart(
      [...ends],
      others.map(({ end }) => end),
    );
    if (also.length > 0) notes.push({ kind: "peer-others", peer: peer.workload, others: namesOf(also, known) });
    const isForeign = peer.cluster !== "" && peer.cluster !== cluster;
    selectors.set(key, {
      kind: "endpoints",
      namespace: peer.namespace,
      cluster: isForeign && localClusterOnly ? peer.cluster : "",
      labels,
      names: [peer.workload],
    });
  }
  return { selectors: joinNames(selectors), skipped: Math.max(0, largest.length - mostWorkloads) };
}

interface Group {
  readonly peer: Extract<Peer, { kind: "pods" }>;
  readonly ends: Set<End>;
  flows: number;
}

/** Each is held against all others of its namespace. */
const mostWorkloads = 200;

function byNamespace(known: readonly NamedEnd[]) {
  const found = new Map<string, { readonly end: NamedEnd; readonly key: string }[]>();
  for (const end of known) {
    const namespace = namespaceOf(end.labels) ?? "";
    const list = found.get(namespace) ?? [];
    found.set(namespace, list);
    list.push({ end, key: end.labels.join() });
  }
  return found;
}

/** Workloads that nothing tells apart have one selector: it goes by all their names. */
function joinNames(selectors: ReadonlyMap<string, WrittenPeer>): ReadonlyMap<string, WrittenPeer> {
  const names = new Map<string, string[]>();
  for (const peer of selectors.values())
    if (peer.kind === "endpoints") names.set(peerKey(peer), [...(names.get(peerKey(peer)) ?? []), ...peer.names]);
  return new Map(
    [...selectors].map(([key, peer]) => [
      key,
      peer.kind === "endpoints" ? { ...peer, names: [...new Set(names.get(peerKey(peer)))].sort() } : peer,
    ]),
  );
}

export function namesOf(ends: readonly End[], known: readonly NamedEnd[]): string[] {
  const wanted = new Set(ends);
  return [...new Set(known.filter((end) => wanted.has(end)).map(({ name }) => name))].sort().slice(0, 5);
}

export function workloadKey({ namespace, cluster, workload }: Extract<Peer, { kind: "pods" }>): string {
  return `${cluster} ${namespace} ${workload}`;
}
