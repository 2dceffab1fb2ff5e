/** What a cluster says about itself: questions to Relay and to Kubernetes, and what comes back. Part of the contract in question.ts. Times are epoch milliseconds. */
import type { AgentTrouble, NotReadyNode, RelayNode } from "../analysis/status/node.ts";

/** Which nodes does Relay reach, and how far back do their rings go? */
export interface NodesQuestion {
  readonly source: "hubble";
  readonly ask: "nodes";
  readonly cluster: string;
}

export interface NodesFinding {
  readonly ask: "nodes";
  /** When Relay was asked. */
  readonly at: number;
  /** Relay's own version, as it writes it. */
  readonly version: string;
  readonly connected: number;
  readonly unavailable: number;
  /** Of all nodes, over the last minute; null: this Relay does not tell (before 1.15). */
  readonly flowsPerSecond: number | null;
  /** In all rings, and what they hold. */
  readonly flows: number;
  readonly maxFlows: number;
  /** How far back the rings of all nodes reach, those too that are not listed: the least and the furthest. Null: not known. Left out by programs that do not know of it yet. */
  readonly reach?: { readonly leastMs: number; readonly mostMs: number } | null;
  /** Those that are not connected first, at most 300. Where Relay lists no nodes, those that it names as unavailable. */
  readonly nodes: readonly RelayNode[];
  readonly folded: number;
  /** How many nodes run which version, the most first, at most ten; "" does not say. */
  readonly versions: readonly { readonly version: string; readonly nodes: number }[];
  /** Events that nobody could see, as the rings remember it, by source; null: not known. */
  readonly lost: Readonly<Record<string, number>> | null;
  /** Null: nothing is recorded in this process. */
  readonly recorder: RecorderReach | null;
  /** What could not be asked, and what that means: a sentence each. */
  readonly notes: readonly string[];
}

export interface RecorderReach {
  /** From here on every recorded node is; null: nothing is recorded yet. */
  readonly oldest: number | null;
  /** Up to here everything is written. */
  readonly through: number | null;
}

/** Do the nodes and the agents on them run, and are the policies valid? Nodes belong to nobody, and of policies it gets a number. */
export interface AgentsQuestion {
  readonly source: "kubernetes";
  readonly ask: "agents";
  readonly cluster: string;
}

export interface AgentsFinding {
  readonly ask: "agents";
  /** Null: nodes cannot be read. `unknown`: of so many it is not known whether they are ready. */
  readonly nodes: (Bounded & { readonly notReady: readonly NotReadyNode[]; readonly unknown: number }) | null;
  /** Null: pods cannot be read. `total`: nodes that should have one, as far as nodes are known. */
  readonly agents: (Bounded & { readonly troubled: readonly AgentTrouble[] }) | null;
  /** Of the whole cluster; null: not all kinds can be read. */
  readonly policies: { readonly total: number; readonly invalid: number } | null;
  /** Since when this is no longer kept up to date; null: it is. */
  readonly staleSince: number | null;
  /** What could not be read, and what that means: a sentence each. */
  readonly notes: readonly string[];
}

/** A list of at most 100 out of `total`; `folded` more should be on it. */
interface Bounded {
  readonly total: number;
  readonly folded: number;
}
