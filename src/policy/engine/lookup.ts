/**
 * One look into an endpoint's policy map, as the datapath does it (pkg/policy/mapstate.go): deny wins; of two allows the one with the more important redirect,
 * then the more specific port, then the one for the peer itself. Which entries the map holds at all (a deny swallows what it covers) decides the policies named.
 */
import type { Decision, Requests } from "./decision.ts";
import type { KnownEnd } from "./ends.ts";
import { type Entry, everyone, type Filter, redirectPriority } from "./filters.ts";
import type { RuleSet } from "./rule-set.ts";
import { isSelected, type SelectorTable } from "./selector-table.ts";
import type { Implicit, Source } from "./source.ts";

export interface Lookup {
  readonly table: SelectorTable;
  readonly peer: KnownEnd;
  readonly protocol: string;
  readonly port: number;
  /** The number behind a port's name; null for a name that no pod has, or two pods have with different numbers. */
  named(name: string, protocol: string): number | null;
  /** The local host is let in whatever the rules are. */
  readonly localhost: boolean;
}

export function lookUp(ruleSet: RuleSet, look: Lookup): Decision {
  const hits = ruleSet.filters.flatMap((filter) => hitsIn(filter, look));
  const keys = toKeys(hits);
  if (look.localhost) addLocalhost(keys);
  const winner = decide(keys);
  if (winner === null) return denied("default-deny", [], []);
  if (winner.deny) return denied("explicit-deny", winner.sources, winner.implicit);
  const authentication = authenticationOf(keys, winner);
  const refused = authentication === "test-always-fail";
  return {
    verdict: refused ? "DENIED" : "ALLOWED",
    reason: refused ? "authentication" : null,
    sources: winner.sources,
    implicit: winner.implicit,
    redirect: winner.parser,
    requests: winner.parser === null ? null : requestsOf(winner.parser, hits, look.port),
    authentication,
    conflict: null,
  };
}

function denied(
  reason: "default-deny" | "explicit-deny",
  sources: readonly Source[],
  implicit: readonly Implicit[],
): Decision {
  return {
    verdict: "DENIED",
    reason,
    sources,
    implicit,
    redirect: null,
    requests: null,
    authentication: null,
    conflict: null,
  };
}

interface Hit {
  readonly filter: Filter;
  readonly entry: Entry;
  /** Not for this peer but for everyone. */
  readonly wild: boolean;
  /** Bits of protocol and port that the key in the map fixes: 0, 8 … 24. */
  readonly length: number;
  /** Same effect as the filter's entry for everyone, so that the agent leaves it out of the map. */
  readonly elided: boolean;
}

function hitsIn(filter: Filter, look: Lookup): Hit[] {
  if (filter.protocol !== null && filter.protocol !== look.protocol) return [];
  const low = filter.name === "" ? filter.port : look.named(filter.name, look.protocol);
  if (low === null) return [];
  const high = filter.endPort === 0 ? low : filter.endPort;
  const any = low === 0 && high === 0;
  if (!any && (look.port < low || look.port > high)) return [];
  const length = filter.protocol === null ? 0 : 8 + (any ? 0 : portBits(look.port, low, high));
  const wildcard = filter.entries.get(everyone);
  const hits: Hit[] = [];
  for (const [number, entry] of filter.entries) {
    const wild = number === everyone;
    if (!wild && !isSelected(look.table, number, look.peer)) continue;
    const elided = !wild && wildcard !== undefined && low !== 0 && sameEffect(entry, wildcard);
    hits.push({ filter, entry, wild, length, elided });
  }
  return hits;
}

function sameEffect(one: Entry, other: Entry): boolean {
  return one.deny === other.deny && one.parser === other.parser && one.authentication === other.authentication;
}

/** A range is stored as the fewest power-of-two blocks: the length of the prefix of the block that holds the port. */
function portBits(port: number, low: number, high: number): number {
  let bits = 16;
  for (let size = 2; bits > 0; size *= 2) {
    const start = port - (port % size);
    if (start < low || start + size - 1 > high) break;
    bits -= 1;
  }
  return bits;
}

interface Key {
  readonly wild: boolean;
  readonly length: number;
  deny: boolean;
  parser: string | null;
  authentication: Entry["authentication"];
  sources: Source[];
  implicit: Implicit[];
}

/** Entries with the same key share a place in the map: a deny replaces allows, a more important redirect the others, equals are named together. */
function toKeys(hits: readonly Hit[]): Key[] {
  const keys = new Map<number, Key>();
  for (const { entry, wild, length, elided } of hits) {
    if (elided) continue;
    const at = length * 2 + (wild ? 1 : 0);
    const key = keys.get(at);
    if (key === undefined || replaces(entry, key))
      keys.set(at, { ...entry, wild, length, sources: [...entry.sources], implicit: [...entry.implicit] });
    else if (key.deny === entry.deny && redirectPriority(key.parser) === redirectPriority(entry.parser)) {
      key.sources.push(...entry.sources);
      key.implicit.push(...entry.implicit);
      key.authentication ??= entry.authentication;
    }
  }
  return [...keys.values()];
}

function replaces(entry: Entry, key: Key): boolean {
  if (entry.deny !== key.deny) return entry.deny;
  return !entry.deny && redirectPriority(entry.parser) > redirectPriority(key.parser);
}

function addLocalhost(keys: Key[]): void {
  const name = "allow-localhost-ingress";
  const same = keys.find((key) => !key.wild && key.length === 0);
  if (same === undefined)
    keys.push({
      wild: false,
      length: 0,
      deny: false,
      parser: null,
      authentication: null,
      sources: [],
      implicit: [name],
    });
  else if (!same.deny && same.parser === null) same.implicit.push(name);
}

function decide(keys: readonly Key[]): Key | null {
  const kept = keys.filter((key) => !keys.some((other) => other !== key && swallows(other, key)));
  const forPeer = longest(kept.filter(({ wild }) => !wild));
  const forAll = longest(kept.filter(({ wild }) => wild));
  if (forPeer === null || forAll === null) return forPeer ?? forAll;
  if (forPeer.deny) return forPeer;
  if (forAll.deny) return forAll;
  const difference = redirectPriority(forPeer.parser) - redirectPriority(forAll.parser);
  if (difference !== 0) return difference > 0 ? forPeer : forAll;
  return forAll.length > forPeer.length ? forAll : forPeer;
}

function swallows(broad: Key, narrow: Key): boolean {
  if (broad.length > narrow.length || (!broad.wild && narrow.wild)) return false;
  if (broad.deny || narrow.deny) return broad.deny;
  return redirectPriority(broad.parser) > redirectPriority(narrow.parser);
}

function longest(keys: readonly Key[]): Key | null {
  return keys.reduce<Key | null>((best, key) => (best === null || key.length > best.length ? key : best), null);
}

const strength = { disabled: 0, required: 1, "test-always-fail": 2 } as const;

/** An entry that says nothing of authentication takes it from the broader ones. */
function authenticationOf(keys: readonly Key[], winner: Key): Entry["authentication"] {
  if (winner.authentication !== null) return winner.authentication;
  const broader = keys.filter((key) => key.length <= winner.length && key.authentication !== null && !key.deny);
  const own = longest(broader.filter(({ wild }) => wild === winner.wild))?.authentication ?? null;
  const other = longest(broader.filter(({ wild }) => wild !== winner.wild))?.authentication ?? null;
  if (own === null || other === null) return own ?? other;
  return strength[other] > strength[own] ? other : own;
}

/**
 * Envoy lets a request pass when any allow that covers it does; the DNS proxy looks at the rules of the exact port and protocol only, so a broader allow opens
 * no other names there.
 */
function requestsOf(parser: string, hits: readonly Hit[], port: number): Requests {
  const relevant = hits.filter(({ entry, filter }) => !entry.deny && (parser !== "dns" || isExact(filter, port)));
  return {
    open: relevant.some(({ entry }) => entry.open),
    http: relevant.flatMap(({ entry }) => entry.http),
    dns: relevant.flatMap(({ entry }) => entry.dns),
  };
}

function isExact(filter: Filter, port: number): boolean {
  return (
    filter.protocol !== null &&
    (filter.name !== "" || filter.port === port) &&
    (filter.endPort === 0 || filter.endPort === port)
  );
}
