/** Why an entry of a policy does not mean this peer. */
import { within } from "../cidr.ts";
import { labelValue } from "../labels.ts";
import type { CidrPeer, LabelPeer, NamePeer, Peers } from "../policy.ts";
import { type Requirement, selects } from "../selector.ts";
import { type Condition, maxWanted } from "./conditions.ts";
import type { KnownEnd } from "./ends.ts";
import { peerMatches } from "./selector-table.ts";

export interface Miss {
  readonly condition: Condition;
  /** How far off: 1 for a single label, more for more of them. */
  readonly distance: number;
}

/** Null when the entry means the peer. `ip` is the peer's address as given. */
export function peerMiss(peers: Peers, end: KnownEnd, ip: string | null): Miss | null {
  if (peers.kind === "anyone") return null;
  if (peers.kind === "nobody") return { condition: nobody(peers), distance: 5 };
  if (peers.peers.some((peer) => peerMatches(peer, end))) return null;
  const selectors = peers.peers.filter((peer) => peer.kind === "labels");
  const misses = [
    labelMiss(
      selectors.filter(({ name }) => name === ""),
      end,
    ),
    namedMiss(selectors.filter(({ name }) => name !== "")),
    cidrMiss(
      peers.peers.filter((peer) => peer.kind === "cidr"),
      end,
      ip,
    ),
    nameMiss(
      peers.peers.filter((peer) => peer.kind === "fqdn"),
      end,
    ),
  ].filter((miss) => miss !== null);
  const [nearest] = misses.sort((left, right) => left.distance - right.distance);
  return nearest ?? { condition: { kind: "empty-item" }, distance: 5 };
}

function nobody(peers: Extract<Peers, { readonly kind: "nobody" }>): Condition {
  return peers.because === "empty-item" ? { kind: "empty-item" } : { kind: peers.because, member: peers.member };
}

/** Of the selector that is nearest: the fewest requirements fail. */
function labelMiss(peers: readonly LabelPeer[], end: KnownEnd): Miss | null {
  let best: Miss | null = null;
  for (const { selector, member } of peers) {
    const failing = selector.filter((requirement) => !selects([requirement], end.labels));
    const [first] = failing;
    if (first === undefined || (best !== null && best.distance <= failing.length)) continue;
    best = {
      condition: { kind: "label", member, wanted: first, got: labelOf(first, end.labels) },
      distance: failing.length,
    };
  }
  return best;
}

function labelOf({ source, key }: Requirement, labels: readonly string[]): string | null {
  for (const label of labels) {
    const value = labelValue(label, source, key);
    if (value !== undefined) return value;
  }
  return null;
}

/** Entities and services. */
function namedMiss(peers: readonly LabelPeer[]): Miss | null {
  const [first] = peers;
  if (first === undefined) return null;
  const wanted = few(peers.map(({ name }) => name));
  if (first.member === "toServices") return { condition: { kind: "service", wanted }, distance: 2 };
  return { condition: { kind: "entity", member: first.member, wanted }, distance: 2 };
}

function cidrMiss(peers: readonly CidrPeer[], end: KnownEnd, ip: string | null): Miss | null {
  if (peers.length === 0) return null;
  const wanted = few(peers.map(({ cidr }) => cidr.text));
  const { address } = end;
  if (address === null) {
    if (end.kind === "outside") return { condition: { kind: "cidr", wanted, got: null }, distance: 2 };
    const kind = end.kind === "endpoint" ? "cidr-never-matches-pods" : "cidr-never-matches-nodes";
    return { condition: { kind, wanted }, distance: 3 };
  }
  const got = ip ?? "";
  for (const { cidr, except } of peers) {
    const hole = within(cidr, address) ? except.find((one) => within(one, address)) : undefined;
    if (hole !== undefined)
      return { condition: { kind: "cidr-except", wanted: cidr.text, except: hole.text, got }, distance: 1 };
  }
  return { condition: { kind: "cidr", wanted, got }, distance: 2 };
}

function nameMiss(peers: readonly NamePeer[], end: KnownEnd): Miss | null {
  if (peers.length === 0) return null;
  const wanted = few(peers.map(({ pattern }) => pattern.text));
  if (end.kind === "outside") return { condition: { kind: "fqdn", wanted, got: few(end.names) }, distance: 2 };
  const kind = end.kind === "endpoint" ? "fqdn-never-matches-pods" : "fqdn-never-matches-nodes";
  return { condition: { kind, wanted }, distance: 3 };
}

function few(names: readonly string[]): string[] {
  return [...new Set(names)].slice(0, maxWanted);
}
