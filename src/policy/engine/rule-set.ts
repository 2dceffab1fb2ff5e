/** The policy of all endpoints that the same rules select, in one direction. Made once per set of rules. */

import type { Direction, LabelPeer, Peer, PolicyName } from "../policy.ts";
import { reserved } from "../read/entities.ts";
import { joined, requirementKey, selectorKey } from "../read/selectors.ts";
import type { Requirement } from "../selector.ts";
import { selects } from "../selector.ts";
import type { Settings } from "../settings.ts";
import type { Decision } from "./decision.ts";
import { addItem, type Filter, type FilterOptions, PolicyConflict, peersOf } from "./filters.ts";
import { type SelectorTable, selectorNumber } from "./selector-table.ts";
import type { Source } from "./source.ts";

export interface RuleSet {
  readonly direction: Direction;
  readonly enforced: boolean;
  /** Some rule, or the enforcement mode, denies what no rule allows. */
  readonly defaultDeny: boolean;
  /** The policies that speak of this direction, once per rule. */
  readonly selecting: readonly PolicyName[];
  /** Every entry of the rules, allowing and denying, in the order of the policies. */
  readonly sources: readonly Source[];
  readonly filters: readonly Filter[];
  /** The agent's message when two rules cannot be merged. */
  readonly conflict: string | null;
  /** Named ports make a decision depend on more than the peer. */
  readonly hasNames: boolean;
  readonly decisions: Map<string | number, Decision>;
}

const hostWritten = reserved("host");
const hostPeer: LabelPeer = {
  kind: "labels",
  selector: joined(hostWritten),
  member: "",
  name: "host",
  key: selectorKey(hostWritten),
};
const hostLabels = ["reserved:host"];

export interface SelectedRule {
  readonly policy: PolicyName;
  readonly sources: readonly Source[];
  readonly defaultDeny: boolean;
}

export function createRuleSet(
  direction: Direction,
  rules: readonly SelectedRule[],
  { table, settings, always }: { readonly table: SelectorTable; readonly settings: Settings; readonly always: boolean },
): RuleSet {
  const enforced = always || rules.length > 0;
  const defaultDeny = always || rules.some((rule) => rule.defaultDeny);
  const sources = rules.flatMap((rule) => rule.sources);
  const filters = new Map<string, Filter>();
  const conflict = fill(filters, sources, {
    table,
    opensL7: enforced && !defaultDeny && settings.minor >= 18,
    host: direction === "ingress" && settings.allowLocalhost === "always" ? hostOption(table) : null,
  });
  if (enforced && !defaultDeny) allowAll(filters, settings.minor >= 18);
  const list = [...filters.values()];
  return {
    direction,
    enforced,
    defaultDeny,
    selecting: rules.map(({ policy }) => policy),
    sources,
    filters: list,
    conflict,
    hasNames: list.some(({ name }) => name !== ""),
    decisions: new Map(),
  };
}

function fill(filters: Map<string, Filter>, sources: readonly Source[], options: FilterOptions): string | null {
  const requires = { allow: required(sources, "allow"), deny: required(sources, "deny") };
  try {
    for (const source of sources) {
      const peers = peersOf(source.item);
      const demanded = requires[source.item.verdict];
      addItem(filters, source, peers === "everyone" ? peers : peers.map((peer) => narrowed(peer, demanded)), options);
    }
    return null;
  } catch (error) {
    if (error instanceof PolicyConflict) return error.message;
    throw error;
  }
}

function required(sources: readonly Source[], verdict: "allow" | "deny"): readonly Requirement[] {
  return sources.filter(({ item }) => item.verdict === verdict).flatMap(({ item }) => item.requires);
}

/** fromRequires of one rule narrows the selectors of all rules for the same endpoint. */
function narrowed(peer: Peer, requires: readonly Requirement[]): Peer {
  if (requires.length === 0 || peer.kind !== "labels" || !peer.member.endsWith("Endpoints")) return peer;
  const key = `${peer.key}\nrequires ${requires.map(requirementKey).join("\n")}`;
  return { ...peer, selector: [...peer.selector, ...requires], key };
}

function hostOption(table: SelectorTable): NonNullable<FilterOptions["host"]> {
  return {
    number: selectorNumber(table, hostPeer),
    selectsHost(number) {
      const peer = table.peers[number];
      return peer?.kind === "labels" && selects(peer.selector, hostLabels);
    },
  };
}

/**
 * Only rules without default deny: the agent adds one that allows everything, so that their denies and L7 rules still take effect. Until 1.17 it opened ports
 * only, and L7 rules went on refusing.
 */
function allowAll(filters: Map<string, Filter>, open: boolean): void {
  const key = "//0-0";
  const filter = filters.get(key) ?? { protocol: null, port: 0, endPort: 0, name: "", entries: new Map() };
  filters.set(key, filter);
  const before = filter.entries.get(-1);
  if (before !== undefined) return;
  filter.entries.set(-1, {
    deny: false,
    parser: null,
    open,
    http: [],
    dns: [],
    authentication: null,
    sources: [],
    implicit: [],
  });
}
