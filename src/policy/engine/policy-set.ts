/** Policies, read and indexed, ready to be asked. */
import {
  type Direction,
  directions,
  type Policy,
  type PolicyName,
  type PolicyObject,
  type Refusal,
  type Rule,
} from "../policy.ts";
import { readCiliumPolicy } from "../read-cilium.ts";
import { readNetworkPolicy } from "../read-kubernetes.ts";
import { selects } from "../selector.ts";
import { defaultSettings, type Settings } from "../settings.ts";
import { createEnds, type Ends, hasReserved, type KnownEnd } from "./ends.ts";
import { createRuleSet, type RuleSet, type SelectedRule } from "./rule-set.ts";
import { createSelectorTable, type SelectorTable } from "./selector-table.ts";

export interface PolicySet {
  readonly settings: Settings;
  /** Those in force. */
  readonly policies: readonly Policy[];
  /** Those that no agent loads, with the reason. */
  readonly refused: readonly (PolicyName & { readonly refusal: Refusal })[];
  readonly memory: Memory;
}

/** Internal: what was asked before. Bounded. */
export interface Memory {
  readonly table: SelectorTable;
  readonly ends: Ends;
  readonly clusterWide: readonly IndexedRule[];
  readonly byNamespace: ReadonlyMap<string, readonly IndexedRule[]>;
  readonly ruleSets: Map<string, RuleSet>;
  decisions: number;
}

interface IndexedRule {
  readonly number: number;
  readonly policy: PolicyName;
  readonly rule: Rule;
}

/** One cluster has thousands of policies, never that many. */
const maxPolicies = 20_000;
/** Different sets of rules that are remembered: no more than there are ends. */
const maxRuleSets = 20_000;

/** Reads and indexes; what Cilium would refuse is left out and listed. Never throws on what the objects hold. */
export function compile(objects: readonly PolicyObject[], options: Partial<Settings> = {}): PolicySet {
  const settings = { ...defaultSettings, ...options };
  const read = objects.map((object, index) => (index < maxPolicies ? readPolicy(object, settings) : tooMany(object)));
  const policies = read.filter(({ refused }) => refused === null);
  return {
    settings,
    policies,
    refused: read.flatMap(({ kind, namespace, name, refused }) =>
      refused === null ? [] : [{ kind, namespace, name, refusal: refused }],
    ),
    memory: createMemory(policies),
  };
}

export function readPolicy(object: PolicyObject, settings: Settings): Policy {
  if (object.kind === "NetworkPolicy") return readNetworkPolicy(object, settings);
  if (object.kind === "CiliumNetworkPolicy" && object.namespace === "")
    return refuse(object, { by: "validation", message: "CiliumNetworkPolicy must have a namespace" });
  if (object.kind === "CiliumNetworkPolicy" || object.kind === "CiliumClusterwideNetworkPolicy")
    return readCiliumPolicy(object, settings);
  return refuse(object, { by: "schema", message: `${object.kind.slice(0, 100)} is no kind of network policy` });
}

function tooMany(object: PolicyObject): Policy {
  return refuse(object, { by: "size", message: `more than ${maxPolicies} policies: this one is not read` });
}

function refuse({ kind, namespace, name }: PolicyName, refused: Refusal): Policy {
  return { kind, namespace, name, rules: [], refused, unknown: [] };
}

/** Namespaced policies select in their own namespace only, so an end is held against those of its namespace and the cluster-wide ones. */
function createMemory(policies: readonly Policy[]): Memory {
  const clusterWide: IndexedRule[] = [];
  const byNamespace = new Map<string, IndexedRule[]>();
  let number = 0;
  for (const { kind, namespace, name, rules } of policies) {
    const policy = { kind, namespace, name };
    const list = namespace === "" ? clusterWide : (byNamespace.get(namespace) ?? []);
    if (namespace !== "") byNamespace.set(namespace, list);
    for (const rule of rules) list.push({ number: number++, policy, rule });
  }
  const empty = {
    table: createSelectorTable(),
    ends: createEnds(),
    ruleSets: new Map<string, RuleSet>(),
    decisions: 0,
  };
  return { ...empty, clusterWide, byNamespace };
}

/** What holds for this end in this direction; null where Cilium enforces nothing: outside addresses, nodes, the host without host firewall. */
export function ruleSetOf(set: PolicySet, end: KnownEnd, direction: Direction): RuleSet | null {
  if (end.kind !== "endpoint" && !(end.kind === "host" && set.settings.hostFirewall)) return null;
  const before = end.ruleSets[direction];
  if (before !== null) return before;
  const selecting = rulesFor(set, end);
  for (const one of directions)
    end.ruleSets[one] = sharedRuleSet(set, selecting, { direction: one, always: isAlways(set, end) });
  return end.ruleSets[direction];
}

function isAlways(set: PolicySet, end: KnownEnd): boolean {
  return set.settings.enforcement === "always" || hasReserved(end.labels, "init");
}

function rulesFor(set: PolicySet, end: KnownEnd): readonly IndexedRule[] {
  if (set.settings.enforcement === "never") return [];
  const { clusterWide, byNamespace } = set.memory;
  const own = end.namespace === undefined ? [] : (byNamespace.get(end.namespace) ?? []);
  const isHost = end.kind === "host";
  return [...clusterWide, ...own].filter(
    ({ rule }) => (rule.over === "nodes") === isHost && selects(rule.subject, end.labels),
  );
}

function sharedRuleSet(
  set: PolicySet,
  rules: readonly IndexedRule[],
  { direction, always }: { readonly direction: Direction; readonly always: boolean },
): RuleSet {
  const { memory, settings } = set;
  const speaking = rules.filter(({ rule }) => rule[direction] !== undefined);
  const key = `${direction}${always ? "!" : ""} ${speaking.map(({ number }) => number).join(" ")}`;
  const before = memory.ruleSets.get(key);
  if (before !== undefined) return before;
  const selected = speaking.map(({ policy, rule }): SelectedRule => {
    const section = rule[direction];
    return {
      policy,
      sources: (section?.items ?? []).map((item) => ({ policy, rule, item })),
      defaultDeny: section?.defaultDeny === true,
    };
  });
  const made = createRuleSet(direction, selected, {
    table: memory.table,
    settings,
    always: always && settings.enforcement !== "never",
  });
  if (memory.ruleSets.size >= maxRuleSets) memory.ruleSets.clear();
  memory.ruleSets.set(key, made);
  return made;
}
