/** Flows → what has to be let through, and what no policy can say. */
import { type Direction, directions } from "../policy.ts";
import type { NamedEnd, Observed } from "../replay/observed.ts";
import type { SuggestNote } from "./note.ts";
import { type Opening, otherEnd, peerKey, portKey, prune, type WrittenPeer } from "./opening.ts";
import { type Peer, peerOf } from "./peer.ts";
import { chooseSelectors, workloadKey } from "./selectors.ts";

export interface OpeningsInput {
  readonly evidence: readonly Observed[];
  /** Every endpoint that is known, seen or not. */
  readonly known: readonly NamedEnd[];
  readonly cluster: string;
  readonly localClusterOnly: boolean;
  /** Cilium always lets a node talk to its own pods. */
  readonly hostPasses: boolean;
}

export interface Openings {
  readonly openings: readonly Opening[];
  readonly notes: readonly SuggestNote[];
}

/** Of one direction. More makes a policy that nobody reads. */
const mostPeers = 100;
/** Looked at to begin with: the narrow ones among them may be part of broader ones. */
const mostLooked = 300;
const mostAddresses = 16;
const protocols = ["TCP", "UDP", "SCTP", "ICMPv4", "ICMPv6"];

export function openingsOf(input: OpeningsInput): Openings {
  const found = directions.map((direction) => ofDirection(direction, input));
  return { openings: found.flatMap(({ openings }) => openings), notes: found.flatMap(({ notes }) => notes) };
}

export interface Seen {
  readonly peer: Peer;
  readonly row: Observed;
}

function ofDirection(direction: Direction, input: OpeningsInput): Openings {
  const notes: SuggestNote[] = [];
  const writable: Seen[] = [];
  const unwritable: Seen[] = [];
  for (const row of input.evidence) {
    if (!(direction === "ingress" ? row.to : row.from).target) continue;
    if (direction === "ingress" && row.seen === "dropped") continue;
    const peer = peerOf(otherEnd(row, direction), direction);
    if (isWritable(row, peer)) writable.push({ row, peer });
    else if (!isHost(peer)) unwritable.push({ row, peer });
  }
  if (unwritable.length > 0) notes.push({ kind: "unwritable", direction, flows: flowsOf(unwritable) });
  const needed = writable.filter(({ peer }) => !(direction === "ingress" && input.hostPasses && isHost(peer)));
  if (needed.length < writable.length) notes.push({ kind: "host-passes" });

  const namesFor = chooseNames(needed);
  const { selectors, skipped } = chooseSelectors(needed, direction, input, notes);
  const addresses = new Set(needed.map(({ peer }) => addressOf(peer, namesFor)).filter((one) => one !== undefined));
  const world = addresses.size > mostAddresses;
  if (world) notes.push({ kind: "world", direction, addresses: addresses.size });

  const openings = new Map<string, Opening>();
  for (const { peer, row } of needed) {
    const written = writePeer(peer, { namesFor, selectors, world });
    if (written === undefined) continue;
    const key = peerKey(written);
    const opening = openings.get(key) ?? { direction, peer: written, ports: new Map<string, Observed[]>() };
    openings.set(key, opening);
    const port = portKey(row);
    const before = opening.ports.get(port);
    if (before === undefined) opening.ports.set(port, [row]);
    else before.push(row);
  }
  const largest = mostFirst([...openings.values()]);
  const pruned = prune(largest.slice(0, mostLooked));
  const kept = mostFirst(pruned).slice(0, mostPeers);
  const left = skipped + Math.max(0, largest.length - mostLooked) + pruned.length - kept.length;
  if (left > 0) notes.push({ kind: "peers-left-out", direction, peers: left });
  return { openings: kept, notes };
}

/** So that what is left out matters least. */
function mostFirst(openings: readonly Opening[]): Opening[] {
  const flows = new Map(
    openings.map((opening) => {
      let sum = 0;
      for (const rows of opening.ports.values()) for (const { count } of rows) sum += count;
      return [opening, sum];
    }),
  );
  return openings.toSorted((left, right) => (flows.get(right) ?? 0) - (flows.get(left) ?? 0));
}

export function isWritable({ protocol, port }: Observed, peer: Peer): boolean {
  if (peer.kind === "none" || !protocols.includes(protocol)) return false;
  // As a rule, port 0 or type 0 would mean all of them.
  return port > 0;
}

function isHost(peer: Peer): boolean {
  return peer.kind === "entity" && peer.entity === "host";
}

function flowsOf(seen: readonly Seen[]): number {
  return seen.reduce((sum, { row }) => sum + row.count, 0);
}

/** Several names may stand for one address: as few as possible, the same ones again and again. */
function chooseNames(seen: readonly Seen[]): ReadonlyMap<string, string> {
  const uses = new Map<string, number>();
  for (const { peer, row } of seen)
    if (peer.kind === "names") for (const name of peer.names) uses.set(name, (uses.get(name) ?? 0) + row.count);
  const chosen = new Map<string, string>();
  for (const { peer } of seen) {
    if (peer.kind !== "names") continue;
    const [best] = peer.names.toSorted(
      (left, right) => (uses.get(right) ?? 0) - (uses.get(left) ?? 0) || (left < right ? -1 : 1),
    );
    if (best !== undefined) chosen.set(peer.names.join(), best);
  }
  return chosen;
}

/** Undefined for everything that has a better name than its address. */
function addressOf(peer: Peer, namesFor: ReadonlyMap<string, string>): string | undefined {
  if (peer.kind === "cidr") return peer.cidr;
  return peer.kind === "names" && !namesFor.has(peer.names.join()) ? peer.address : undefined;
}

function writePeer(
  peer: Peer,
  written: {
    readonly namesFor: ReadonlyMap<string, string>;
    readonly selectors: ReadonlyMap<string, WrittenPeer>;
    readonly world: boolean;
  },
): WrittenPeer | undefined {
  switch (peer.kind) {
    case "pods":
      return written.selectors.get(workloadKey(peer));
    case "entity":
      return peer;
    case "names": {
      const name = written.namesFor.get(peer.names.join());
      if (name !== undefined) return { kind: "fqdn", name };
      return written.world ? { kind: "entity", entity: "world" } : { kind: "cidr", cidr: peer.address };
    }
    case "cidr":
      return written.world ? { kind: "entity", entity: "world" } : peer;
    case "none":
      return undefined;
  }
}
