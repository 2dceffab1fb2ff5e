/** A cluster's nodes as Relay and Kubernetes have them, joined by name: those with something wrong first. */
import { type AgentTrouble, isConnected, type NotReadyNode, type RelayNode } from "./node.ts";

export interface NodeRow {
  /** Relay's name, else Kubernetes'. */
  readonly name: string;
  /** Null: Relay does not list it. */
  readonly relay: RelayNode | null;
  readonly notReady: NotReadyNode | null;
  readonly agent: AgentTrouble | null;
  /** Relay lists all its nodes, and this is none of them. */
  readonly isUnlisted: boolean;
  /** Flows a second, over what its ring holds; null: not known. */
  readonly rate: number | null;
  /** How far back its ring reaches, milliseconds; null: not known. */
  readonly reachMs: number | null;
  /** How full its ring is, 0 to 1; null: not known. */
  readonly fill: number | null;
}

export interface KnownOfNodes {
  readonly relay: readonly RelayNode[];
  /** `relay` is all that Relay has. */
  readonly isWhole: boolean;
  readonly notReady: readonly NotReadyNode[];
  readonly agents: readonly AgentTrouble[];
  /** When Relay was asked, epoch milliseconds. */
  readonly at: number;
}

export function nodeRows({ relay, isWhole, notReady, agents, at }: KnownOfNodes): NodeRow[] {
  const shared = sharedNames(relay);
  const nodes = new Map(notReady.map((one) => [one.name, one]));
  const troubles = new Map(agents.map((one) => [one.node, one]));
  const listed = relay.map((node): NodeRow => {
    const bare = bareName(node.name);
    // Of two clusters behind one Relay, it cannot be told whose node Kubernetes means.
    const isOwn = !shared.has(bare);
    return {
      ...{ name: node.name, relay: node },
      notReady: (isOwn && take(nodes, bare)) || null,
      agent: (isOwn && take(troubles, bare)) || null,
      isUnlisted: false,
      ...ringOf(node, at),
    };
  });
  const others = [...new Set([...nodes.keys(), ...troubles.keys()])].map(
    (name): NodeRow => ({
      ...{ name, relay: null, notReady: nodes.get(name) ?? null, agent: troubles.get(name) ?? null },
      isUnlisted: isWhole && !shared.has(name),
      ...{ rate: null, reachMs: null, fill: null },
    }),
  );
  return [...listed, ...others].sort((one, other) => weight(other) - weight(one) || byName(one.name, other.name));
}

/** Of none of these there is anything to say. */
export function isWell({ relay, notReady, agent }: NodeRow): boolean {
  return (relay === null || isConnected(relay)) && notReady === null && agent === null;
}

/** The node's name without its cluster's. */
export function bareName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function ringOf({ flows, maxFlows, oldest }: RelayNode, at: number): Pick<NodeRow, "rate" | "reachMs" | "fill"> {
  const reachMs = oldest === null ? null : Math.max(0, at - oldest);
  return {
    // A moment's worth of flows says nothing of a second, nor does a ring of which nobody told what is in it.
    rate: reachMs === null || reachMs < 1_000 || flows === 0 ? null : (flows * 1_000) / reachMs,
    reachMs,
    fill: maxFlows > 0 ? Math.min(1, flows / maxFlows) : null,
  };
}

function weight(row: NodeRow): number {
  const isAway = row.relay !== null && !isConnected(row.relay);
  return (isAway ? 4 : 0) + (row.notReady === null ? 0 : 2) + (row.agent === null ? 0 : 1);
}

function sharedNames(relay: readonly RelayNode[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(relay.map(({ name }) => bareName(name)).filter((name) => seen.has(name) || !seen.add(name)));
}

function take<Value>(from: Map<string, Value>, key: string): Value | undefined {
  const value = from.get(key);
  from.delete(key);
  return value;
}

/** `k8s-w2` before `k8s-w10`. */
function byName(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}
