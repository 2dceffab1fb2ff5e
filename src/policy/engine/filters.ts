/**
 * The rules that select an endpoint, merged per port and protocol and per selector (Cilium's L4Filter and PerSelectorPolicies, pkg/policy/l4.go). What merges
 * and what does not decides which policy an agent names, and where L7 rules of two policies clash.
 */
import type { DnsPattern } from "../dns-pattern.ts";
import type { HttpRule } from "../http-rule.ts";
import type { Authentication, Item, Peer, Port, PortRule } from "../policy.ts";
import { type SelectorTable, selectorNumber } from "./selector-table.ts";
import type { Implicit, Source } from "./source.ts";

export interface Filter {
  /** Null: every protocol (an entry without ports). */
  readonly protocol: string | null;
  readonly port: number;
  readonly endPort: number;
  readonly name: string;
  /** By selector number; -1 for everyone. */
  readonly entries: Map<number, Entry>;
}

export interface Entry {
  readonly deny: boolean;
  /** The proxy that traffic is sent to: http, dns, kafka, tls, crd, …; null for none. */
  readonly parser: string | null;
  /** Requests pass whatever the L7 rules say. */
  readonly open: boolean;
  readonly http: readonly Sourced<HttpRule>[];
  readonly dns: readonly Sourced<DnsPattern>[];
  readonly authentication: Authentication | null;
  readonly sources: readonly Source[];
  readonly implicit: readonly Implicit[];
}

export interface Sourced<Rule> {
  readonly rule: Rule;
  readonly source: Source;
}

export const everyone = -1;

/** Two rules that Cilium cannot merge: the endpoint keeps the policy that it had. The message is the agent's. */
export class PolicyConflict extends Error {}

export interface FilterOptions {
  readonly table: SelectorTable;
  /** No rule switches default deny on: L7 rules then only add (from 1.18). */
  readonly opensL7: boolean;
  /** The selector that stands for the local host, where it is always let in; null otherwise. */
  readonly host: { readonly number: number; selectsHost(number: number): boolean } | null;
}

/** Adds what one entry of a policy says. Throws PolicyConflict. */
export function addItem(
  filters: Map<string, Filter>,
  source: Source,
  peers: readonly Peer[] | "everyone",
  options: FilterOptions,
): void {
  const { item } = source;
  const numbers = selectorNumbers(peers, options.table);
  if (numbers.length === 0) return;
  if (item.ports === null) {
    addFilter(
      filters,
      { protocol: null, port: 0, endPort: 0, name: "" },
      { numbers, entry: newEntry(source, null, "", options), options },
    );
    return;
  }
  for (const rule of item.ports)
    for (const port of rule.ports)
      addFilter(filters, port, { numbers, entry: newEntry(source, rule, port.protocol, options), options });
}

/** A selector without requirements is everyone, and swallows the others of its list. */
function selectorNumbers(peers: readonly Peer[] | "everyone", table: SelectorTable): readonly number[] {
  if (peers === "everyone") return [everyone];
  if (peers.some((peer) => peer.kind === "labels" && peer.selector.length === 0)) return [everyone];
  return [...new Set(peers.map((peer) => selectorNumber(table, peer)))];
}

interface Addition {
  readonly numbers: readonly number[];
  readonly entry: Entry;
  readonly options: FilterOptions;
}

function addFilter(
  filters: Map<string, Filter>,
  at: Omit<Port, "protocol"> & { readonly protocol: string | null },
  addition: Addition,
): void {
  const key = `${at.protocol ?? ""}/${at.name}/${at.port}-${at.endPort}`;
  let filter = filters.get(key);
  if (filter === undefined) {
    filter = { protocol: at.protocol, port: at.port, endPort: at.endPort, name: at.name, entries: new Map() };
    filters.set(key, filter);
  }
  const { numbers, entry, options } = addition;
  for (const number of numbers) merge(filter, number, entry);
  const { host } = options;
  if (host === null || entry.parser === null || numbers.includes(host.number)) return;
  if (numbers.some((number) => number === everyone || host.selectsHost(number)))
    merge(filter, host.number, {
      ...entry,
      parser: null,
      open: true,
      http: [],
      dns: [],
      authentication: null,
      sources: [],
    });
}

function newEntry(source: Source, rule: PortRule | null, protocol: string, options: FilterOptions): Entry {
  const { item } = source;
  const l7 = rule?.l7 ?? null;
  const parser = parserOf(rule, protocol);
  const http = l7?.kind === "http" ? l7.rules.map((one) => ({ rule: one, source })) : [];
  const dns = l7?.kind === "dns" ? l7.rules.map((one) => ({ rule: one, source })) : [];
  return {
    deny: item.verdict === "deny",
    parser,
    open: http.length + dns.length === 0 || options.opensL7,
    http: parser === "http" ? http : [],
    dns: parser === "dns" ? dns : [],
    authentication: item.authentication,
    sources: [source],
    implicit: [],
  };
}

function parserOf(rule: PortRule | null, protocol: string): string | null {
  if (rule === null) return null;
  if (rule.proxy === "crd") return "crd";
  if (rule.l7?.kind === "dns") return "dns";
  if (rule.l7 !== null && protocol === "TCP") return rule.l7.kind === "http" ? "http" : rule.l7.parser;
  return rule.proxy;
}

function merge(filter: Filter, number: number, added: Entry): void {
  const before = filter.entries.get(number);
  filter.entries.set(number, before === undefined ? added : mergeEntries(before, added));
}

function mergeEntries(before: Entry, added: Entry): Entry {
  const sources = [...before.sources, ...added.sources];
  if (before.deny || added.deny) return { ...(before.deny ? before : added), sources };
  const bothAsk = before.authentication !== null && added.authentication !== null;
  if (bothAsk && before.authentication !== added.authentication)
    throw new PolicyConflict(
      `cannot merge conflicting authentication types (${added.authentication}/${before.authentication})`,
    );
  return {
    deny: false,
    parser: mergeParsers(before.parser, added.parser),
    open: before.open || added.open,
    http: [...before.http, ...added.http],
    dns: [...before.dns, ...added.dns],
    authentication: before.authentication ?? added.authentication,
    sources,
    implicit: [...before.implicit, ...added.implicit],
  };
}

function mergeParsers(before: string | null, added: string | null): string | null {
  if (before === added || added === null) return before;
  if (before === null) return added;
  if (before === "tls" && added !== "dns" && added !== "crd") return added;
  if (added === "tls" && before !== "dns" && before !== "crd") return before;
  throw new PolicyConflict(`cannot merge conflicting L7 parsers (${before}/${added})`);
}

/** Of two redirects the one with the higher number wins. */
export function redirectPriority(parser: string | null): number {
  if (parser === null) return 0;
  const order = ["crd", "dns", "tls", "proxylib", "kafka", "http"];
  return 1 + (order.includes(parser) ? order.indexOf(parser) : order.indexOf("proxylib"));
}

/** Everything that an entry, or the list of peers that it has, cannot match. */
export function peersOf(item: Item): readonly Peer[] | "everyone" {
  if (item.peers.kind === "anyone") return "everyone";
  return item.peers.kind === "nobody" ? [] : item.peers.peers;
}
