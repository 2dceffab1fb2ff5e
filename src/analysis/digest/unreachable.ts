/** Agents that cannot reach others, as one finding: when one node is away, all others say so, of the node and of its health endpoint. */
import { endsOf, type Line, spanOf } from "./health.ts";
import type { UnreachableItem } from "./item.ts";

export interface Reachability {
  /** By the agent's node or pod; `as` "nodes" or "health endpoints". Others by `target_node_name`, of agents that do not reach it; until Cilium 1.17. */
  readonly lines: readonly Line[];
  /** Distance of two points. */
  readonly stepMs: number;
  /** Series that are not among the lines: those with less. */
  readonly folded: number;
  /** Agents that are known otherwise. */
  readonly agents: number;
  /** Nodes that Kubernetes calls not ready. */
  readonly notReady: readonly string[];
}

interface Agent {
  readonly node: string;
  readonly nodes: Ends;
  readonly endpoints: Ends;
  /** Epoch milliseconds of the last value. */
  readonly until: number;
}

interface Ends {
  readonly first: number;
  readonly last: number;
}

const none: Ends = { first: 0, last: 0 };
const mostListed = 20;

export function unreachableItems(cluster: string, reachability: Reachability): UnreachableItem[] {
  const targets = reachability.lines.filter(({ labels }) => labels["target_node_name"] !== undefined);
  const agents = agentsIn({ ...reachability, lines: reachability.lines.filter((line) => !targets.includes(line)) });
  const end = Math.max(...agents.map(({ until }) => until));
  // Of an agent that is away a value stays for five minutes.
  const isGone = ({ until }: Agent) => until < end - Math.max(reachability.stepMs, 300_000);
  const all = agents.filter((agent) => !isGone(agent) && most(agent) >= 1);
  if (all.length === 0) return [];
  const live = agents.filter((agent) => !isGone(agent)).length;
  const suspect =
    onlyTarget(targets, end - Math.max(reachability.stepMs, 300_000), all.length) ??
    suspectOf(all, agents.filter(isGone), { ...reachability, live });
  const blind = all.filter(({ node }) => node !== suspect).sort((one, other) => most(other) - most(one));
  return [
    {
      ...{ kind: "unreachable", cluster, tone: "bad", sure: true },
      standing: all.every(({ nodes, endpoints }) => nodes.last <= nodes.first && endpoints.last <= endpoints.first),
      nodes: blind
        .slice(0, mostListed)
        .map(({ node, nodes, endpoints }) => ({ node, nodes: nodes.last, endpoints: endpoints.last })),
      ...{ count: blind.length, of: Math.max(agents.length, reachability.agents), suspect },
      more: reachability.folded > 0 && all.length === agents.length,
    },
  ];
}

/** The one node that all of several agents do not reach; with another one it is not that node alone. */
function onlyTarget(targets: readonly Line[], since: number, agents: number): string | null {
  const missed = targets.filter(({ points }) => points.some(([time, value]) => time >= since && (value ?? 0) >= 1));
  const names = new Set(missed.map(({ labels }) => labels["target_node_name"] ?? ""));
  const [name] = names;
  return agents > 1 && names.size === 1 && name !== undefined && name !== "" ? name : null;
}

/** Whom the others mean, where most of them miss exactly one: the agent that is away, the one that reaches none of them, or the node that is not ready. */
function suspectOf(
  all: readonly Agent[],
  gone: readonly Agent[],
  { live, notReady }: { readonly live: number; readonly notReady: readonly string[] },
): string | null {
  const lone = all.filter((agent) => most(agent) === 1);
  const isolated = all.filter((agent) => most(agent) > 1);
  if (lone.length < 2 || lone.length * 2 <= live) return null;
  const [alone] = isolated;
  if (alone !== undefined) return isolated.length === 1 && most(alone) >= lone.length ? alone.node : null;
  const away = [...new Set([...notReady, ...(notReady.length > 0 ? [] : gone.map(({ node }) => node))])];
  return away.length === 1 ? (away[0] ?? null) : null;
}

function agentsIn({ lines, stepMs }: Reachability): Agent[] {
  // Of an agent that is away the last value is still looked at: who it was matters.
  const span = { ...spanOf(lines, stepMs), to: Number.NEGATIVE_INFINITY };
  const agents = new Map<string, Agent>();
  for (const { labels, points, as } of lines) {
    const node = labels["node"] || labels["pod"] || labels["instance"] || "";
    const known = points.filter((point): point is [number, number] => point[1] !== null);
    const ends = endsOf(points, span);
    const agent = agents.get(node) ?? { node, nodes: none, endpoints: none, until: 0 };
    const isLater = (known.at(-1)?.[0] ?? 0) >= agent.until;
    const mine = as === "health endpoints" ? "endpoints" : "nodes";
    // A node whose agent's pod is a new one has two lines: the later one ends, the earlier one begins.
    const joined =
      agent[mine] === none
        ? ends
        : isLater
          ? { ...agent[mine], last: ends.last }
          : { ...agent[mine], first: ends.first };
    agents.set(node, { ...agent, [mine]: joined, until: Math.max(agent.until, known.at(-1)?.[0] ?? 0) });
  }
  return [...agents.values()];
}

function most({ nodes, endpoints }: Agent): number {
  return Math.max(nodes.last, endpoints.last);
}
