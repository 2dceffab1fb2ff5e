/** Every peer of every rule, numbered: two with the same key are the same to Cilium, and to our memory. */
import { within } from "../cidr.ts";
import type { Peer } from "../policy.ts";
import { selects } from "../selector.ts";
import type { KnownEnd } from "./ends.ts";

export interface SelectorTable {
  readonly byKey: Map<string, number>;
  readonly peers: Peer[];
}

export function createSelectorTable(): SelectorTable {
  return { byKey: new Map(), peers: [] };
}

export function selectorNumber(table: SelectorTable, peer: Peer): number {
  const before = table.byKey.get(peer.key);
  if (before !== undefined) return before;
  const number = table.peers.push(peer) - 1;
  table.byKey.set(peer.key, number);
  return number;
}

/** Does the selector with this number select the end? */
export function isSelected(table: SelectorTable, number: number, end: KnownEnd): boolean {
  if (number >= end.matched.length) {
    const larger = new Uint8Array(Math.max(table.peers.length, number + 1));
    larger.set(end.matched);
    end.matched = larger;
  }
  const before = end.matched[number];
  if (before !== undefined && before !== 0) return before === 1;
  const peer = table.peers[number];
  const found = peer !== undefined && peerMatches(peer, end);
  end.matched[number] = found ? 1 : 2;
  return found;
}

export function peerMatches(peer: Peer, end: KnownEnd): boolean {
  if (peer.kind === "labels") return selects(peer.selector, end.labels);
  if (peer.kind === "fqdn") return end.names.some((name) => peer.pattern.matches(name));
  const { address } = end;
  return address !== null && within(peer.cidr, address) && !peer.except.some((hole) => within(hole, address));
}
