/** What is known of a cluster's nodes: Relay's word for each, and what Kubernetes says of those that are not well. JSON; times are epoch milliseconds. */

export interface RelayNode {
  /** As Relay has it: `k8s-w1`, or `cluster/k8s-w1` where the cluster has a name of its own. */
  readonly name: string;
  /** Relay's NodeState in a word; a number that is not known here is that number. */
  readonly state: string;
  /** The agent's, as it writes it: `cilium v1.19.4`; "" where it does not say. */
  readonly version: string;
  /** In its ring, and what that holds. */
  readonly flows: number;
  readonly maxFlows: number;
  /** Of the first flow in its ring; null: not known. */
  readonly oldest: number | null;
}

/** A node that Kubernetes does not call ready. */
export interface NotReadyNode {
  readonly name: string;
  /** Kubernetes' own word: `KubeletNotReady`; "" where it gives none. */
  readonly reason: string;
  /** Null: it does not say since when. */
  readonly since: number | null;
}

/** A node whose agent does not run as it should. */
export interface AgentTrouble {
  readonly node: string;
  /** Null: no agent's pod is on this node. */
  readonly pod: string | null;
  /** What the kubelet says: `CrashLoopBackOff`; "" where it says nothing, or there is no pod. */
  readonly why: string;
  readonly restarts: number;
}

export const relayStates = { 1: "connected", 2: "unavailable", 3: "gone", 4: "error" } as const;

export function relayState(state: number): string {
  return relayStates[state as keyof typeof relayStates] ?? String(state);
}

export function isConnected({ state }: Pick<RelayNode, "state">): boolean {
  return state === relayStates[1];
}
