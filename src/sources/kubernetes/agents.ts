/** What the index knows of nodes, of the agents on them, and of how many policies are not valid. */
import type { AgentTrouble } from "../../analysis/status/node.ts";
import { readPolicy } from "../../policy/engine/policy-set.ts";
import { lenientSettings } from "../../policy/settings.ts";
import type { AgentsFinding } from "../question.ts";
import type { ClusterIndex } from "./cluster-index.ts";
import type { AgentEntry, NodeEntry, PolicyEntry } from "./entries.ts";
import { settingsOf } from "./why/policy-set.ts";

const mostListed = 100;

/** Which resources are known completely. */
export interface KnownResources {
  readonly nodes: boolean;
  readonly pods: boolean;
  readonly policies: boolean;
}

export function agentsOf(
  index: ClusterIndex,
  known: KnownResources,
): Pick<AgentsFinding, "nodes" | "agents" | "policies" | "notes"> {
  // Cilium may be installed elsewhere: that no agent is found does not say that none runs.
  const isElsewhere = known.pods && index.agents.size === 0;
  return {
    nodes: known.nodes ? nodesOf(index) : null,
    agents: known.pods && !isElsewhere ? troublesOf(index, known.nodes) : null,
    policies: known.policies ? policiesOf(index) : null,
    notes: isElsewhere ? [noAgents] : [],
  };
}

const noAgents = "kube-system has no pod with the label k8s-app=cilium: whether agents run is not known.";

function nodesOf({ nodes }: ClusterIndex): NonNullable<AgentsFinding["nodes"]> {
  const all = [...nodes.values()];
  const notReady = all
    .filter(({ ready }) => ready === false)
    .map(({ name, reason, since }) => ({ name, reason, since: since > 0 ? since : null }));
  return {
    total: all.length,
    ...bounded(notReady, "notReady"),
    unknown: all.filter(({ ready }) => ready === null).length,
  };
}

/** Of several pods on a node, during an upgrade, one that is ready is enough. */
function troublesOf({ nodes, agents }: ClusterIndex, areNodesKnown: boolean): NonNullable<AgentsFinding["agents"]> {
  const pods = new Map<string, AgentEntry[]>();
  for (const agent of agents.values()) pods.set(agent.node, [...(pods.get(agent.node) ?? []), agent]);
  const all = areNodesKnown ? [...nodes.values()].filter(runsAgents).map(({ name }) => name) : [];
  const names = new Set([...pods.keys(), ...all]);
  // Not scheduled anywhere.
  names.delete("");
  const troubled = [...names].flatMap((node) => troubleOf(node, pods.get(node) ?? []));
  return { total: names.size, ...bounded(troubled, "troubled") };
}

/** Cilium's DaemonSet is for Linux, as Helm installs it. */
function runsAgents({ labels }: NodeEntry): boolean {
  const { "kubernetes.io/os": system = "linux" } = labels;
  return system === "linux";
}

function troubleOf(node: string, pods: readonly AgentEntry[]): AgentTrouble[] {
  if (pods.some(({ ready }) => ready)) return [];
  const pod = pods.find(({ leaving }) => !leaving) ?? pods[0];
  if (pod === undefined) return [{ node, pod: null, why: "", restarts: 0 }];
  return [{ node, pod: pod.name, why: pod.leaving ? "Terminating" : pod.why, restarts: pod.restarts }];
}

function policiesOf(index: ClusterIndex): NonNullable<AgentsFinding["policies"]> {
  const settings = { ...lenientSettings, ...settingsOf(index) };
  const isInvalid = ({ valid, policy, object }: PolicyEntry) =>
    // What toServices means depends on the Services there are now: what was refused is read again.
    valid === false || (valid === null && policy.refused !== null && readPolicy(object, settings).refused !== null);
  return { total: index.policies.size, invalid: [...index.policies.values()].filter(isInvalid).length };
}

function bounded<Key extends string, One>(list: readonly One[], key: Key) {
  const part = { [key]: list.slice(0, mostListed) } as Record<Key, One[]>;
  return { ...part, folded: Math.max(0, list.length - mostListed) };
}
